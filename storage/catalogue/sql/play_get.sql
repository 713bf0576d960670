select * from play where id = $1::uuid

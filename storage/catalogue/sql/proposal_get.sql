select * from proposal where id = $1::uuid

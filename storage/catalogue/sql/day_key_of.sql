select * from day_key where key_id = $1::uuid

select * from purge_run where id = $1::uuid

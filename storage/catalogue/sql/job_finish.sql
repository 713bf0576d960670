delete from job where id = $1::uuid and token = $2::bigint and state = 'running'

update job set run_at = now() + $3::interval where id = $1::uuid and token = $2::bigint and state = 'running'

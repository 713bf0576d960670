update job
set state = case when attempts >= max_attempts then 'dead' else 'queued' end, run_at = now() + $4::interval,
    last_error = $3::text, worker = null, failures = failures + $5::boolean::integer
where id = $1::uuid and token = $2::bigint and state = 'running'

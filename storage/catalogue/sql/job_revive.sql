update job set state = 'queued', attempts = 0, failures = 0, run_at = now() where id = $1::uuid and state = 'dead'

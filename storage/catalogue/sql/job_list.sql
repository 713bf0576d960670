select id, kind, state, recording_id, attempts, run_at, last_error from job
order by (state = 'dead') desc, run_at limit $1::integer

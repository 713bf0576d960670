-- A worker that dies again and again on one job must not take it for ever: it is parked after its last attempt.
with parked as (
    update job set state = 'dead', last_error = 'lease-lost', worker = null
    where kind = any($1::text[]) and state = 'running' and run_at <= now() and attempts >= max_attempts
), due as (
    select id from job
    where kind = any($1::text[]) and state <> 'dead' and run_at <= now() and attempts < max_attempts
    order by run_at limit $3::integer
    for update skip locked
)
update job j
set state = 'running', attempts = attempts + 1, token = token + 1, worker = $2::text, run_at = now() + $4::interval
from due where j.id = due.id
returning j.id, j.kind, j.recording_id, j.payload, j.attempts, j.failures, j.token

-- The claim of a recording that does not live any more is nobody's: whoever works on it is to stop.
update job set run_at = now() + $3::interval
where id = $1::uuid and token = $2::bigint and state = 'running'
  and (recording_id is null or exists (select from recording r where r.id = job.recording_id and r.state = 'live'))

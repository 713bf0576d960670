with found as (
    select proposer from proposal where id = $1::uuid for update
), decided as (
    update proposal
    set state = case when $3::boolean then 'approved' else 'rejected' end, decider = $2::text, decided_at = now()
    where id = $1::uuid and state = 'open' and expires_at > now() and proposer <> $2::text
    returning id
), queued as (
    insert into job (id, kind, unique_key, recording_id, payload, run_at, max_attempts)
    select j.id, j.kind, j.unique_key, j.recording_id, decode(j.payload, 'hex'),
           now() + j.delay_ms * interval '1 millisecond', j.max_attempts
    from decided, jsonb_to_recordset($4::jsonb) as j (id uuid, kind text, unique_key text, recording_id uuid, payload text, delay_ms bigint,
                                       max_attempts integer)
    on conflict do nothing
), written as (
    insert into audit_entry (bytes) select $5::bytea from decided
)
select exists (select from found) as found, exists (select from decided) as decided,
       coalesce((select proposer from found) = $2::text, false) as same_person

with target as (
    select id from recording where id = $2::uuid and state = 'live' for update
), added as (
    insert into restriction (id, recording_id, ground, set_by) select $1::uuid, $2::uuid, $3::text, $4::text from target
    on conflict (id) do nothing
    returning id
), flagged as (
    update recording r
    set restrictions = r.restrictions + 1, restricted_ground = $3::text, version = r.version + 1
    from added where r.id = $2::uuid
), queued as (
    insert into job (id, kind, unique_key, recording_id, payload, run_at, max_attempts)
    select j.id, j.kind, j.unique_key, j.recording_id, decode(j.payload, 'hex'),
           now() + j.delay_ms * interval '1 millisecond', j.max_attempts
    from added, jsonb_to_recordset($5::jsonb) as j (id uuid, kind text, unique_key text, recording_id uuid, payload text, delay_ms bigint,
                                       max_attempts integer)
    on conflict do nothing
), written as (
    insert into audit_entry (bytes) select $6::bytea from added
)
select exists (select from target) as known

with found as (
    update recording set unplayable = $2::text where id = $1::uuid and state = 'live' returning id
), placed as (
    insert into sealed_object (name, recording_id, rendition, part, sealed_size)
    select o.name, $1::uuid, o.rendition, o.part, o.sealed_size
    from found, unnest($3::text[], $4::text[], $5::integer[], $6::bigint[]) as o (name, rendition, part, sealed_size)
    on conflict (name) do nothing
), queued as (
    insert into job (id, kind, unique_key, recording_id, payload, run_at, max_attempts)
    select j.id, j.kind, j.unique_key, j.recording_id, decode(j.payload, 'hex'),
           now() + j.delay_ms * interval '1 millisecond', j.max_attempts
    from found, jsonb_to_recordset($7::jsonb) as j (id uuid, kind text, unique_key text, recording_id uuid, payload text, delay_ms bigint,
                                       max_attempts integer)
    on conflict do nothing
), written as (
    insert into audit_entry (bytes) select $8::bytea from found
)
select exists (select from found) as found

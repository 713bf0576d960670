-- Reference, recording, secret, objects, index, jobs and entry, or nothing at all.
with gate as materialized (
    select 1 from day_key where purge_date = $5::date and key_id = $6::uuid and state = 'open' for share
), claimed as (
    insert into reference (ref_mac, recording_id) select $2::bytea, $1::uuid from gate
    on conflict (ref_mac) do nothing
    returning recording_id
), stored as (
    insert into recording (id, ref_mac, content_mac, sender, purge_date, day_key, kept_until, started_at, received_at,
                           duration_ms, direction, team, agent, queue, basis, purposes, profile, rule_id,
                           retention_class, media, unplayable, quarantined)
    select $1::uuid, $2::bytea, $3::bytea, $4::text, $5::date, $6::uuid, $7::date, $8::timestamptz,
           $9::timestamptz, $10::bigint, $11::text, $12::text, $13::text, $14::text, $15::text, $16::text[],
           $17::text, $18::text, $19::text, $20::text, $21::text, $22::boolean
    from claimed
), hidden as (
    insert into secret (recording_id, epoch, sealed) select $1::uuid, $23::integer, $24::bytea from claimed
), placed as (
    insert into sealed_object (name, recording_id, rendition, part, sealed_size, place)
    select o.name, $1::uuid, o.rendition, o.part, o.sealed_size, o.place
    from claimed, unnest($25::text[], $26::text[], $27::integer[], $28::bigint[], $29::integer[])
                  as o (name, rendition, part, sealed_size, place)
), indexed as (
    insert into blind_index (token, started_at, recording_id, purge_date)
    select distinct t.token, $8::timestamptz, $1::uuid, $5::date from claimed, unnest($30::bytea[]) as t (token)
), queued as (
    insert into job (id, kind, unique_key, recording_id, payload, run_at, max_attempts)
    select j.id, j.kind, j.unique_key, j.recording_id, decode(j.payload, 'hex'),
           now() + j.delay_ms * interval '1 millisecond', j.max_attempts
    from claimed, jsonb_to_recordset($31::jsonb) as j (id uuid, kind text, unique_key text, recording_id uuid, payload text, delay_ms bigint,
                                       max_attempts integer)
    on conflict do nothing
), written as (
    insert into audit_entry (bytes) select $32::bytea from claimed
)
select exists (select from gate) as key_open, exists (select from claimed) as stored, f.recording_id, f.purged_on,
       f.ground, r.content_mac, r.purge_date, r.rule_id, r.retention_class, r.received_at, r.state
from (select) as always
left join reference f on f.ref_mac = $2::bytea
left join recording r on r.id = f.recording_id

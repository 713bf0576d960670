-- The work of a claim, and its end: what became of a recording's sound, or nothing when the claim is no longer ours or
-- the recording no longer lives. $12: the job is parked instead, for people to look at.
with done as (
    delete from job where id = $1::uuid and token = $2::bigint and state = 'running' and not $12::boolean
    returning recording_id
), parked as (
    update job set state = 'dead', last_error = $4::text, worker = null
    where id = $1::uuid and token = $2::bigint and state = 'running' and $12::boolean
    returning recording_id
), claimed as (
    select recording_id from done union all select recording_id from parked
), found as (
    update recording r
    set media = $3::text, unplayable = $4::text, duration_ms = coalesce($5::bigint, r.duration_ms)
    from claimed c
    where r.id = c.recording_id and r.state = 'live'
    returning r.id
), placed as (
    insert into sealed_object (name, recording_id, rendition, part, sealed_size, place)
    select o.name, found.id, o.rendition, o.part, o.sealed_size, o.place
    from found, unnest($6::text[], $7::text[], $8::integer[], $9::bigint[], $10::integer[])
                as o (name, rendition, part, sealed_size, place)
), written as (
    insert into audit_entry (bytes) select $11::bytea from found
)
select exists (select from claimed) as claimed, exists (select from found) as found

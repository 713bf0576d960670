with found as (
    select id from recording where id = any($5::uuid[]) and state = 'live' order by id for update
), target as (
    select id from found where not $9::boolean or (select count(*) from found) = cardinality($5::uuid[])
), matter as (
    insert into hold (id, matter_ref, owner, review_on, owner_ref) select $1::uuid, $2::text, $3::text, $4::date, $8::text
    where exists (select from target)
    on conflict (id) do nothing
), added as (
    insert into hold_recording (recording_id, hold_id) select id, $1::uuid from target
    where not exists (select from hold where id = $1::uuid and released_at is not null)
    on conflict do nothing
    returning recording_id
), flagged as (
    update recording r set holds = r.holds + 1, version = r.version + 1 from added a where r.id = a.recording_id
), queued as (
    insert into job (id, kind, unique_key, recording_id, payload, run_at, max_attempts)
    select j.id, j.kind, j.unique_key, j.recording_id, decode(j.payload, 'hex'),
           now() + j.delay_ms * interval '1 millisecond', j.max_attempts
    from (select where exists (select from added)) as any_added, jsonb_to_recordset($6::jsonb) as j (id uuid, kind text, unique_key text, recording_id uuid, payload text, delay_ms bigint,
                                       max_attempts integer)
    on conflict do nothing
), written as (
    insert into audit_entry (bytes) select $7::bytea where exists (select from added)
)
select recording_id from added
union
select h.recording_id
from hold_recording h
join target t on t.id = h.recording_id
join hold x on x.id = h.hold_id and x.released_at is null
where h.hold_id = $1::uuid

with found as (
    select proposer, state = 'open' and expires_at > now() as open from proposal where id = $1::uuid for update
), live as (
    select id from recording where id = any($9::uuid[]) and state = 'live' order by id for update
), decided as (
    update proposal
    set state = 'approved', decider = $2::text, decided_at = now()
    where id = $1::uuid and state = 'open' and expires_at > now() and proposer <> $2::text
      and (select count(*) from live) = cardinality($9::uuid[])
    returning id
), matter as (
    insert into hold (id, matter_ref, owner, review_on, owner_ref)
    select $4::uuid, $5::text, $6::text, $7::date, $8::text from decided
    on conflict (id) do nothing
    returning id
), added as (
    insert into hold_recording (recording_id, hold_id) select live.id, matter.id from live, matter
    returning recording_id
), flagged as (
    update recording r set holds = r.holds + 1, version = r.version + 1 from added a where r.id = a.recording_id
), written as (
    insert into audit_entry (bytes) select $3::bytea from decided
)
select exists (select from found) as found, exists (select from decided) as decided,
       coalesce((select proposer from found) = $2::text, false) as same_person,
       coalesce((select open from found), false) as open

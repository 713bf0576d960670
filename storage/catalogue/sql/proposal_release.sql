with found as (
    select proposer from proposal where id = $1::uuid for update
), decided as (
    update proposal
    set state = 'approved', decider = $2::text, decided_at = now()
    where id = $1::uuid and state = 'open' and expires_at > now() and proposer <> $2::text
    returning id
), released as (
    update hold set released_at = now() from decided where hold.id = $4::uuid and released_at is null returning hold.id
), flagged as (
    update recording r set holds = r.holds - 1, version = r.version + 1
    from hold_recording h, released where h.hold_id = released.id and r.id = h.recording_id
), written as (
    insert into audit_entry (bytes) select $3::bytea from decided
)
select exists (select from found) as found, exists (select from decided) as decided,
       coalesce((select proposer from found) = $2::text, false) as same_person

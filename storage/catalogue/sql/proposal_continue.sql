with found as (
    select proposer, state = 'open' and expires_at > now() as open from proposal where id = $1::uuid for update
), stopped as (
    select id from purge_run where id = $4::uuid and state = 'stopped' and reason = $5::text and due = $6::bigint for update
), decided as (
    update proposal
    set state = 'approved', decider = $2::text, decided_at = now()
    where id = $1::uuid and state = 'open' and expires_at > now() and proposer <> $2::text and exists (select from stopped)
    returning id
), queued as (
    update purge_run r
    set state = 'queued', accepted_for = r.reason, accepted_due = r.due, accepted_day = r.day, accepted_at = now(),
        reason = null, finished_at = null
    from decided, stopped where r.id = stopped.id
), written as (
    insert into audit_entry (bytes) select $3::bytea from decided
)
select exists (select from found) as found, exists (select from decided) as decided,
       coalesce((select proposer from found) = $2::text, false) as same_person,
       coalesce((select open from found), false) as open

-- Waits for pushes under way, as closing does.
with former as (
    update day_key set state = 'closed', closed_at = now(), superseded_at = now()
    where key_id = $1::uuid and state = 'open' and superseded_at is null
    returning purge_date
), added as (
    insert into day_key (purge_date, key_id, state) select purge_date, $2::uuid, 'open' from former
), written as (
    insert into audit_entry (bytes) select $3::bytea from former
)
select exists (select from former) as superseded

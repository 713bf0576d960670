-- Waits for rewraps under way.
with former as (
    update keep_key set state = 'closed', superseded_at = now()
    where key_id = $1::uuid and state = 'open' and superseded_at is null
    returning label
), added as (
    insert into keep_key (label, key_id, state) select label, $2::uuid, 'open' from former
), written as (
    insert into audit_entry (bytes) select $3::bytea from former
)
select exists (select from former) as superseded

-- Waits for rewraps under way.
with taken as (
    update keep_key set state = 'closed' where key_id = $1::uuid and state = 'open' returning label
), added as (
    insert into keep_key (label, key_id, state) select label, $2::uuid, 'open' from taken
), former as (
    insert into former_key (key_id) select $1::uuid from taken
), written as (
    insert into audit_entry (bytes) select $3::bytea from taken
)
select exists (select from taken) as superseded

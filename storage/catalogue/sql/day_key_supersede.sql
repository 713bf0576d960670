-- Waits for pushes under way, as closing does.
with taken as (
    update day_key set key_id = $2::uuid where key_id = $1::uuid and state = 'open' returning purge_date
), former as (
    insert into former_key (key_id, purge_date) select $1::uuid, purge_date from taken
), written as (
    insert into audit_entry (bytes) select $3::bytea from taken
)
select exists (select from taken) as superseded

with changed as (
    update recording set quarantined = $3::boolean, version = version + 1
    where id = $1::uuid and version = $2::bigint and state = 'live'
    returning id
), written as (
    insert into audit_entry (bytes) select $4::bytea from changed
)
select exists (select from changed) as changed, exists (select from recording where id = $1::uuid) as known

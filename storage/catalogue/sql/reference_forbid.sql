with claimed as (
    insert into reference (ref_mac, recording_id, purged_on, ground) values ($1::bytea, $2::uuid, $3::date, $4::text)
    on conflict (ref_mac) do nothing
    returning ref_mac
), written as (
    insert into audit_entry (bytes) select $5::bytea from claimed
)
select exists (select from claimed) as claimed

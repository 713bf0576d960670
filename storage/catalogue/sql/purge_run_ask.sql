with asked as (
    insert into purge_run (id, day, state, due, kept) values ($1::uuid, $2::date, 'queued', $3::bigint, $4::bigint)
    on conflict do nothing
    returning *
), written as (
    insert into audit_entry (bytes) select $5::bytea from asked
)
select * from asked

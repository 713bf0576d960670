with added as (
    insert into proposal (id, kind, payload, proposer, expires_at)
    values ($1::uuid, $2::text, $3::bytea, $4::text, now() + $5::interval)
    on conflict (id) do nothing
    returning id
)
insert into audit_entry (bytes) select $6::bytea from added

with noted as (
    insert into residency_check (checked_at, gateway, faults) values ($1::timestamptz, $2::text, $3::text[])
), forgotten as (
    delete from residency_check where checked_at < $1::timestamptz - interval '13 months'
)
insert into audit_entry (bytes) values ($4::bytea)

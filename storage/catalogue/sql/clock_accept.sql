with moved as (
    update clock_mark set high_water = $2::timestamptz
), forgotten as (
    delete from clock_seen where boot <> $1::uuid
), seen as (
    insert into clock_seen (boot, wall, passed) values ($1::uuid, $2::timestamptz, $3::bigint)
    on conflict (boot) do update set wall = excluded.wall, passed = excluded.passed
), answered as (
    update purge_run set accepted_for = $6::text where id = $5::uuid
)
insert into audit_entry (bytes) values ($4::bytea)

with raised as (
    update clock_mark set high_water = $2::timestamptz where high_water is null or high_water < $2::timestamptz
), forgotten as (
    delete from clock_seen where boot <> $1::uuid and wall < $2::timestamptz - interval '60 days'
)
insert into clock_seen (boot, wall, passed) values ($1::uuid, $2::timestamptz, $3::bigint)
    on conflict (boot) do update set wall = excluded.wall, passed = excluded.passed

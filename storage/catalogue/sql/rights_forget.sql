with holds as (
    delete from hold where released_at < $1::date returning id
), held as (
    delete from hold_recording h using holds where h.hold_id = holds.id
), proposals as (
    delete from proposal where coalesce(decided_at, expires_at) < $1::date returning id
)
select (select count(*) from holds) + (select count(*) from proposals) as forgotten

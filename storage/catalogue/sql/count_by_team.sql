with recursive every (team) as (
    (select team from recording where $6::text[] is null order by team limit 1)
    union all
    select (select r.team from recording r where r.team > e.team order by r.team limit 1) from every e where e.team is not null
), wanted (team) as (
    select distinct unnest($6::text[]) union all select team from every where team is not null
)
select count(*) as count from (
    select 1
    from wanted w
    cross join lateral (
        select 1 from recording r
        where r.team = w.team and r.started_at >= $4::timestamptz and r.started_at < $5::timestamptz
          and r.state = 'live' and not r.quarantined
          and (r.purge_date > $1::date or ($2::boolean and r.keep_key is not null))
          and (r.restrictions = 0 or $3::boolean)
          and ($7::text is null or r.agent = $7::text) and ($8::text is null or r.queue = $8::text)
          and ($9::text is null or r.sender = $9::text)
        order by r.started_at desc, r.id desc limit $10::integer) as r
    limit $10::integer) as f

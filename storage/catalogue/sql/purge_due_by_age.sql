select f.months, count(*) as due, sum(f.sealed_bytes)::bigint as sealed_bytes
from (
    select (extract(year from a.age) * 12 + extract(month from a.age))::integer as months,
           (select coalesce(sum(o.sealed_size), 0) from sealed_object o where o.recording_id = r.id) as sealed_bytes
    from recording r
    cross join lateral (
        select greatest(age($1::date::timestamp, date_trunc('day', r.started_at at time zone 'UTC')), interval '0') as age) as a
    where (r.state = 'live' and r.due_on <= $1::date and r.holds = 0 and r.restrictions = 0) or r.state = 'purging'
) as f
group by f.months order by f.months

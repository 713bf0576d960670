-- A gateway that stops gives all of its plays up, with what it served, to whoever is asked for them next.
with held as materialized (
    select p.id, t.ranges::int8multirange as ranges
    from unnest($2::uuid[], $3::text[]) as t (id, ranges)
    join play p on p.id = t.id and p.closed_at is null
    order by p.id for update of p
)
update play p
set holders = array_remove(p.holders, $1::text), served_ranges = p.served_ranges + h.ranges,
    served_bytes = (select coalesce(sum(upper(s) - lower(s)), 0) from unnest(p.served_ranges + h.ranges) s)
from held h
where p.id = h.id

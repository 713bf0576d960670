-- What lies where, counted by the beginnings of the originals; a last line without a place for what was written before
-- places were recorded.
with held as (
    select o.place, count(*) as held,
           count(*) filter (where r.received_at >= $1::timestamptz and r.received_at < $2::timestamptz) as arrived
    from sealed_object o join recording r on r.id = o.recording_id
    where o.rendition = 'original' and o.part = 0
    group by o.place
)
select p.id, p.kind, p.endpoint, p.bucket, p.region, p.country, p.certificate, p.first_seen, p.last_seen,
       coalesce(h.held, 0) as held, coalesce(h.arrived, 0) as arrived
from place p full join held h on h.place = p.id
where p.id is not null or h.held > 0
order by p.id nulls last

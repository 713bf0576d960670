select r.id, r.ref_mac, (select x.since from store_refusal x where x.recording_id = r.id) as refused_since, r.purge_date, r.day_key, r.keep_key, r.purge_ground, s.epoch, s.sealed,
       (select coalesce(array_agg(o.name order by o.name), '{}') from sealed_object o where o.recording_id = r.id) as objects
from recording r
join secret s on s.recording_id = r.id
where r.state = 'purging' and (r.purge_date, r.id) > ($1::date, coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'))
order by r.purge_date, r.id limit $3::integer

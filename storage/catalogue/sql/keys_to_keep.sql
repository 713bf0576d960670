select r.id, r.purge_date, r.retention_class, r.started_at, r.version, s.epoch, s.sealed,
       case when r.holds > 0 then (
           select h.id from hold_recording hr join hold h on h.id = hr.hold_id
           where hr.recording_id = r.id and h.released_at is null order by h.set_at, h.id limit 1) end as hold_id
from recording r
join secret s on s.recording_id = r.id
where r.state = 'live' and r.keep_key is null and r.purge_date <= $1::date
  and (r.holds > 0 or r.restrictions > 0 or r.kept_until is not null)
  and (r.holds > 0 or r.restrictions > 0 or r.kept_until > r.purge_date)
  and (r.purge_date, r.id) > ($2::date, coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
order by r.purge_date, r.id limit $4::integer

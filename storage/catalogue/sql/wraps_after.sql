select r.id, r.purge_date, coalesce(r.keep_key, r.day_key) as key_id, s.epoch, s.sealed
from recording r
join secret s on s.recording_id = r.id
where r.id > $1::uuid and r.state = 'live'
order by r.id limit $2::integer

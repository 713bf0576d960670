select * from keep_key k
where k.state <> 'destroyed' and k.planned_at < now() - $1::interval
  and not exists (select from recording r where r.keep_key = k.key_id)
order by k.planned_at limit 1000

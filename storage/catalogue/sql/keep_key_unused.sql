-- A former one goes $2 after it was emptied: until then there are copies of the database that hang on it. And the one in its
-- place stays while something is to be rewrapped under it.
select k.*, f.superseded_at, f.emptied_at
from keep_key k left join former_key f on f.key_id = k.key_id
where k.state <> 'destroyed' and k.planned_at < now() - $1::interval
  and (f.key_id is null or f.emptied_at < now() - $2::interval)
  and not exists (select from recording r where r.keep_key = k.key_id)
  and not exists (select from keep_key o join former_key p on p.key_id = o.key_id and p.emptied_at is null
                  where o.label = k.label and o.state = 'closed' and o.key_id <> k.key_id)
order by k.planned_at limit 1000

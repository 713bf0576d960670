select k.*, f.superseded_at, f.emptied_at
from keep_key k left join former_key f on f.key_id = k.key_id
where k.state <> 'destroyed' order by k.planned_at limit 10000

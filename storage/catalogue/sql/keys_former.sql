-- Keys that were superseded $1 ago or longer, on which something may still hang, each with the one in its place.
select f.key_id, c.key_id as successor, f.purge_date
from former_key f join day_key c on c.purge_date = f.purge_date and c.state = 'open'
where f.superseded_at <= now() - $1::interval and f.emptied_at is null and f.destroyed_at is null
union all
select f.key_id, c.key_id, null
from former_key f join keep_key k on k.key_id = f.key_id and k.state = 'closed'
join keep_key c on c.label = k.label and c.state = 'open'
where f.superseded_at <= now() - $1::interval and f.emptied_at is null and f.purge_date is null

select purge_date, key_id, state, null::timestamptz as superseded_at, null::timestamptz as emptied_at
from day_key where state = 'closed' or (state in ('planned', 'open') and purge_date <= $1::date)
union all
select purge_date, key_id, 'closed', superseded_at, emptied_at
from former_key where purge_date <= $1::date and destroyed_at is null
order by purge_date, superseded_at nulls first limit 1000

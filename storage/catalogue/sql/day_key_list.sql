select purge_date, key_id, state, null::timestamptz as superseded_at, null::timestamptz as emptied_at
from day_key where purge_date between $1::date and $2::date
union all
select purge_date, key_id, case when destroyed_at is null then 'closed' else 'destroyed' end, superseded_at, emptied_at
from former_key where purge_date between $1::date and $2::date
order by purge_date, superseded_at nulls first limit 2000

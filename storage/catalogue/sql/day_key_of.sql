select purge_date, key_id, state, null::timestamptz as superseded_at, null::timestamptz as emptied_at
from day_key where key_id = $1::uuid
union all
select purge_date, key_id, case when destroyed_at is null then 'closed' else 'destroyed' end, superseded_at, emptied_at
from former_key where key_id = $1::uuid and purge_date is not null

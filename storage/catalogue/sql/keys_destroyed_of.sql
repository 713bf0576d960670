select k.key_id from (
    select key_id from day_key where state = 'destroyed'
    union all
    select key_id from former_key where destroyed_at is not null
    union all
    select key_id from keep_key where state = 'destroyed'
    union all
    select key_id from epoch_key where state = 'destroyed') as k
where k.key_id = any($1::uuid[])

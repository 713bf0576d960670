select 'day' as kind, key_id from day_key where state in ('open', 'closed')
union all
select 'day', key_id from former_key where purge_date is not null and destroyed_at is null
union all
select 'keep', key_id from keep_key k where exists (select from recording r where r.keep_key = k.key_id)
union all
select 'epoch', key_id from epoch_key where state in ('open', 'closed')

with added as (
    insert into day_key (purge_date, key_id) values ($1::date, $2::uuid) on conflict (purge_date) do nothing returning *
)
select * from added union all select * from day_key where purge_date = $1::date

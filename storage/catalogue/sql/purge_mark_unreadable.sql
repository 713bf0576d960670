-- The key is gone and announced: a hold or class that came too late for its copy keeps nothing that could be read.
with dark as (
    select id, holds > 0 or restrictions > 0 or coalesce(kept_until > purge_date, false) as kept from recording
    where state = 'live' and purge_date = $3::date and keep_key is null and day_key = $1::uuid
    order by id limit $2::integer
    for update
), marked as (
    update recording r set state = 'purging', purge_ground = 'retention', version = r.version + 1
    from dark where r.id = dark.id
)
select count(*) as marked, count(*) filter (where kept) as kept from dark

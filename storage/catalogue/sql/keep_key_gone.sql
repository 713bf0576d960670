-- Of what hangs on it here, only holds and restrictions that nobody lifted are a loss: the rest was purged.
with closed as (
    update keep_key set state = 'closed' where key_id = $1::uuid and state in ('planned', 'open')
), dark as (
    select id, holds > 0 or restrictions > 0 as kept from recording
    where state = 'live' and keep_key = $1::uuid
    order by id limit $2::integer
    for update
), marked as (
    update recording r set state = 'purging', purge_ground = 'retention', version = r.version + 1
    from dark where r.id = dark.id
)
select count(*) as marked, count(*) filter (where kept) as kept from dark

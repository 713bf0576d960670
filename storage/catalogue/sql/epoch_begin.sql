with added as (
    insert into epoch_key (epoch, key_id)
    select $1::integer, $2::uuid where $1::integer = (select coalesce(max(epoch), 0) + 1 from epoch_key)
    on conflict do nothing
    returning epoch
), closed as (
    update epoch_key set state = 'closed', closed_at = now() where state = 'open' and exists (select from added)
)
select exists (select from added) as added

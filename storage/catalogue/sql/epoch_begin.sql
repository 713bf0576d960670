-- An epoch without a secret is one from before there were secrets: in the first day after those, gateways of that version may
-- still run, and cannot read what a secret seals.
with added as (
    insert into epoch_key (epoch, key_id)
    select $1::integer, $2::uuid where $1::integer = (select coalesce(max(epoch), 0) + 1 from epoch_key)
    on conflict do nothing
    returning epoch
), closed as (
    update epoch_key set state = 'closed', closed_at = now() where state = 'open' and exists (select from added)
), older as (
    select exists (select from epoch_key k where k.state <> 'destroyed'
                   and not exists (select from epoch_secret s where s.epoch = k.epoch)) as there
), secret as (
    insert into epoch_secret (epoch, secret)
    select epoch, $3::bytea from added, older
    where not older.there
       or (select applied_at from schema_migration where name = '0010_epoch_secrets') < now() - interval '1 day'
)
select exists (select from added) as added

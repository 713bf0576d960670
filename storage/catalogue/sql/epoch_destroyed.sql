with destroyed as (
    update epoch_key set state = 'destroyed', destroyed_at = now()
    where epoch = $1::integer and state = 'closed'
      and not exists (select from secret where epoch = $1::integer)
      and not exists (select from directory where epoch = $1::integer)
    returning epoch
), written as (
    insert into audit_entry (bytes) select $2::bytea from destroyed
)
select exists (select from destroyed)
    or exists (select from epoch_key where epoch = $1::integer and state = 'destroyed') as destroyed

with destroyed as (
    update day_key d set state = 'destroyed', destroyed_at = now()
    where d.purge_date = $1::date and d.key_id = $2::uuid and d.state = 'closed'
      and not exists (select from recording where state = 'live' and keep_key is null and purge_date = $1::date
                                              and due_on = $1::date)
      and not exists (select from recording where state = 'live' and keep_key is null and purge_date = $1::date
                                              and due_on > $1::date and kept_until is not null)
    returning d.purge_date
), written as (
    insert into audit_entry (bytes) select $3::bytea from destroyed
)
select exists (select from destroyed)
    or exists (select from day_key where key_id = $2::uuid and state = 'destroyed') as destroyed

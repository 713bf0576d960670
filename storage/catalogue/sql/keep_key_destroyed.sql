with destroyed as (
    update keep_key set state = 'destroyed', destroyed_at = now() where key_id = $1::uuid and state = 'closed'
    returning key_id
), written as (
    insert into audit_entry (bytes) select $2::bytea from destroyed
)
select exists (select from destroyed)
    or exists (select from keep_key where key_id = $1::uuid and state = 'destroyed') as destroyed

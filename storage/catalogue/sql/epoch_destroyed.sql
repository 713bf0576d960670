-- $3: how long it must have been closed, so that no push still carries it. $4, $5: rows that nobody can open.
with destroyed as (
    update epoch_key set state = 'destroyed', destroyed_at = now()
    where epoch = $1::integer and state = 'closed' and closed_at <= now() - $3::interval
      and not exists (select from secret where epoch = $1::integer and recording_id <> all($4::uuid[]))
      and not exists (select from directory where epoch = $1::integer and kind || '/' || id <> all($5::text[]))
    returning epoch
), forgotten as (
    delete from epoch_secret where epoch in (select epoch from destroyed)
), written as (
    insert into audit_entry (bytes) select $2::bytea from destroyed
)
select exists (select from destroyed)
    or exists (select from epoch_key where epoch = $1::integer and state = 'destroyed') as destroyed

-- Only what hangs on this very key keeps it: a date may have others.
with needed as (
    select 1 from recording where state = 'live' and keep_key is null and due_on = $1::date and purge_date = $1::date
                              and day_key = $2::uuid
    union all
    select 1 from recording where state = 'live' and keep_key is null and due_on > $1::date and purge_date = $1::date
                              and kept_until is not null and day_key = $2::uuid
), current as (
    update day_key set state = 'destroyed', destroyed_at = now()
    where purge_date = $1::date and key_id = $2::uuid and state = 'closed' and not exists (select from needed)
    returning purge_date
), former as (
    update former_key set destroyed_at = now()
    where purge_date = $1::date and key_id = $2::uuid and destroyed_at is null and not exists (select from needed)
    returning purge_date
), written as (
    insert into audit_entry (bytes) select $3::bytea from (select from current union all select from former) as done
)
select exists (select from current) or exists (select from former)
    or exists (select from day_key where key_id = $2::uuid and state = 'destroyed')
    or exists (select from former_key where key_id = $2::uuid and destroyed_at is not null) as destroyed

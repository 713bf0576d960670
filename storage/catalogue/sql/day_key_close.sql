with found as (
    select state from day_key where purge_date = $1::date for update
), closed as (
    update day_key set state = 'closed', closed_at = now()
    where purge_date = $1::date and state in ('planned', 'open')
    returning purge_date
), written as (
    insert into audit_entry (bytes) select $2::bytea from closed
)
select exists (select from found) as found

with found as (
    select id, state from recording where id = $1::uuid for update
), marked as (
    update recording set state = 'purging', purge_ground = $2::text, version = version + 1
    where id = $1::uuid and state = 'live' and holds = 0 and (kept_until is null or kept_until <= $3::date)
      and (restrictions = 0 or $4::boolean) and version = coalesce($6::bigint, version)
    returning id
), written as (
    insert into audit_entry (bytes) select $5::bytea from marked
)
select exists (select from found) as found,
       exists (select from marked) or exists (select from found where state = 'purging') as marked

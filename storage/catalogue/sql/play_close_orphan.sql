-- Nobody has renewed it for $2, nor takes it up now. A play that outlived its recording leaves nothing but its entry.
with orphan as materialized (
    select p.id, exists (select from recording r where r.id = p.recording_id) as stays
    from play p
    where p.id = $1::uuid and p.closed_at is null
      and p.lease_until < now() - case when p.close_reason is null then $2::interval else interval '0' end
    for update
), lone as (
    delete from play p using orphan o where p.id = o.id and not o.stays
), ended as (
    update play p set closed_at = now(), close_reason = coalesce(p.close_reason, $3::text), holders = '{}'
    from orphan o where p.id = o.id and o.stays
), written as (
    insert into audit_entry (bytes) select $4::bytea from orphan
)
select exists (select from orphan) as ended

-- A play that outlived its recording leaves nothing but its entry.
with gone as materialized (
    select 1 where not exists (select from play where id = $1::uuid)
), lone as (
    delete from play p
    where p.id = $1::uuid and p.closed_at is null and not exists (select from recording r where r.id = p.recording_id)
    returning p.id
), ended as (
    update play p
    set closed_at = now(), close_reason = $4::text, served_bytes = greatest(served_bytes, $2::bigint),
        served_ranges = served_ranges + $3::int8multirange
    where p.id = $1::uuid and p.closed_at is null and exists (select from recording r where r.id = p.recording_id)
    returning p.id
), done as materialized (
    select 1 where exists (select from ended) or exists (select from lone) or exists (select from gone)
), written as (
    insert into audit_entry (bytes) select $5::bytea from done
)
select exists (select from done) as ended

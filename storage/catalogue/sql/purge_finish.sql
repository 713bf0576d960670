-- All of the batch or nothing: its entry names exactly these recordings.
with doomed as materialized (
    select r.id, r.ref_mac, u.no, u.leaf
    from unnest($2::uuid[], $3::bytea[]) with ordinality as u (id, leaf, no)
    join recording r on r.id = u.id
    where r.state = 'purging'
    order by r.id
    for update of r
), whole as materialized (
    select 1 where (select count(*) from doomed) = cardinality($2::uuid[])
), rows as (
    delete from recording r using doomed d, whole where r.id = d.id
), secrets as (
    delete from secret s using doomed d, whole where s.recording_id = d.id
), tokens as (
    delete from blind_index b using doomed d, whole where b.recording_id = d.id
), objects as (
    delete from sealed_object o using doomed d, whole where o.recording_id = d.id
), restrictions as (
    delete from restriction x using doomed d, whole where x.recording_id = d.id
), holds as (
    delete from hold_recording h using doomed d, whole where h.recording_id = d.id
), refusals as (
    delete from store_refusal x using doomed d, whole where x.recording_id = d.id
), jobs as (
    delete from job j using doomed d, whole where j.recording_id = d.id
), plays as (
    delete from play p using doomed d, whole where p.recording_id = d.id and p.closed_at is not null
), stones as (
    update reference f set purged_on = $4::date, ground = $5::text, batch_id = $1::uuid, leaf_no = d.no::integer,
                           leaf = d.leaf
    from doomed d, whole where f.ref_mac = d.ref_mac
), written as (
    insert into audit_entry (bytes) select $6::bytea from whole returning id
), batch as (
    insert into purge_batch (id, purged_on, ground, size, audit_id)
    select $1::uuid, $4::date, $5::text, cardinality($2::uuid[]), written.id from written
)
select exists (select from whole) as finished

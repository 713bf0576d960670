-- $6: a keep key, or the day key that took over from the recording's. $8: empty for none.
with keep as materialized (
    select key_id from keep_key where key_id = $6::uuid and state = 'open' for share
), day as materialized (
    select key_id, purge_date from day_key where key_id = $6::uuid and state = 'open' for share
), changed as (
    update recording r
    set keep_key = coalesce((select key_id from keep), r.keep_key),
        day_key = coalesce((select key_id from day), r.day_key),
        version = r.version + 1
    where r.id = $1::uuid and r.version = $2::bigint and r.state = 'live'
      and (exists (select from keep)
           or (r.keep_key is null and exists (select from day where day.purge_date = r.purge_date)))
      and exists (select from secret s where s.recording_id = r.id and s.sealed = $3::bytea)
    returning r.id, r.started_at, r.purge_date, r.version
), swapped as (
    update secret s set epoch = $4::integer, sealed = $5::bytea from changed where s.recording_id = changed.id
), unindexed as (
    delete from blind_index b using changed where b.recording_id = changed.id and not (b.token = any($7::bytea[]))
), indexed as (
    insert into blind_index (token, started_at, recording_id, purge_date)
    select distinct t.token, changed.started_at, changed.id, changed.purge_date
    from changed, unnest($7::bytea[]) as t (token)
    on conflict do nothing
), played_on as (  -- nothing about access changed: plays that run go on
    update play p set version = changed.version from changed
    where p.recording_id = changed.id and p.closed_at is null and p.version = changed.version - 1
), written as (
    insert into audit_entry (bytes) select $8::bytea from changed where length($8::bytea) > 0
)
select exists (select from changed) as changed

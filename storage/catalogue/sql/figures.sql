select (select greatest(reltuples, 0)::bigint from pg_class where oid = 'recording'::regclass) as recordings,
       (select count(*) from audit_entry where idx is null) as unnumbered,
       coalesce(extract(epoch from now() - (select min(written_at) from audit_entry where idx is null)), 0)::float8
           as oldest_unnumbered,
       (select count(*) from (select 1 from recording where state = 'live' and due_on < $1::date and holds = 0
                                                        and restrictions = 0 limit 1001) as f) as overdue,
       (select count(*) from (select 1 from recording where state = 'purging' limit 1001) as f) as purging,
       (select count(*) from play where closed_at is null) as open_plays,
       (select count(*) from day_key where state = 'open') as day_keys_open,
       coalesce(extract(epoch from now() - (select min(created_at) from epoch_key where state <> 'destroyed')), 0)::bigint
           as oldest_epoch,
       (select count(*) from purge_batch where not certified) as uncertified

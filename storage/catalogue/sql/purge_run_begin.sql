with begun as (
    insert into purge_run (id, day, started_at, state, due, kept) values ($1::uuid, $2::date, now(), 'running', $3::bigint, $4::bigint)
    on conflict (id) do update
        set day = excluded.day, started_at = now(), finished_at = null, state = 'running', reason = null,
            due = purge_run.purged + excluded.due,  -- what its earlier tries purged counts in both
            kept = excluded.kept
    where purge_run.state in ('queued', 'running', 'failed')
    returning id
)
insert into audit_entry (bytes) select $5::bytea from begun

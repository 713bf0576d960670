with ended as (
    update purge_run set finished_at = now(), state = $2::text, reason = $3::text, purged = purged + $4::bigint
    where id = $1::uuid and state = 'running' returning id
)
insert into audit_entry (bytes) select $5::bytea from ended

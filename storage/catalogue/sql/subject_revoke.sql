with revoked as (
    insert into revoked_subject (subject, started_before, expires_at) values ($1::text, $2::timestamptz, $3::timestamptz)
    on conflict (subject) do update set started_before = greatest(revoked_subject.started_before, excluded.started_before),
                                        expires_at = greatest(revoked_subject.expires_at, excluded.expires_at)
), logged as (
    insert into audit_entry (bytes) values ($4::bytea)
)
select session_id from browser_session where subject = $1::text and opened_at <= $2::timestamptz

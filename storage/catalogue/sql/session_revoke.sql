with revoked as (
    insert into revoked_session (session_mac, expires_at) values ($1::bytea, $2::timestamptz)
    on conflict (session_mac) do update set expires_at = greatest(revoked_session.expires_at, excluded.expires_at)
)
insert into audit_entry (bytes) values ($3::bytea)

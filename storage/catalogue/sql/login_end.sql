-- The issuer says that a login is over: every session of it, in browsers and of tokens. A token's session has the
-- login's own MAC as its id. Whose login it was, where that is known: their sessions of no known login are meant as
-- well, and sign-ins under way that come without one.
with ended as (
    select session_id from browser_session
    where login_mac = $1::bytea or (login_mac is null and subject = $4::text and opened_at <= $5::timestamptz)
), revoked as (
    insert into revoked_session (session_mac, expires_at)
    select session_id, $2::timestamptz from ended union select $1::bytea, $2::timestamptz
    on conflict (session_mac) do update set expires_at = greatest(revoked_session.expires_at, excluded.expires_at)
), nameless as (
    insert into revoked_subject (subject, nameless_before, expires_at)
    select $4::text, $5::timestamptz, $2::timestamptz where $4::text <> ''
    on conflict (subject) do update
        set nameless_before = greatest(revoked_subject.nameless_before, excluded.nameless_before),
            expires_at = greatest(revoked_subject.expires_at, excluded.expires_at)
), logged as (
    insert into audit_entry (bytes) values ($3::bytea)
)
select session_id from ended union select $1::bytea

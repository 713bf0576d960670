-- Logins of people in their browsers. A cookie itself is nowhere: only its SHA-256.
create table browser_session (
    session_id    bytea primary key check (octet_length(session_id) = 32), -- what plays and revocations know it by
    cookie_hash   bytea not null unique check (octet_length(cookie_hash) = 32),
    issuer        text not null,
    subject       text not null,       -- a pseudonym
    login_mac     bytea,               -- of the issuer's own id of the login; null: it has none
    roles         text[] not null,
    teams         text[] not null,
    second_factor boolean not null,
    auth_time     timestamptz,         -- null: the issuer did not say
    opened_at     timestamptz not null,
    seen_at       timestamptz not null,
    expires_at    timestamptz not null
);
create index browser_session_login on browser_session (login_mac) where login_mac is not null;
create index browser_session_subject on browser_session (subject);
create index browser_session_expired on browser_session (expires_at);

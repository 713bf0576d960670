-- The same person proved themselves again: a new cookie in place of the one before, the session stays.
with renewed as (
    update browser_session s
    set cookie_hash = $2::bytea, login_mac = $5::bytea, roles = $6::text[], teams = $7::text[],
        second_factor = $8::boolean, auth_time = $9::timestamptz, seen_at = $10::timestamptz
    where s.cookie_hash = $1::bytea and s.issuer = $3::text and s.subject = $4::text and s.expires_at > $10::timestamptz
      and s.seen_at > $11::timestamptz
      and not exists (select from revoked_session r where r.session_mac in (s.session_id, $5::bytea))
    returning s.session_id
), logged as (
    insert into audit_entry (bytes) select $12::bytea from renewed
)
select session_id from renewed

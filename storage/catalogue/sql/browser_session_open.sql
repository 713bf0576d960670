-- Unless the provider has said since it began that the login, or all of the person's, is over; without a known login,
-- that any of the person's is.
with opened as (
    insert into browser_session (session_id, cookie_hash, issuer, subject, login_mac, roles, teams, second_factor,
                                 auth_time, opened_at, seen_at, expires_at)
    select $1::bytea, $2::bytea, $3::text, $4::text, $5::bytea, $6::text[], $7::text[], $8::boolean, $9::timestamptz,
           $10::timestamptz, $10::timestamptz, $11::timestamptz
    where not exists (select from revoked_session where session_mac = $5::bytea)
      and not exists (select from revoked_subject
                      where subject = $4::text
                        and (started_before >= $13::timestamptz
                             or ($5::bytea is null and nameless_before >= $13::timestamptz)))
    returning session_id
), logged as (
    insert into audit_entry (bytes) select $12::bytea from opened
)
select session_id from opened

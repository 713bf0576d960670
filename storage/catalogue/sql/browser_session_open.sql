with opened as (
    insert into browser_session (session_id, cookie_hash, issuer, subject, login_mac, roles, teams, second_factor,
                                 auth_time, opened_at, seen_at, expires_at)
    values ($1::bytea, $2::bytea, $3::text, $4::text, $5::bytea, $6::text[], $7::text[], $8::boolean, $9::timestamptz,
            $10::timestamptz, $10::timestamptz, $11::timestamptz)
)
insert into audit_entry (bytes) values ($12::bytea)

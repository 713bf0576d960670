with found as (
    select * from browser_session
    where cookie_hash = $1::bytea and expires_at > $2::timestamptz and seen_at > $3::timestamptz
), seen as (
    update browser_session s set seen_at = $2::timestamptz
    from found f where s.session_id = f.session_id and s.seen_at < $4::timestamptz
)
select session_id, issuer, subject, roles, teams, second_factor, auth_time, opened_at, expires_at from found

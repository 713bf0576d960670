with found as (
    select * from browser_session
    where cookie_hash = $1::bytea and expires_at > $2::timestamptz and seen_at > $3::timestamptz
      -- Its provider may have said that the login is over while the session was being opened.
      and not exists (select from revoked_session r where r.session_mac = browser_session.login_mac)
), seen as (
    update browser_session s set seen_at = $2::timestamptz
    from found f where s.session_id = f.session_id and s.seen_at < $4::timestamptz
)
select session_id, issuer, subject, roles, teams, second_factor, auth_time, opened_at, expires_at from found

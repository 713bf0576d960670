select exists (select from revoked_session where session_mac = $1::bytea)
    or exists (select from revoked_subject where subject = $2::text and started_before >= $3::timestamptz) as revoked

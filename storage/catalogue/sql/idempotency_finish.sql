update idempotency set status = $3::integer, location = $4::text, body = $5::text
where key_mac = $1::bytea and token = $2::uuid and status is null

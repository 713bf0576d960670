update idempotency set lease_until = now() where key_mac = $1::bytea and token = $2::uuid and status is null

delete from idempotency where expires_at <= now()

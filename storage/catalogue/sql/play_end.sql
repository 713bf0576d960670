-- Whoever holds it learns so at its next renewal.
update play set close_reason = coalesce(close_reason, $2::text) where id = $1::uuid and closed_at is null returning id

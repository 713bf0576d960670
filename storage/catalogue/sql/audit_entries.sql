select idx, bytes, written_at from audit_entry where idx >= $1::bigint order by idx limit $2::integer

update tree_head set published_size = $2::bigint, published_root = $3::bytea, checkpoint = $4::text
where published_size = $1::bigint and $2::bigint > $1::bigint and size >= $2::bigint

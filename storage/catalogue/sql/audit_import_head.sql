update tree_head set published_size = $1::bigint, published_root = $2::bytea, checkpoint = $3::text
where published_size <= $1::bigint and size >= $1::bigint

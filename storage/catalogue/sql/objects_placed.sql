update sealed_object set place = $2::integer where name = any ($1::text[])

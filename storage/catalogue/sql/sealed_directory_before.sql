select kind || '/' || id as key, epoch, sealed from directory
where (kind, id) > (split_part($2::text, '/', 1), substr($2::text, strpos($2::text, '/') + 1)) and epoch < $1::integer
order by kind, id limit $3::integer

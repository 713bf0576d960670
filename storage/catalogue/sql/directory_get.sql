select kind, id, epoch, sealed from directory where kind = $1::text and id = any($2::text[])

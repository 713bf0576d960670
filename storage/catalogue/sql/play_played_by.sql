select distinct recording_id from play where recording_id = any($1::uuid[]) and subject = any($2::text[])

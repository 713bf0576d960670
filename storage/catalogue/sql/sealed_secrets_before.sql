select recording_id::text as key, epoch, sealed from secret
where recording_id > coalesce(nullif($2::text, '')::uuid, '00000000-0000-0000-0000-000000000000') and epoch < $1::integer
order by recording_id limit $3::integer

insert into store_refusal (recording_id, since) select unnest($1::uuid[]), $2::timestamptz on conflict do nothing

select count(*) as count from (
    select 1 from recording r
    where r.agent = $7::text and r.started_at >= $4::timestamptz and r.started_at < $5::timestamptz
      and r.state = 'live' and not r.quarantined
          and (r.purge_date > $1::date or ($2::boolean and r.keep_key is not null))
          and (r.restrictions = 0 or $3::boolean)
      and ($6::text[] is null or r.team = any($6::text[])) and ($8::text is null or r.queue = $8::text)
      and ($9::text is null or r.sender = $9::text)
    limit $10::integer) as f

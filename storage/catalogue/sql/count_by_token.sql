select count(*) as count from (
    select distinct r.id
    from (select distinct unnest($10::bytea[])) as t (token)
    cross join lateral (
        select r.id from blind_index b join recording r on r.id = b.recording_id
        where b.token = t.token and b.started_at >= $4::timestamptz and b.started_at < $5::timestamptz
          and r.state = 'live' and not r.quarantined
          and (r.purge_date > $1::date or ($2::boolean and r.keep_key is not null))
          and (r.restrictions = 0 or $3::boolean)
          and ($6::text[] is null or r.team = any($6::text[])) and ($7::text is null or r.agent = $7::text)
          and ($8::text is null or r.queue = $8::text) and ($9::text is null or r.sender = $9::text)
        order by b.started_at desc, b.recording_id desc limit $11::integer) as r
    limit $11::integer) as f

-- One index range a token; a recording that two tokens find is one line.
select f.*, s.epoch, s.sealed,
       case when f.holds > 0 then (
           select min(h.review_on) from hold_recording hr join hold h on h.id = hr.hold_id
           where hr.recording_id = f.id and h.released_at is null) end as oldest_hold_review
from (
    select distinct on (r.started_at, r.id) r.*
    from (select distinct unnest($10::bytea[])) as t (token)
    cross join lateral (
        select r.* from blind_index b join recording r on r.id = b.recording_id
        where b.token = t.token and b.started_at >= $4::timestamptz and b.started_at < $5::timestamptz
          and (b.started_at, b.recording_id) < ($11::timestamptz, $12::uuid)
          and r.state = 'live' and not r.quarantined
          and (r.purge_date > $1::date or ($2::boolean and r.keep_key is not null))
          and (r.restrictions = 0 or $3::boolean)
          and ($6::text[] is null or r.team = any($6::text[])) and ($7::text is null or r.agent = $7::text)
          and ($8::text is null or r.queue = $8::text) and ($9::text is null or r.sender = $9::text)
        order by b.started_at desc, b.recording_id desc limit $13::integer) as r
    order by r.started_at desc, r.id desc limit $13::integer
) as f
join secret s on s.recording_id = f.id
order by f.started_at desc, f.id desc

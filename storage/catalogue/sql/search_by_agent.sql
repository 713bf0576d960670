select f.*, s.epoch, s.sealed,
       case when f.holds > 0 then (
           select min(h.review_on) from hold_recording hr join hold h on h.id = hr.hold_id
           where hr.recording_id = f.id and h.released_at is null) end as oldest_hold_review
from (
    select r.* from recording r
    where r.agent = $7::text and r.started_at >= $4::timestamptz and r.started_at < $5::timestamptz
      and (r.started_at, r.id) < ($10::timestamptz, $11::uuid)
      and r.state = 'live' and not r.quarantined
          and (r.purge_date > $1::date or ($2::boolean and r.keep_key is not null))
          and (r.restrictions = 0 or $3::boolean)
      and ($6::text[] is null or r.team = any($6::text[])) and ($8::text is null or r.queue = $8::text)
      and ($9::text is null or r.sender = $9::text)
    order by r.started_at desc, r.id desc limit $12::integer
) as f
join secret s on s.recording_id = f.id
order by f.started_at desc, f.id desc

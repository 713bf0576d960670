select r.*, s.epoch, s.sealed, o.names, o.renditions, o.parts, o.sizes,
       case when r.holds > 0 then (
           select min(h.review_on) from hold_recording hr join hold h on h.id = hr.hold_id
           where hr.recording_id = r.id and h.released_at is null) end as oldest_hold_review
from recording r
join secret s on s.recording_id = r.id
cross join lateral (
    select array_agg(name order by rendition, part) as names, array_agg(rendition order by rendition, part) as renditions,
           array_agg(part order by rendition, part) as parts, array_agg(sealed_size order by rendition, part) as sizes
    from sealed_object where recording_id = r.id) as o
where r.id = $1::uuid

select h.*, (select count(*) from hold_recording r where r.hold_id = h.id) as recordings
from hold h where h.released_at is null order by h.review_on limit 1000

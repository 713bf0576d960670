select p.*, coalesce(l.roles, array[]::text[]) as roles, coalesce(l.teams, array[]::text[]) as teams, r.media
from play p left join play_listener l on l.play_id = p.id join recording r on r.id = p.recording_id
where p.subject = $1::text and p.opened_at >= $2::timestamptz and p.opened_at < $3::timestamptz
order by p.opened_at desc limit $4::integer

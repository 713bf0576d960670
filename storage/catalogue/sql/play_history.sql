select p.*, coalesce(l.roles, array[]::text[]) as roles, coalesce(l.teams, array[]::text[]) as teams, r.media
from play p left join play_listener l on l.play_id = p.id join recording r on r.id = p.recording_id
where p.recording_id = $1::uuid order by p.opened_at desc limit $2::integer

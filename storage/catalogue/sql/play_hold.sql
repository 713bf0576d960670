-- A further gateway takes the play up. It may serve once a renewal says so.
update play
set holders = array_append(array_remove(holders, $2::text), $2::text)
where id = $1::uuid and closed_at is null and close_reason is null
returning *, greatest(0, extract(epoch from now() - opened_at) * 1000)::bigint as age

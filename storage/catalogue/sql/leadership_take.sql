-- The token grows only when the holder changes.
insert into leadership as l (role, holder, token, until) values ($1::text, $2::text, 1, now() + $3::interval)
on conflict (role) do update
set token = l.token + (l.holder <> excluded.holder)::integer, holder = excluded.holder, until = excluded.until
where l.holder = excluded.holder or l.until < now()
returning token

insert into directory as d (kind, id, epoch, sealed, seen_on)
select t.kind, t.id, t.epoch, t.sealed, $5::date
from unnest($1::text[], $2::text[], $3::integer[], $4::bytea[]) as t (kind, id, epoch, sealed)
on conflict (kind, id) do update
set epoch = excluded.epoch, sealed = excluded.sealed, seen_on = greatest(d.seen_on, excluded.seen_on)

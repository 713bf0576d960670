update directory d set epoch = t.epoch, sealed = t.fresh
from unnest($1::text[], $2::bytea[], $3::integer[], $4::bytea[]) as t (key, old, epoch, fresh)
where d.kind = split_part(t.key, '/', 1) and d.id = substr(t.key, strpos(t.key, '/') + 1) and d.sealed = t.old

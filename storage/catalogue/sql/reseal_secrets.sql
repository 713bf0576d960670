update secret s set epoch = t.epoch, sealed = t.fresh
from unnest($1::text[], $2::bytea[], $3::integer[], $4::bytea[]) as t (key, old, epoch, fresh)
where s.recording_id = t.key::uuid and s.sealed = t.old

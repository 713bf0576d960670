-- A hold's matter and owner stay while it is known at all.
delete from directory d
where d.seen_on < $1::date
  and (d.kind not in ('matter', 'owner') or not exists (select from hold h where h.matter_ref = d.id or h.owner_ref = d.id))

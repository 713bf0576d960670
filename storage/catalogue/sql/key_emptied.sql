-- What was superseded takes nothing any more, so this stays true.
update former_key f set emptied_at = now()
where key_id = $1::uuid and emptied_at is null
  and not exists (select from recording where state = 'live' and due_on = f.purge_date and keep_key is null
                                          and day_key = $1::uuid)
  and not exists (select from recording where state = 'live' and purge_date = f.purge_date and kept_until is not null
                                          and keep_key is null and day_key = $1::uuid)
  and not exists (select from recording where keep_key = $1::uuid and state = 'live')

-- What was superseded takes nothing any more, so this stays true.
with day as (
    update day_key k set emptied_at = now()
    where key_id = $1::uuid and superseded_at is not null and emptied_at is null
      and not exists (select from recording where state = 'live' and due_on = k.purge_date and keep_key is null
                                              and day_key = $1::uuid)
      and not exists (select from recording where state = 'live' and purge_date = k.purge_date
                                              and kept_until is not null and keep_key is null and day_key = $1::uuid)
)
update keep_key set emptied_at = now()
where key_id = $1::uuid and superseded_at is not null and emptied_at is null
  and not exists (select from recording where keep_key = $1::uuid and state = 'live')

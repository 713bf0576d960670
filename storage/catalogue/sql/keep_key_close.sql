update keep_key set state = 'closed'
where key_id = $1::uuid and state in ('planned', 'open', 'closed')
  and not exists (select from recording r where r.keep_key = $1::uuid)

update keep_key set state = 'open' where key_id = $1::uuid and state in ('planned', 'open')

update day_key set state = 'open' where purge_date = $1::date and key_id = $2::uuid and state in ('planned', 'open')

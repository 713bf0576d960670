select id from recording where keep_key = $1::uuid and state = 'live' and id > $2::uuid order by id limit $3::integer

(select id from recording
 where state = 'live' and due_on = $2::date and keep_key is null and day_key = $1::uuid and id > $3::uuid
 order by id limit $4::integer)
union
(select id from recording
 where state = 'live' and purge_date = $2::date and kept_until is not null and keep_key is null and day_key = $1::uuid
   and id > $3::uuid
 order by id limit $4::integer)
order by id limit $4::integer

select * from play where recording_id = $1::uuid order by opened_at desc limit $2::integer

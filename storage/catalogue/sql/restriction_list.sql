select * from restriction where recording_id = $1::uuid order by set_at desc

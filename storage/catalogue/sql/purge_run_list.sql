select * from purge_run order by queued_at desc limit $1::integer

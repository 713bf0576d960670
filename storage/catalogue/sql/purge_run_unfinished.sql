select * from purge_run where id = $1::uuid or state in ('queued', 'running', 'stopped') order by id = $1::uuid desc limit 1

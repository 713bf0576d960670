select * from day_key
where (state = 'closed' and superseded_at is null) or (state in ('planned', 'open', 'closed') and purge_date <= $1::date)
order by purge_date, superseded_at nulls first limit 1000

select * from day_key
where state = 'closed' or (state in ('planned', 'open') and purge_date <= $1::date)
order by purge_date limit 1000

select * from day_key where purge_date between $1::date and $2::date order by purge_date, planned_at limit 1000

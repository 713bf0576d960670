select * from day_key where purge_date = $1::date

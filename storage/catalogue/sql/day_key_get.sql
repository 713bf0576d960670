select * from day_key where purge_date = $1::date and superseded_at is null

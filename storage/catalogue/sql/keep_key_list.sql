select * from keep_key where state <> 'destroyed' order by planned_at limit 10000

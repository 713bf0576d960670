select purge_date, count(*) as due from recording
where state = 'live' and due_on <= $1::date and holds = 0 and restrictions = 0
group by purge_date order by purge_date

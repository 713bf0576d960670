select checked_at, gateway, faults from residency_check
where checked_at >= $1::timestamptz and checked_at < $2::timestamptz
order by id

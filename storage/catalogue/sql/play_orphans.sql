select * from play where closed_at is null and lease_until < now() - $1::interval order by lease_until limit $2::integer

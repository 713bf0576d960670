-- One that is to end waits for nobody who might take it up.
select * from play
where closed_at is null and lease_until < now() - case when close_reason is null then $1::interval else interval '0' end
order by lease_until limit $2::integer

-- One that was superseded goes $2 after that: until then there are copies of the database that hang on it. And the one in
-- its place stays while something is to be rewrapped under it.
select * from keep_key k
where k.state <> 'destroyed' and k.planned_at < now() - $1::interval
  and (k.superseded_at is null or k.superseded_at < now() - $2::interval)
  and not exists (select from recording r where r.keep_key = k.key_id)
  and not exists (select from keep_key f where f.label = k.label and f.superseded_at is not null and f.emptied_at is null
                                           and f.state = 'closed' and f.key_id <> k.key_id)
order by k.planned_at limit 1000

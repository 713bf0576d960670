insert into place (kind, endpoint, bucket, region, country, certificate)
values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::bytea)
on conflict (kind, endpoint, bucket, region, country, certificate) do update set last_seen = now()
returning id

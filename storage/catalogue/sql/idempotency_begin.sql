-- Taken: new, forgotten, or the same request again whose try was lost. What runs it again uses the id of the first try.
with taken as (
    insert into idempotency as i (key_mac, request_mac, made_id, token, lease_until, expires_at)
    values ($1::bytea, $2::bytea, $3::uuid, $4::uuid, now() + $5::interval, now() + $6::interval)
    on conflict (key_mac) do update
    set request_mac = excluded.request_mac, token = excluded.token, lease_until = excluded.lease_until,
        made_id = case when i.expires_at <= now() then excluded.made_id else i.made_id end,
        expires_at = excluded.expires_at, status = null, location = null, body = null
    where i.expires_at <= now()
       or (i.status is null and i.lease_until <= now() and i.request_mac = excluded.request_mac)
    returning made_id
)
select t.made_id, i.request_mac = $2::bytea as same, i.status, i.location, i.body
from (select 1) as one left join taken t on true left join idempotency i on i.key_mac = $1::bytea

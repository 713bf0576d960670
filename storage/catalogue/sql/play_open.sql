-- The decision was made on facts of version $3; it stands only if they are still so.
with fresh as materialized (
    select id from recording
    where id = $2::uuid and version = $3::bigint and state = 'live' and not quarantined
      and (purge_date > $4::date or ($5::boolean and keep_key is not null))
), allowed as materialized (
    select 1
    where not exists (select from revoked_session x
                      where x.session_mac in ($6::bytea, (select s.login_mac from browser_session s
                                                          where s.session_id = $6::bytea)))
      and not exists (select from revoked_subject where subject = $8::text and started_before >= $7::timestamptz)
), opened as (
    insert into play (id, recording_id, version, past_purge_date, session_mac, session_started, subject, purpose,
                      case_ref, gateway, holders, lease_until)
    select $1::uuid, $2::uuid, $3::bigint, $5::boolean, $6::bytea, $7::timestamptz, $8::text, $9::text, $10::text,
           $11::text, array[$11::text], now() + $12::interval
    from fresh, allowed
    returning id
), listener as (
    insert into play_listener (play_id, roles, teams) select id, $14::text[], $15::text[] from opened
), written as (
    insert into audit_entry (bytes) select $13::bytea from opened
)
select exists (select from opened) as opened, exists (select from allowed) as allowed,
       coalesce(r.state = 'live' and (r.purge_date > $4::date or ($5::boolean and r.keep_key is not null)), false) as there
from (select) as always left join recording r on r.id = $2::uuid

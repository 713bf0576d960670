-- All plays of one gateway at once: save what was served, say which may go on, and whose session is over.
with told as (
    select * from unnest($2::uuid[], $3::bigint[], $4::text[]) as t (id, bytes, ranges)
), judged as materialized (
    select p.id, t.bytes, t.ranges::int8multirange as ranges,
           p.lease_until > now()
           and coalesce(r.state = 'live' and not r.quarantined, false)
           and (r.purge_date > $5::date or (p.past_purge_date and r.keep_key is not null))
           and (r.version = p.version or r.restrictions = 0)
           as good,
           exists (select from revoked_session x
                   where x.session_mac in (p.session_mac, (select s.login_mac from browser_session s
                                                           where s.session_id = p.session_mac)))
           or exists (select from revoked_subject x
                      where x.subject = p.subject and x.started_before >= p.session_started) as logged_out
    from told t
    join play p on p.id = t.id and p.gateway = $1::text and p.closed_at is null
    left join recording r on r.id = p.recording_id
), saved as (
    update play p
    set served_bytes = greatest(p.served_bytes, j.bytes), served_ranges = p.served_ranges + j.ranges,
        lease_until = case when j.good and not j.logged_out then now() + $6::interval else p.lease_until end
    from judged j
    where p.id = j.id and p.closed_at is null
    returning p.id, j.good and not j.logged_out as goes_on, j.logged_out
)
select id, goes_on from saved where goes_on or logged_out

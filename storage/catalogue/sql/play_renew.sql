-- All plays that one gateway holds, at once: save what was served, say which may go on and why the others may not, and of
-- those that other gateways hold too what was served in all.
with told as (
    select * from unnest($2::uuid[], $3::text[]) as t (id, ranges)
), judged as materialized (
    select p.id, t.ranges::int8multirange as ranges,
           coalesce(r.state = 'live' and not r.quarantined, false)
           and (r.purge_date > $4::date or (p.past_purge_date and r.keep_key is not null))
           and (r.version = p.version or r.restrictions = 0)
           and p.close_reason is null
           as good,
           exists (select from revoked_session x
                   where x.session_mac in (p.session_mac, (select s.login_mac from browser_session s
                                                           where s.session_id = p.session_mac)))
           or exists (select from revoked_subject x
                      where x.subject = p.subject and x.started_before >= p.session_started) as logged_out
    from told t
    join play p on p.id = t.id and $1::text = any(p.holders) and p.closed_at is null
    left join recording r on r.id = p.recording_id
    order by p.id for update of p -- two gateways hold some of the same plays: in one order
), saved as (
    update play p
    set served_ranges = p.served_ranges + j.ranges,
        served_bytes = (select coalesce(sum(upper(s) - lower(s)), 0) from unnest(p.served_ranges + j.ranges) s),
        lease_until = case when j.good and not j.logged_out then greatest(p.lease_until, now() + $5::interval)
                      else p.lease_until end
    from judged j
    where p.id = j.id and p.closed_at is null
    returning p.id, j.good and not j.logged_out as goes_on, j.logged_out, p.close_reason,
              case when cardinality(p.holders) > 1 then p.served_ranges end as ranges
)
select id, goes_on, logged_out, close_reason, ranges from saved

-- A gateway leaves a play. The last one closes it with its entry, which must know of all that was served: when others
-- served more ($3 lacks it), nothing is written, and what was served is told. $6: for all gateways, not this one alone.
-- A play that outlived its recording leaves nothing but its entry.
with gone as materialized (
    select 1 where not exists (select from play where id = $1::uuid)
), before as materialized (
    select p.id, p.served_ranges + $3::int8multirange as served, array_remove(p.holders, $2::text) as others,
           p.served_ranges <@ $3::int8multirange as told
    from play p where p.id = $1::uuid and p.closed_at is null for update
), judged as materialized (
    select b.*, cardinality(b.others) = 0 and b.told as last,
           exists (select from play p join recording r on r.id = p.recording_id where p.id = b.id) as stays
    from before b
), lone as (
    delete from play p using judged j where p.id = j.id and j.last and not j.stays returning p.id
), kept as (
    update play p
    set closed_at = case when j.last then now() end,
        close_reason = case when j.last or $6::boolean then coalesce(p.close_reason, $4::text) else p.close_reason end,
        holders = j.others, served_ranges = j.served,
        served_bytes = (select coalesce(sum(upper(s) - lower(s)), 0) from unnest(j.served) s)
    from judged j where p.id = j.id and (j.stays or not j.last)
    returning p.id
), done as materialized (
    select 1 where exists (select from judged where last) or exists (select from gone)
), written as (
    insert into audit_entry (bytes) select $5::bytea from done
)
select exists (select from done) as ended, coalesce((select cardinality(others) > 0 from judged), false) as held,
       (select served from judged) as ranges
from (select) as always

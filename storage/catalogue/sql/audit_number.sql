-- The fence: whoever does not know the present size numbers nothing.
with head as materialized (
    select size from tree_head where size = $1::bigint for update
), picked as materialized (
    select id, $1::bigint + row_number() over (order by id) - 1 as idx
    from (select id from audit_entry where idx is null and exists (select from head) order by id limit $2::integer) as u
), numbered as (
    update audit_entry e set idx = p.idx from picked p where e.id = p.id returning e.idx, e.bytes, e.written_at
), raised as (
    update tree_head set size = size + (select count(*) from picked) where size = $1::bigint and exists (select from picked)
)
select exists (select from head) as fenced, n.idx, n.bytes, n.written_at
from (select) as always left join numbered n on true
order by n.idx

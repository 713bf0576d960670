-- Entries that the log numbered after the backup was taken may still lie here without their number: they are those.
with head as materialized (
    select size from tree_head where size = $1::bigint for update
), given as materialized (
    select t.bytes, $1::bigint + t.no - 1 as idx from unnest($2::bytea[]) with ordinality as t (bytes, no), head
), dropped as (
    delete from audit_entry e using given g where e.idx is null and e.bytes = g.bytes
), added as (
    insert into audit_entry (idx, bytes) select idx, bytes from given order by idx
), raised as (
    update tree_head set size = size + cardinality($2::bytea[]) where size = $1::bigint
)
select exists (select from head) as fenced

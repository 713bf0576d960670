with before as (
    select size from witnessed_head
), written as (
    insert into witnessed_head (size, note) values ($1::bigint, $2::text)
    on conflict (only_row) do update set size = excluded.size, note = excluded.note, at = now()
    where witnessed_head.size <= excluded.size
)
select (select size from before) as before

with found as (
    select id, coalesce(reviewer, owner) as last from hold where id = $1::uuid and released_at is null for update
), moved as (
    update hold h set review_on = $3::date, reviewer = $2::text from found f where h.id = f.id and f.last <> $2::text
    returning h.id
), written as (
    insert into audit_entry (bytes) select $4::bytea from moved
)
select exists (select from found) as found, exists (select from moved) as moved

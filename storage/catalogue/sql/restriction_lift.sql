with lifted as (
    update restriction set lifted_at = now(), lifted_by = $2::text, notice_ref = $3::text
    where id = $1::uuid and lifted_at is null
    returning id, recording_id
), flagged as (
    update recording r
    set restrictions = r.restrictions - 1, version = r.version + 1,
        -- Another one that is being set just now is in the row already, but not yet in what the subquery sees.
        restricted_ground = case when r.restrictions > 1 then coalesce(
            (select o.ground from restriction o where o.recording_id = r.id and o.id <> l.id and o.lifted_at is null
             order by o.set_at desc limit 1), r.restricted_ground) end
    from lifted l where r.id = l.recording_id
), written as (
    insert into audit_entry (bytes) select $4::bytea from lifted
)
select exists (select from lifted) as found

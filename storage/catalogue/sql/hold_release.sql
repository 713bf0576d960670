with released as (
    update hold set released_at = now() where id = $1::uuid and released_at is null returning id
), flagged as (
    update recording r set holds = r.holds - 1, version = r.version + 1
    from hold_recording h, released where h.hold_id = released.id and r.id = h.recording_id
), written as (
    insert into audit_entry (bytes) select $2::bytea from released
)
select exists (select from released) as found

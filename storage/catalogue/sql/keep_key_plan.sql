with added as (
    insert into keep_key (label, key_id) values ($1::text, $2::uuid)
    on conflict (label) where state in ('planned', 'open') do nothing
    returning *
)
select * from added union all select * from keep_key where label = $1::text and state in ('planned', 'open')

with added as (
    insert into vault_key (purpose, key_id) values ($1::text, $2::uuid) on conflict (purpose) do nothing returning key_id
)
select key_id from added union all select key_id from vault_key where purpose = $1::text

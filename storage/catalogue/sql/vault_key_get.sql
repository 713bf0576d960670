select key_id from vault_key where purpose = $1::text

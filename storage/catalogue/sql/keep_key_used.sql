select exists (select from recording where keep_key = $1::uuid) as used

update ledger_mark set next = $1::bigint, previous = $2::bytea where next < $1::bigint

delete from directory where kind = $1::text and seen_on < $2::date

update leadership set until = '-infinity' where role = $1::text and holder = $2::text

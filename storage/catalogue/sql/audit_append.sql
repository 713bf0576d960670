insert into audit_entry (bytes) select bytes from unnest($1::bytea[]) with ordinality as t (bytes, no) order by no

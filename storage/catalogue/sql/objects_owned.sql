select o.name from unnest($1::text[]) as n (name) join sealed_object o on o.name = n.name

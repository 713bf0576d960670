-- This program's migrations, no more and no less, each with the text that it has here.
select count(*) as applied, count(*) filter (where m.digest = encode(sha256(convert_to(t.text, 'UTF8')), 'hex')) as same
from schema_migration m
full join unnest($1::text[], $2::text[]) as t (name, text) on t.name = m.name

-- Live rows that no keep key holds; those not kept at all count too: they came after the due rows were marked.
select (select count(*) from recording
        where state = 'live' and keep_key is null and purge_date = $1::date and due_on = $1::date)
     + (select count(*) from recording
        where state = 'live' and keep_key is null and purge_date = $1::date and due_on > $1::date
          and kept_until is not null) as keepers

select o.name from unnest($1::text[]) as n (name) join sealed_object o on o.name = n.name
join recording r on r.id = o.recording_id where r.state = 'live'

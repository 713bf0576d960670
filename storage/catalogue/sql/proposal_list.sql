select * from proposal where state = 'open' and expires_at > now() order by proposed_at limit 1000

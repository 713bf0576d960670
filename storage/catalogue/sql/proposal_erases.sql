select exists (
    select from proposal
    where kind = 'erasure' and (state = 'approved' or (state = 'open' and expires_at > now()))
      and (proposer = $1::text or decider = $1::text) and position($2::bytea in payload) > 0) as erases

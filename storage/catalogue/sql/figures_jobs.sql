select kind, state, count(*) as count from job group by kind, state

select m.high_water, clock_timestamp() as database, s.wall, s.passed
from clock_mark m left join clock_seen s on s.boot = $1::uuid

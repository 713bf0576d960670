select count(*) filter (where holds > 0) as by_hold,
       count(*) filter (where holds = 0 and restrictions > 0) as by_restriction,
       count(*) filter (where holds = 0 and restrictions = 0 and due_on > $1::date) as by_class,
       (select count(*) from recording where state = 'purging') as purging
from recording
where purge_date <= $1::date and state = 'live' and (holds > 0 or restrictions > 0 or kept_until is not null)

with due as (
    select id from recording
    where state = 'live' and due_on <= $1::date and holds = 0 and restrictions = 0
    order by due_on, id limit $2::integer
    for update
)
update recording r set state = 'purging', purge_ground = 'retention', version = r.version + 1 from due where r.id = due.id

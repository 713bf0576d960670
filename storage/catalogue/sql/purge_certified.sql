with leaves as (
    update reference set leaf = null where batch_id = $1::uuid
)
update purge_batch set certified = true where id = $1::uuid

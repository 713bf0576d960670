select recording_id, purged_on, ground from reference where recording_id = $1::uuid and purged_on is not null

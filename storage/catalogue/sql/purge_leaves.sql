select recording_id, leaf from reference where batch_id = $1::uuid order by leaf_no

select recording_id from hold_recording where hold_id = $1::uuid order by recording_id

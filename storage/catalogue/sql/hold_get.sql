select h.*, (select count(*) from hold_recording r where r.hold_id = h.id) as recordings from hold h where h.id = $1::uuid

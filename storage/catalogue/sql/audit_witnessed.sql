select size, note, at from witnessed_head

select * from tree_head

select b.*, e.idx from purge_batch b left join audit_entry e on e.id = b.audit_id
where not b.certified order by b.audit_id limit 100

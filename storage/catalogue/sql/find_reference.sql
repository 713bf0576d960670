select f.recording_id, f.purged_on, f.ground, r.content_mac, r.purge_date, r.rule_id, r.retention_class, r.received_at,
       r.state
from reference f left join recording r on r.id = f.recording_id
where f.ref_mac = $1::bytea

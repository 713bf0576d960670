insert into job (id, kind, unique_key, recording_id, payload, run_at, max_attempts)
    select j.id, j.kind, j.unique_key, j.recording_id, decode(j.payload, 'hex'),
           now() + j.delay_ms * interval '1 millisecond', j.max_attempts
    from jsonb_to_recordset($1::jsonb) as j (id uuid, kind text, unique_key text, recording_id uuid, payload text, delay_ms bigint,
                                       max_attempts integer)
    on conflict do nothing

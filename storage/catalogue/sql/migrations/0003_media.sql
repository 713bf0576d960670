-- What is known of a recording's audio names its input, and keeps the shape of a WAV in a member of its own.
update recording
set media = jsonb_build_object('input', 'wav', 'size', media::jsonb -> 'size', 'roles', media::jsonb -> 'roles',
                               'wav', media::jsonb - 'size' - 'roles')::text
where media like '{%' and not media::jsonb ? 'input' and media::jsonb ? 'data_offset';

-- Recordings of before are measured too.
insert into job (id, kind, unique_key, recording_id, payload, run_at, max_attempts)
select gen_random_uuid(), 'measure', 'prepare-' || replace(id::text, '-', ''), id, '\x', now(), 2147483647
from recording where state = 'live'
on conflict do nothing;

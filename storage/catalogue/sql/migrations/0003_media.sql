-- What is known of a recording's audio names its input, and keeps the shape of a WAV in a member of its own.
update recording
set media = jsonb_build_object('input', 'wav', 'size', media::jsonb -> 'size', 'roles', media::jsonb -> 'roles',
                               'wav', media::jsonb - 'size' - 'roles')::text
where media like '{%' and not media::jsonb ? 'input' and media::jsonb ? 'data_offset';

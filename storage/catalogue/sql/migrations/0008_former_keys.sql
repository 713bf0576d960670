-- Keys from which another one took over (it lies in another vault). They are closed, and still open what hangs on them. A
-- day key among them has no other row, and goes on its day like the one in its place: old copies of the database hang on
-- it. A keep key has its row in keep_key besides.
create table former_key (
    key_id        uuid primary key,
    purge_date    date,         -- of a day key
    superseded_at timestamptz not null default now(),
    emptied_at    timestamptz,  -- nothing that lives hangs on it any more
    destroyed_at  timestamptz   -- of a day key
);
create index former_key_date on former_key (purge_date) where purge_date is not null;

-- What hangs on a keep key is read page by page.
create index recording_keep_key_page on recording (keep_key, id) where keep_key is not null;
drop index recording_keep_key;

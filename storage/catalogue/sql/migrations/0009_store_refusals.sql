-- A recording whose bytes the store would not let go of when it was purged (a lock, a legal hold of its own), and since
-- when: its certificate says so.
create table store_refusal (
    recording_id uuid primary key,
    since        timestamptz not null
);

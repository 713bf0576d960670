-- Where objects lie, as their store proved it when they were written (rule 42).
create table place (
    id          integer generated always as identity primary key,
    kind        text not null,    -- "file" or "s3"
    endpoint    text not null,    -- host and port; empty for files of this machine
    bucket      text not null,
    region      text not null,    -- as the bucket answered it
    country     text not null,    -- of the list of regions, or of the operator's word
    certificate bytea not null,   -- SHA-256 of the store's certificate; empty where there is none
    first_seen  timestamptz not null default now(),
    last_seen   timestamptz not null default now(),
    unique (kind, endpoint, bucket, region, country, certificate)
);

-- Null: written before places were recorded.
alter table sealed_object add column place integer;

create table residency_check (
    id         bigint generated always as identity primary key,
    checked_at timestamptz not null,
    gateway    text not null,
    faults     text[] not null    -- none: everything was within the list
);
create index residency_check_time on residency_check (checked_at);

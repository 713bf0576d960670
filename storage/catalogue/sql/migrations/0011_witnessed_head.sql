-- The newest checkpoint of the audit log that enough witnesses have cosigned: what outsiders are given.
create table witnessed_head (
    only_row boolean primary key default true check (only_row),
    size     bigint not null,
    note     text not null,
    at       timestamptz not null default now()
);

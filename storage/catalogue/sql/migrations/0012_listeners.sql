-- As what somebody listened: for the person on the call, who is told roles and departments and no names (rule 27).
create table play_listener (
    play_id uuid primary key references play on delete cascade,
    roles   text[] not null,
    teams   text[] not null
);

-- What one person heard.
create index play_subject on play (subject, opened_at desc);

-- The catalogue. No column holds a phone number, a person's name, a recording_ref or a digest in plain: those are in
-- secret.sealed, and what must be compared is an HMAC under a key of the vault.
-- Hot tables have no foreign keys: each statement writes or deletes all rows of a recording together.

-- Which key of the vault counts for a purge date. A push locks the row FOR SHARE; closing waits for it.
create table day_key (
    purge_date   date primary key,
    key_id       uuid not null unique,
    state        text not null default 'planned' check (state in ('planned', 'open', 'closed', 'destroyed')),
    planned_at   timestamptz not null default now(),
    closed_at    timestamptz,
    destroyed_at timestamptz
);

create table keep_key (
    key_id       uuid primary key,
    label        text not null,
    state        text not null default 'planned' check (state in ('planned', 'open', 'closed', 'destroyed')),
    planned_at   timestamptz not null default now(),
    destroyed_at timestamptz
);
-- A month or matter that needs a keep key again after its first one ended gets another.
create unique index keep_key_label on keep_key (label) where state in ('planned', 'open');

create table epoch_key (
    epoch        integer primary key,
    key_id       uuid not null unique,
    state        text not null default 'open' check (state in ('open', 'closed', 'destroyed')),
    created_at   timestamptz not null default now(),
    closed_at    timestamptz,
    destroyed_at timestamptz
);

create table vault_key (
    purpose text primary key,
    key_id  uuid not null
);

-- A sender's reference, as HMAC. It decides uniqueness for ever: at the purge the row stays as the tombstone, so that no
-- push can slip between the end of the recording and the start of its tombstone.
create table reference (
    ref_mac      bytea primary key,
    recording_id uuid not null,
    purged_on    date,     -- set: a tombstone
    ground       text,
    batch_id     uuid,
    leaf_no      integer,
    leaf         bytea     -- until the batch is certified
);
create index reference_batch on reference (batch_id, leaf_no) where batch_id is not null;
create index reference_tombstone on reference (recording_id) where purged_on is not null;

create table recording (
    id                uuid primary key,
    version           bigint not null default 1,     -- grows with every change of what decides about access
    state             text not null default 'live' check (state in ('live', 'purging')),
    purge_ground      text,
    sender            text not null,
    ref_mac           bytea not null,
    content_mac       bytea not null,
    day_key           uuid not null,
    keep_key          uuid,
    purge_date        date not null,
    kept_until        date,
    due_on            date not null generated always as (greatest(purge_date, kept_until)) stored,
    started_at        timestamptz not null,
    received_at       timestamptz not null,
    duration_ms       bigint,
    direction         text,
    team              text not null,
    agent             text,
    queue             text,
    basis             text not null,
    purposes          text[] not null,
    profile           text not null,
    rule_id           text not null,
    retention_class   text,
    media             text not null,
    unplayable        text,
    quarantined       boolean not null default false,
    holds             integer not null default 0,
    restrictions      integer not null default 0,
    restricted_ground text
);
create index recording_team on recording (team, started_at desc, id desc);
create index recording_agent on recording (agent, started_at desc, id desc) where agent is not null;
create index recording_due on recording (due_on, id) where state = 'live';
create index recording_purging on recording (purge_date, id) where state = 'purging';
create index recording_kept on recording (purge_date, id) where holds > 0 or restrictions > 0 or kept_until is not null;
create index recording_keep_key on recording (keep_key) where keep_key is not null;

-- The narrow table that goes dark with its epoch.
create table secret (
    recording_id uuid primary key,
    epoch        integer not null,
    sealed       bytea not null
);

create table sealed_object (
    name         text primary key,
    recording_id uuid not null,
    rendition    text not null,
    part         integer not null,
    sealed_size  bigint not null
);
create index sealed_object_recording on sealed_object (recording_id);

create table blind_index (
    token        bytea not null,
    started_at   timestamptz not null,
    recording_id uuid not null,
    purge_date   date not null,
    primary key (token, started_at, recording_id)
);
create index blind_index_recording on blind_index (recording_id);

create table play (
    id              uuid primary key,
    recording_id    uuid not null,
    version         bigint not null,
    past_purge_date boolean not null,
    session_mac     bytea not null,
    session_started timestamptz not null,
    subject         text not null,
    purpose         text not null,
    case_ref        text,
    gateway         text not null,
    opened_at       timestamptz not null default now(),
    lease_until     timestamptz not null,
    closed_at       timestamptz,
    close_reason    text,
    served_bytes    bigint not null default 0,
    served_ranges   int8multirange not null default '{}'
) with (fillfactor = 70);
create index play_open on play (lease_until) where closed_at is null;
create index play_recording on play (recording_id, opened_at desc);

create table revoked_session (
    session_mac bytea primary key,
    expires_at  timestamptz not null
);
create table revoked_subject (
    subject        text primary key,
    started_before timestamptz not null,
    expires_at     timestamptz not null
);

create table restriction (
    id           uuid primary key,
    recording_id uuid not null,
    ground       text not null,
    set_by       text not null,
    set_at       timestamptz not null default now(),
    lifted_at    timestamptz,
    lifted_by    text,
    notice_ref   text
);
create index restriction_recording on restriction (recording_id, set_at desc);

create table hold (
    id          uuid primary key,
    matter_ref  text not null,
    owner       text not null,     -- pseudonym of who placed it
    owner_ref   text,              -- sealed directory row: who answers for it
    reviewer    text,
    review_on   date not null,
    set_at      timestamptz not null default now(),
    released_at timestamptz
);
create index hold_open on hold (review_on) where released_at is null;
create table hold_recording (
    recording_id uuid not null,
    hold_id      uuid not null,
    primary key (recording_id, hold_id)
);
create index hold_recording_hold on hold_recording (hold_id);

create table proposal (
    id          uuid primary key,
    kind        text not null,
    payload     bytea not null,
    proposer    text not null,
    proposed_at timestamptz not null default now(),
    expires_at  timestamptz not null,
    state       text not null default 'open' check (state in ('open', 'approved', 'rejected')),
    decider     text check (decider <> proposer),
    decided_at  timestamptz
);
create index proposal_open on proposal (proposed_at) where state = 'open';

create table job (
    id           uuid primary key,
    kind         text not null,
    unique_key   text unique,
    recording_id uuid,
    payload      bytea not null,
    state        text not null default 'queued' check (state in ('queued', 'running', 'dead')),
    run_at       timestamptz not null,          -- queued: not before; running: the lease's end
    attempts     integer not null default 0,
    max_attempts integer not null,
    token        bigint not null default 0,
    worker       text,
    last_error   text
);
create index job_due on job (kind, run_at) where state <> 'dead';
create index job_recording on job (recording_id) where recording_id is not null;

create table leadership (
    role   text primary key,
    holder text not null,
    token  bigint not null,
    until  timestamptz not null
);

create table purge_run (
    id           uuid primary key,
    day          date not null,
    queued_at    timestamptz not null default now(),
    started_at   timestamptz,
    finished_at  timestamptz,
    state        text not null check (state in ('queued', 'running', 'done', 'stopped', 'failed')),
    reason       text,
    accepted_for text,                       -- the reasons of the brake that two people accepted
    accepted_due bigint,                     -- and the calls that were due
    accepted_day date,                       -- on this day
    accepted_at  timestamptz,
    due          bigint not null,
    purged       bigint not null default 0,
    kept         bigint not null
);
create index purge_run_newest on purge_run (queued_at desc);
-- One at a time; a stopped one waits for two people, and nothing passes it.
create unique index purge_run_unfinished on purge_run ((true)) where state in ('queued', 'running', 'stopped');

create table purge_batch (
    id        uuid primary key,
    purged_on date not null,
    ground    text not null,
    size      bigint not null,
    audit_id  bigint not null,
    certified boolean not null default false
);
create index purge_batch_uncertified on purge_batch (audit_id) where not certified;

-- idx is the entry's place in the tree; the sequencer sets it.
create table audit_entry (
    id         bigint generated always as identity primary key,
    idx        bigint,
    bytes      bytea not null check (octet_length(bytes) between 1 and 65535),
    written_at timestamptz not null default now()
);
create unique index audit_entry_idx on audit_entry (idx) where idx is not null;
create index audit_entry_unnumbered on audit_entry (id) where idx is null;

create table tree_head (
    only_row       boolean primary key default true check (only_row),
    size           bigint not null,
    published_size bigint not null check (published_size <= size),
    published_root bytea not null,
    checkpoint     text not null
);
-- The root of the empty tree is SHA-256 of nothing.
insert into tree_head values (true, 0, 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '');

-- The first record of the deletion ledger whose act this database may lack, and the SHA-256 of the record before it.
create table ledger_mark (
    only_row boolean primary key default true check (only_row),
    next     bigint not null,
    previous bytea not null check (octet_length(previous) = 32)
);
insert into ledger_mark values (true, 0, decode(repeat('00', 32), 'hex'));

create table clock_mark (
    only_row   boolean primary key default true check (only_row),
    high_water timestamptz
);
insert into clock_mark values (true, null);

-- What each boot of a machine last wrote down: its clock, and the time since the boot, which nobody can set.
create table clock_seen (
    boot   uuid primary key,
    wall   timestamptz not null,
    passed bigint not null                   -- milliseconds
);

-- First answers to requests with an Idempotency-Key, for a day. The key is an HMAC; an answer holds ids, codes and times.
create table idempotency (
    key_mac     bytea primary key,
    request_mac bytea not null,
    made_id     uuid not null,
    token       uuid not null,       -- of the try that runs
    lease_until timestamptz not null,
    expires_at  timestamptz not null,
    status      integer,             -- null: it still runs, or its try was lost
    location    text,
    body        text check (octet_length(body) <= 131072)
);
create index idempotency_expired on idempotency (expires_at);

-- Names under pseudonyms, sealed.
create table directory (
    kind    text not null,
    id      text not null,
    epoch   integer not null,
    sealed  bytea not null,
    seen_on date not null,
    primary key (kind, id)
);

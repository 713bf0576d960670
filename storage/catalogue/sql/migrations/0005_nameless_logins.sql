-- A person's sessions of no known login end apart from all their sessions: either time may be unknown.
alter table revoked_subject alter column started_before drop not null;
alter table revoked_subject add column nameless_before timestamptz;

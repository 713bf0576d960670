-- Several gateways may hold one play: each serves ranges of it and renews it; the last one closes it. close_reason without
-- closed_at: it is to end, and whoever holds it learns so at its next renewal. `gateway` is who opened it.
alter table play add column holders text[] not null default '{}';

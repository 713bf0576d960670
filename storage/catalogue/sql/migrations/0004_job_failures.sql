-- How often a job failed by its own doing, whatever else it waited for meanwhile.
alter table job add column failures integer not null default 0;

-- Sessions of programs of ours whose name and this session's differ as far as both go; '_' in either stands for any letter.
with compared as (
    select coalesce(host(client_addr), 'this host') as host, left(application_name, shorter) as theirs, left(me, shorter) as mine
    from pg_stat_activity, current_setting('application_name') as me,
         least(length(application_name), length(me)) as shorter
    where datname = current_database() and application_name like 'callvault %'
)
select distinct host from compared where not (theirs like mine or mine like theirs)

-- Sessions of programs of ours whose name neither begins with this session's nor is a beginning of it.
select distinct coalesce(host(client_addr), 'this host') as host from pg_stat_activity
where datname = current_database() and application_name like 'callvault %'
    and not starts_with(application_name, current_setting('application_name'))
    and not starts_with(current_setting('application_name'), application_name)

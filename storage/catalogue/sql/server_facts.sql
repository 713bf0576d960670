select current_setting('server_version') as version, clock_timestamp() as database,
       (select count(*) from pg_stat_replication) as standbys,
       current_setting('synchronous_standby_names') <> '' as waits_for_standby

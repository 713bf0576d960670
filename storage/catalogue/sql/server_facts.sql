select current_setting('server_version') as version, clock_timestamp() as database

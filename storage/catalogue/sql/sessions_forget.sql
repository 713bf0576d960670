with sessions as (delete from revoked_session where expires_at < $1::timestamptz returning 1),
     subjects as (delete from revoked_subject where expires_at < $1::timestamptz returning 1),
     browsers as (delete from browser_session where expires_at < $1::timestamptz returning 1)
select (select count(*) from sessions) + (select count(*) from subjects) + (select count(*) from browsers) as forgotten

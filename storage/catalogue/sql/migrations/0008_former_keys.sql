-- A key that another one took over from (another vault holds that one) is closed, and still opens what hangs on it. It
-- goes on its day, like the one in its place: old copies of the database hang on it.
alter table day_key drop constraint day_key_pkey;
alter table day_key drop constraint day_key_key_id_key;
alter table day_key add primary key (key_id);
alter table day_key add column superseded_at timestamptz;
alter table day_key add column emptied_at timestamptz;  -- nothing that lives hangs on it any more
create unique index day_key_current on day_key (purge_date) where superseded_at is null;

alter table keep_key add column superseded_at timestamptz;
alter table keep_key add column emptied_at timestamptz;

-- What seals the rows of an epoch, sealed by the epoch's key in the vault: old copies of it go dark with that key. Its row
-- goes when the epoch ends.
create table epoch_secret (
    epoch  integer primary key,
    secret bytea not null
);

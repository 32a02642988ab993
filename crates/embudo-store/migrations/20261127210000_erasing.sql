-- What a removed line keeps: 0 its history, 1 it is being erased, 2 it is erased.
alter table line add column history integer not null default 0;

-- Files of messages that the hub has deleted, until the disk was looked at: what nothing else
-- points at goes.
create table loose_file (hash text primary key) strict, without rowid;

-- Who was renamed or deleted leaves no trace in the pages of these indexes either.
insert into contact_fts (contact_fts, rank) values ('secure-delete', 1);
insert into reach_fts (reach_fts, rank) values ('secure-delete', 1);

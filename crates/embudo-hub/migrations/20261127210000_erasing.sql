-- 1 from the end of an erasing until no trace of the erased words is left in the file's free space.
alter table workspace add column scrub_wanted integer not null default 0;
-- Tombstones up to this number may have been taken away: who stands before it has not heard of all
-- of them and gets a snapshot.
alter table workspace add column trimmed_seq integer not null default 0;
-- Up to here the log was looked through for tombstones that nobody needs.
alter table workspace add column trim_looked_seq integer not null default 0;
-- Everything up to this number is durable on the device, as last written; never too high.
alter table device add column applied_seq integer not null default 0;

-- Where the head stood at a time: tells how old a number is.
create table age_mark (
  ws integer not null,
  at_ms integer not null,
  seq integer not null,
  primary key (ws, at_ms)
) strict;

-- What the program does once after a migration, because only it can read the images: gone once it
-- is done.
create table owed (
  what text primary key
) strict;
-- Reaches are looked up by their e-mail address (owner) and by words in place of a number (key), too.
insert into owed (what) values ('reach_index');

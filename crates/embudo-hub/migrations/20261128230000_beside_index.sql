-- Addresses beside the card are looked up by what they are (key), and aliases by whose they are
-- (owner), too; those that were there before were not.
insert into owed (what) values ('beside_index');

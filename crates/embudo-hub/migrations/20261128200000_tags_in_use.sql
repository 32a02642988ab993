-- Contacts are noted in "used" by their tags, too; those that had some before were not.
insert into owed (what) values ('contact_uses');

-- Who has a tag, and how many.
create index contact_tag_tag on contact_tag (tag_id, contact_id);

-- How markers are called and drawn here; MessagePack, absent: as the product has them.
alter table sale_settings add column markers blob;

-- What is noted about a person is found by its words.
create virtual table about_fts using fts5 (
  about, content = 'contact', content_rowid = 'local_id', tokenize = 'unicode61 remove_diacritics 2', columnsize = 0
);
insert into about_fts (about_fts, rank) values ('secure-delete', 1);
insert into about_fts (about_fts) values ('rebuild');
create trigger about_fts_insert after insert on contact when new.about <> '' begin
  insert into about_fts (rowid, about) values (new.local_id, new.about);
end;
create trigger about_fts_delete after delete on contact when old.about <> '' begin
  insert into about_fts (about_fts, rowid, about) values ('delete', old.local_id, old.about);
end;
create trigger about_fts_update after update of about on contact when old.about is not new.about begin
  insert into about_fts (about_fts, rowid, about) values ('delete', old.local_id, old.about);
  insert into about_fts (rowid, about) values (new.local_id, new.about);
end;

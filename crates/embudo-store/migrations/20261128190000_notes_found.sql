-- A note that was put in where none was. What was never in the index can't be taken out of it: with
-- secure-delete that is damage, and made the first note about anybody fail.
drop trigger about_fts_update;
create trigger about_fts_update after update of about on contact when old.about is not new.about begin
  insert into about_fts (about_fts, rowid, about) select 'delete', old.local_id, old.about where old.about <> '';
  insert into about_fts (rowid, about) select new.local_id, new.about where new.about <> '';
end;

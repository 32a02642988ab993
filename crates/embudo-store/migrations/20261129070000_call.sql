-- What is written about contacts: notes, and calls, which are notes that say how it was talked (CON-05).
create table note (
  local_id integer primary key,
  id blob not null unique,
  contact_id blob not null,
  -- beside which it was written; may be gone
  conversation_id blob,
  by_id blob not null,
  -- when it was written; of a call, when they talked
  at_ms integer not null,
  edited_at_ms integer,
  text text not null,
  -- 0 in, 1 out; null: no call
  direction integer,
  -- 0 answered, 1 no answer, 2 busy, 3 wrong number, 4 left a message
  outcome integer,
  -- of a call, where somebody counted
  minutes integer,
  ver integer not null,
  is_call integer not null generated always as (outcome is not null) stored
) strict;
create index note_kind on note (contact_id, is_call, at_ms, id);
create index note_contact on note (contact_id, at_ms, id);

create virtual table note_fts using fts5 (
  text, content = 'note', content_rowid = 'local_id', tokenize = 'unicode61 remove_diacritics 2', columnsize = 0
);
insert into note_fts (note_fts, rank) values ('secure-delete', 1);
create trigger note_fts_insert after insert on note when new.text <> '' begin
  insert into note_fts (rowid, text) values (new.local_id, new.text);
end;
create trigger note_fts_delete after delete on note when old.text <> '' begin
  insert into note_fts (note_fts, rowid, text) values ('delete', old.local_id, old.text);
end;
create trigger note_fts_update after update of text on note when old.text is not new.text begin
  insert into note_fts (note_fts, rowid, text) select 'delete', old.local_id, old.text where old.text <> '';
  insert into note_fts (rowid, text) select new.local_id, new.text where new.text <> '';
end;

-- What happened in the chats of a contact, for its activity.
create index message_event on message (conversation_id, created_at_ms, id) where direction = 2 and deleted_at_ms is null;

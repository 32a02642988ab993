-- Lists of the inbox under a name (INB-12). On a device there are those of one person.
create table saved_view (
  id blob primary key,
  member_id blob not null,
  name text not null,
  -- among the person's own
  position text not null,
  -- 1 to 9: opened by Ctrl/Cmd and this digit
  digit integer,
  -- what it shows, as the screen says it: a JSON object
  shows text not null,
  ver integer not null
) strict;
create index saved_view_member on saved_view (member_id, id);

-- What happened beside messages, for the list of notifications: this device's alone. No names and no
-- text stand here.
create table notice (
  -- rises with each row; a thing that happens again gets a new one
  no integer primary key autoincrement,
  -- NoticeKind
  kind text not null,
  -- the id of what it is of, all zeros where there is only one such thing
  thing blob not null,
  conversation_id blob,
  message_id blob,
  line_id blob,
  -- why; empty where there is nothing to say
  code text not null,
  -- of the message when it failed
  attempt integer not null,
  at_ms integer not null,
  -- null: unread
  read_at_ms integer,
  -- when its cause was gone; null: it stands
  ended_at_ms integer,
  unique (kind, thing)
) strict;
create index notice_unread on notice (no) where read_at_ms is null;
create index notice_conversation on notice (conversation_id) where conversation_id is not null;
create index notice_message on notice (message_id) where message_id is not null;

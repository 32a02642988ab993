-- What was told or not, and why (NOT-16): this device's alone, the newest few thousand.
create table alert_log (
  no integer primary key autoincrement,
  at_ms integer not null,
  conversation_id blob,
  -- JSON
  entry text not null
) strict;
create index alert_log_conversation on alert_log (conversation_id) where conversation_id is not null;

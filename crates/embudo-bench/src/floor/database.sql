-- The database that the disk is compared with: one file with the same rows, the same ids and the
-- same search index over the messages; what is needed to show an inbox and a thread and to
-- recognise a row by its id, and nothing else: no versions, counters, filters, log or jobs.
create table contact (
  id blob primary key, display_name text not null, name_source integer not null, channel_name text not null,
  saved integer not null, blocked integer not null, language text, about text not null, created_at_ms integer not null
);
create table reach (contact_id blob primary key, phone_e164 text, phone_text text not null, email text not null);
create table identity (
  id blob primary key, contact_id blob not null, line_type integer not null, namespace text not null,
  external_id text not null, username text not null
);
create table conversation (
  id blob primary key, contact_id blob not null, identity_id blob not null, line_id blob not null, state integer not null,
  snoozed_until_ms integer, snoozed_until_reply integer, snoozed_by blob, closed_reason text, blocked integer not null,
  last_inbound_s integer, last_at_ms integer not null, waiting_since_ms integer, head_seq integer not null,
  inbound_count integer not null, read_inbound integer not null, manual_unread integer not null,
  failed_count integer not null, preview_id blob, preview_from_us integer, preview_kind text, preview_text text,
  preview_delivery integer, preview_sort_s integer, preview_conv_seq integer, created_at_ms integer not null
);
create index conversation_newest on conversation (state, last_at_ms);
create table message (
  local_id integer primary key, id blob not null unique, conversation_id blob not null, sort_s integer not null,
  conv_seq integer not null, inbound_no integer, direction integer not null, kind integer not null,
  delivery integer not null, attempt integer not null, created_at_ms integer not null, author integer not null,
  author_id blob, provider_id text, reply_to blob, text text, body blob, timeline blob, extra blob,
  edited_at_ms integer, deleted_at_ms integer
);
create index message_thread on message (conversation_id, sort_s, conv_seq);
create virtual table message_fts using fts5 (
  text, content = 'message', content_rowid = 'local_id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3',
  columnsize = 0
);

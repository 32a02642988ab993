-- The device's database, dumped by `EMBUDO_WRITE_SCHEMA=1 cargo test -p embudo-store schema`.

CREATE TABLE meta (
  -- device_id, member_id, workspace_id, incarnation; epoch, seq: the cursor; next_mid: number of
  -- the next act; generation: resyncs so far; resync_until: a snapshot is under way up to that
  -- seq; open: somebody has the file open
  key text primary key,
  value any not null
) strict, without rowid;

CREATE TABLE ui_state (
  key text primary key,
  value text not null
) strict, without rowid;

CREATE TABLE workspace (
  id blob primary key,
  name text not null,
  default_country text not null,
  created_at_ms integer not null,
  ver integer not null
) strict;

CREATE TABLE member (
  id blob primary key,
  name text not null,
  role integer not null,
  active integer not null,
  ver integer not null
) strict;

CREATE TABLE line (
  id blob primary key,
  line_type integer not null,
  display_name text not null,
  external_id text not null,
  color text not null,
  state integer not null,
  state_code text not null,
  base_url text,
  created_at_ms integer not null,
  -- copied to conversation.window_ms by a trigger
  window_ms integer,
  ver integer not null
, history integer not null default 0, auto_lead blob) strict;

CREATE TABLE tag (
  id blob primary key,
  name text not null,
  color text not null,
  ver integer not null
) strict;

CREATE TABLE quick_reply (
  id blob primary key,
  shortcut text not null,
  -- in lower case, for look-ups
  shortcut_key text not null,
  title text not null,
  body text not null,
  -- MessagePack of a list of bodies; null when there are none
  attachments blob,
  updated_at_ms integer not null,
  ver integer not null
) strict;

CREATE INDEX quick_reply_shortcut on quick_reply (shortcut_key);

CREATE TABLE setting (
  -- derived from member and key
  id blob primary key,
  member_id blob not null,
  key text not null,
  value text not null,
  ver integer not null
) strict;

CREATE TABLE contact (
  local_id integer primary key,
  id blob not null unique,
  display_name text not null,
  name_source integer not null,
  channel_name text not null,
  saved integer not null,
  blocked integer not null,
  -- 16 bytes each, in their order
  tag_ids blob not null,
  language text,
  about text not null,
  created_at_ms integer not null,
  -- display name, lower case and without accents, for the first two letters of a search
  name_key text not null,
  -- user names of its identities, for search; written by the store after both kinds of rows
  handles text not null default '',
  ver integer not null
, photo_hash text, photo_source integer, responsible_id blob, source_id blob, bin blob, bin_at_ms integer, erased integer not null default 0, fields blob, field_uses text not null default '', brought blob) strict;

CREATE INDEX contact_name on contact (name_key);

CREATE VIRTUAL TABLE contact_fts using fts5 (
  display_name, channel_name, handles,
  content = 'contact', content_rowid = 'local_id', tokenize = 'trigram remove_diacritics 1',
  columnsize = 0
);

CREATE TRIGGER contact_fts_insert after insert on contact begin
  insert into contact_fts (rowid, display_name, channel_name, handles)
  values (new.local_id, new.display_name, new.channel_name, new.handles);
end;

CREATE TRIGGER contact_fts_delete after delete on contact begin
  insert into contact_fts (contact_fts, rowid, display_name, channel_name, handles)
  values ('delete', old.local_id, old.display_name, old.channel_name, old.handles);
end;

CREATE TRIGGER contact_fts_update after update of display_name, channel_name, handles on contact
when old.display_name is not new.display_name or old.channel_name is not new.channel_name or old.handles is not new.handles
begin
  insert into contact_fts (contact_fts, rowid, display_name, channel_name, handles)
  values ('delete', old.local_id, old.display_name, old.channel_name, old.handles);
  insert into contact_fts (rowid, display_name, channel_name, handles)
  values (new.local_id, new.display_name, new.channel_name, new.handles);
end;

CREATE TABLE contact_tag (
  contact_id blob not null,
  tag_id blob not null,
  primary key (contact_id, tag_id)
) strict, without rowid;

CREATE TABLE number (value integer primary key) strict;

CREATE TRIGGER contact_tags_delete after delete on contact when length(old.tag_ids) > 0 begin
  delete from contact_tag where contact_id = old.id;
end;

CREATE TABLE reach (
  local_id integer primary key,
  contact_id blob not null unique,
  phone_e164 text,
  phone_text text not null,
  email text not null,
  -- of the phone, for a search by any part of it; the form without the ninth digit behind a space
  digits text not null,
  ver integer not null
) strict;

CREATE VIRTUAL TABLE reach_fts using fts5 (
  digits, content = 'reach', content_rowid = 'local_id', tokenize = 'trigram', columnsize = 0
);

CREATE TRIGGER reach_fts_insert after insert on reach when new.digits <> '' begin
  insert into reach_fts (rowid, digits) values (new.local_id, new.digits);
end;

CREATE TRIGGER reach_fts_delete after delete on reach when old.digits <> '' begin
  insert into reach_fts (reach_fts, rowid, digits) values ('delete', old.local_id, old.digits);
end;

CREATE TRIGGER reach_fts_update after update of digits on reach when old.digits <> new.digits begin
  insert into reach_fts (reach_fts, rowid, digits) select 'delete', old.local_id, old.digits where old.digits <> '';
  insert into reach_fts (rowid, digits) select new.local_id, new.digits where new.digits <> '';
end;

CREATE TABLE identifier (
  -- 1 phone compare key, 4 e-mail in lower case
  kind integer not null,
  value text not null,
  contact_id blob not null,
  primary key (kind, value, contact_id)
) strict, without rowid;

CREATE INDEX identifier_contact on identifier (contact_id);

CREATE TABLE identity (
  id blob primary key,
  contact_id blob not null,
  line_type integer not null,
  namespace text not null,
  external_id text not null,
  username text not null,
  ver integer not null
, photo_asked_at_ms integer) strict;

CREATE INDEX identity_contact on identity (contact_id);

CREATE INDEX identity_external on identity (external_id, line_type, namespace);

CREATE TABLE conversation (
  local_id integer primary key,
  id blob not null unique,
  contact_id blob not null,
  identity_id blob not null,
  line_id blob not null,
  state integer not null,
  snoozed_until_ms integer,
  snoozed_until_reply integer,
  snoozed_by blob,
  closed_reason text,
  blocked integer not null,
  last_inbound_s integer,
  last_at_ms integer not null,
  waiting_since_ms integer,
  head_seq integer not null,
  inbound_count integer not null,
  read_inbound integer not null,
  manual_unread integer not null,
  failed_count integer not null,
  -- the newest message as the list shows it; all null without one
  preview_id blob,
  preview_from_us integer,
  preview_kind text,
  preview_text text,
  preview_delivery integer,
  preview_sort_s integer,
  preview_conv_seq integer,
  created_at_ms integer not null,
  -- of its line; by triggers
  window_ms integer,
  ver integer not null,
  -- 0 open, 1 snoozed, 2 closed, 3 blocked: the list that shows it
  list integer not null generated always as (case when blocked then 3 else state end) stored,
  is_unread integer not null generated always as (inbound_count > read_inbound or manual_unread) stored,
  window_closes_at_ms integer generated always as (last_inbound_s * 1000 + window_ms) stored
, pending_answers blob, closes_at_ms integer) strict;

CREATE INDEX conversation_newest on conversation
  (list, last_at_ms, local_id, is_unread, waiting_since_ms, failed_count, window_closes_at_ms, line_id);

CREATE INDEX conversation_unread on conversation (list, last_at_ms) where is_unread;

CREATE INDEX conversation_waiting on conversation (list, last_at_ms, local_id, is_unread) where waiting_since_ms is not null;

CREATE INDEX conversation_waiting_longest on conversation (list, waiting_since_ms, local_id, is_unread, line_id)
  where waiting_since_ms is not null;

CREATE INDEX conversation_window on conversation
  (list, window_closes_at_ms, local_id, last_at_ms, is_unread, waiting_since_ms, failed_count, line_id)
  where window_closes_at_ms is not null;

CREATE INDEX conversation_failed on conversation (list, last_at_ms) where failed_count > 0;

CREATE INDEX conversation_line on conversation (line_id, list, last_at_ms, local_id, is_unread);

CREATE INDEX conversation_contact on conversation (contact_id);

CREATE INDEX conversation_identity on conversation (identity_id, line_id);

CREATE TRIGGER conversation_window_insert after insert on conversation
when (select window_ms from line where id = new.line_id) is not new.window_ms
begin
  update conversation set window_ms = (select window_ms from line where id = new.line_id) where local_id = new.local_id;
end;

CREATE TRIGGER line_window_insert after insert on line begin
  update conversation set window_ms = new.window_ms where line_id = new.id and window_ms is not new.window_ms;
end;

CREATE TRIGGER line_window_update after update of window_ms on line when old.window_ms is not new.window_ms begin
  update conversation set window_ms = new.window_ms where line_id = new.id and window_ms is not new.window_ms;
end;

CREATE TABLE conversation_count (
  line_id blob not null,
  list integer not null,
  total integer not null,
  unread integer not null,
  primary key (line_id, list)
) strict, without rowid;

CREATE TRIGGER conversation_count_insert after insert on conversation begin
  insert into conversation_count (line_id, list, total, unread) values (new.line_id, new.list, 1, new.is_unread)
  on conflict (line_id, list) do update set total = total + 1, unread = unread + excluded.unread;
end;

CREATE TRIGGER conversation_count_delete after delete on conversation begin
  update conversation_count set total = total - 1, unread = unread - old.is_unread
  where line_id = old.line_id and list = old.list;
end;

CREATE TRIGGER conversation_count_update after update on conversation
when old.line_id is not new.line_id or old.list is not new.list or old.is_unread is not new.is_unread
begin
  update conversation_count set total = total - 1, unread = unread - old.is_unread
  where line_id = old.line_id and list = old.list;
  insert into conversation_count (line_id, list, total, unread) values (new.line_id, new.list, 1, new.is_unread)
  on conflict (line_id, list) do update set total = total + 1, unread = unread + excluded.unread;
end;

CREATE TABLE conversation_tag (
  tag_id blob not null,
  list integer not null,
  last_at_ms integer not null,
  local_id integer not null,
  primary key (tag_id, list, last_at_ms, local_id)
) strict, without rowid;

CREATE TRIGGER conversation_tag_insert after insert on conversation begin
  insert or ignore into conversation_tag (tag_id, list, last_at_ms, local_id)
  select tag_id, new.list, new.last_at_ms, new.local_id from contact_tag where contact_id = new.contact_id;
end;

CREATE TRIGGER conversation_tag_delete after delete on conversation begin
  delete from conversation_tag where list = old.list and last_at_ms = old.last_at_ms and local_id = old.local_id
    and tag_id in (select tag_id from contact_tag where contact_id = old.contact_id);
end;

CREATE TRIGGER conversation_tag_update after update on conversation
when old.list is not new.list or old.last_at_ms is not new.last_at_ms or old.contact_id is not new.contact_id
begin
  delete from conversation_tag where list = old.list and last_at_ms = old.last_at_ms and local_id = old.local_id
    and tag_id in (select tag_id from contact_tag where contact_id = old.contact_id);
  insert or ignore into conversation_tag (tag_id, list, last_at_ms, local_id)
  select tag_id, new.list, new.last_at_ms, new.local_id from contact_tag where contact_id = new.contact_id;
end;

CREATE TRIGGER contact_tag_insert after insert on contact_tag begin
  insert or ignore into conversation_tag (tag_id, list, last_at_ms, local_id)
  select new.tag_id, list, last_at_ms, local_id from conversation where contact_id = new.contact_id;
end;

CREATE TRIGGER contact_tag_delete after delete on contact_tag begin
  delete from conversation_tag where tag_id = old.tag_id
    and (list, last_at_ms, local_id) in (select list, last_at_ms, local_id from conversation where contact_id = old.contact_id);
end;

CREATE TABLE message (
  -- Grows with the message's time, four places per second, so that the search index gives the
  -- newest hits first without sorting. Device-local, never synced.
  local_id integer primary key,
  id blob not null unique,
  conversation_id blob not null,
  -- the order in the thread; sort_s is 253402300799 until a channel accepted it
  sort_s integer not null,
  conv_seq integer not null,
  inbound_no integer,
  direction integer not null,
  kind integer not null,
  delivery integer not null,
  attempt integer not null,
  created_at_ms integer not null,
  author integer not null,
  author_id blob,
  provider_id text,
  reply_to blob,
  -- the words in it; of a text message the whole body
  text text,
  -- MessagePack of the body, unless `text` is all of it
  body blob,
  -- delivery time line, see src/codec.rs; null when empty
  timeline blob,
  -- error, reactions, earlier texts, bot name, send-whenever; null when there is none of it
  extra blob,
  edited_at_ms integer,
  deleted_at_ms integer,
  ver integer not null
) strict;

CREATE INDEX message_thread on message (conversation_id, sort_s, conv_seq);

CREATE INDEX message_waiting on message (delivery, created_at_ms) where delivery in (1, 2, 3, 4, 9, 10) and deleted_at_ms is null;

CREATE INDEX message_kind on message (kind) where kind not in (0, 11);

CREATE INDEX message_file on message (conversation_id) where kind in (1, 2, 3, 4, 5);

CREATE VIRTUAL TABLE message_fts using fts5 (
  text, content = 'message', content_rowid = 'local_id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3',
  columnsize = 0
);

CREATE TRIGGER message_fts_insert after insert on message when new.text is not null begin
  insert into message_fts (rowid, text) values (new.local_id, new.text);
end;

CREATE TRIGGER message_fts_delete after delete on message when old.text is not null begin
  insert into message_fts (message_fts, rowid, text) values ('delete', old.local_id, old.text);
end;

CREATE TRIGGER message_fts_change after update of text on message when old.text is not new.text begin
  insert into message_fts (message_fts, rowid, text) select 'delete', old.local_id, old.text where old.text is not null;
  insert into message_fts (rowid, text) select new.local_id, new.text where new.text is not null;
end;

CREATE TABLE draft (
  -- derived from conversation and member
  id blob primary key,
  conversation_id blob not null,
  member_id blob not null,
  message_id blob not null,
  text text not null,
  attachments blob,
  reply_to blob,
  updated_at_ms integer not null,
  ver integer not null
) strict;

CREATE INDEX draft_conversation on draft (conversation_id);

CREATE TABLE local_draft (
  conversation_id blob primary key,
  message_id blob not null,
  text text not null,
  attachments blob,
  reply_to blob,
  updated_at_ms integer not null
) strict, without rowid;

CREATE TABLE held (
  message_id blob primary key,
  conversation_id blob not null,
  -- MessagePack of HeldMessage
  held blob not null,
  text text not null,
  clicked_at_ms integer not null,
  until_ms integer not null,
  asks integer not null
, place integer not null default 0) strict;

CREATE INDEX held_conversation on held (conversation_id, clicked_at_ms);

CREATE TABLE review (
  act_id blob primary key,
  -- MessagePack of the act
  act blob not null,
  -- JSON
  refusal text not null,
  conversation_id blob,
  text text,
  restored integer not null,
  provisional integer not null,
  at_ms integer not null
) strict;

CREATE TABLE outbox (
  mid integer primary key,
  act_id blob not null unique,
  -- MessagePack: the act; who and when (replayed with the same stamp); what it read and wrote
  act blob not null,
  stamp blob not null,
  touches blob not null,
  -- this device's rules refuse it after what came meanwhile; the hub has the last word
  refused integer not null default 0
) strict;

CREATE TABLE base (
  entity integer not null,
  id blob not null,
  -- MessagePack of the row; null: the hub has no such row
  image blob,
  ver integer not null,
  primary key (entity, id)
) strict, without rowid;

CREATE TABLE loose_file (hash text primary key) strict, without rowid;

CREATE VIRTUAL TABLE message_word using fts5vocab (message_fts, instance);

CREATE TABLE alert_log (
  no integer primary key autoincrement,
  at_ms integer not null,
  conversation_id blob,
  -- JSON
  entry text not null
) strict;

CREATE INDEX alert_log_conversation on alert_log (conversation_id) where conversation_id is not null;

CREATE TABLE notice (
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

CREATE INDEX notice_unread on notice (no) where read_at_ms is null;

CREATE INDEX notice_conversation on notice (conversation_id) where conversation_id is not null;

CREATE INDEX notice_message on notice (message_id) where message_id is not null;

CREATE TABLE sale_settings (
  -- one row
  id blob primary key,
  contacted_by_itself integer not null,
  lost_needs_reason integer not null,
  done_ends_with_a_message integer not null,
  reopens_lost integer not null,
  reopens_won integer not null,
  ver integer not null
, markers blob, moves_on_with_an_answer integer not null default 0 check (moves_on_with_an_answer in (0, 1)), suggests_stuck_days integer, currency text, bands blob, closes_after_h integer, closes_since_ms integer) strict;

CREATE TABLE lead_status (
  id blob primary key,
  -- of what the product brought along: the screen has a word for it while the name is empty
  code text,
  name text not null,
  color text not null,
  -- 0 open, 1 won, 2 lost, 3 archived
  category integer not null,
  position text not null,
  ver integer not null
, number integer) strict;

CREATE TABLE funnel (
  id blob primary key,
  code text,
  name text not null,
  color text not null,
  is_main integer not null,
  position text not null,
  ver integer not null
, seen_by blob) strict;

CREATE TABLE stage (
  id blob primary key,
  -- null: Intake, which every funnel shows first
  funnel_id blob,
  code text,
  name text not null,
  color text not null,
  position text not null,
  bound_status_id blob,
  ver integer not null
) strict;

CREATE INDEX stage_funnel on stage (funnel_id, id);

CREATE TABLE source (
  id blob primary key,
  code text,
  name text not null,
  ver integer not null
, number integer) strict;

CREATE TABLE lost_reason (
  id blob primary key,
  code text,
  name text not null,
  position text not null,
  ver integer not null
) strict;

CREATE TABLE lead (
  local_id integer primary key,
  id blob not null unique,
  -- null until the hub has counted
  number integer,
  contact_id blob not null,
  -- 1 for the contact's first lead
  cycle integer not null,
  previous_lead_id blob,
  source_id blob,
  origin integer not null,
  opened_at_ms integer not null,
  status_id blob not null,
  stage_id blob not null,
  -- of the stage; null in Intake
  funnel_id blob,
  stage_since_ms integer not null,
  -- where a person put the card in its column, and when
  position text not null,
  placed_at_ms integer not null,
  marker integer not null,
  score integer,
  score_by integer,
  responsible_id blob,
  -- null: active
  closed_at_ms integer,
  -- of the status with which it closed; 0: open
  category integer not null,
  reason_id blob,
  from_status_id blob,
  last_event_id blob not null,
  made_by blob not null,
  -- when the contact wrote last, 0 without a word of theirs; by triggers, and right only while the
  -- lead is active
  lifted_at_ms integer not null,
  ver integer not null,
  -- the card's place in its column: where it was put, or on top since a message came after that
  board_key text not null generated always as (
    case when lifted_at_ms > placed_at_ms then printf('%012x', 281474976710655 - lifted_at_ms) || 'V' else position end
  ) stored
, fields blob, field_uses text not null default '') strict;

CREATE INDEX lead_contact on lead (contact_id, cycle, id);

CREATE INDEX lead_lifted on lead (stage_id, board_key, id) where closed_at_ms is null;

CREATE INDEX lead_placed on lead (stage_id, position, id) where closed_at_ms is null;

CREATE INDEX lead_closed on lead (category, closed_at_ms) where closed_at_ms is not null;

CREATE INDEX lead_status_use on lead (status_id, id);

CREATE INDEX lead_stage_use on lead (stage_id, id);

CREATE INDEX lead_source_use on lead (source_id, id) where source_id is not null;

CREATE INDEX lead_reason_use on lead (reason_id, id) where reason_id is not null;

CREATE INDEX lead_from_status_use on lead (from_status_id, id) where from_status_id is not null;

CREATE TRIGGER lead_lifted_again after update of closed_at_ms, contact_id on lead
when new.closed_at_ms is null and (old.closed_at_ms is not null or old.contact_id is not new.contact_id)
begin
  update lead set lifted_at_ms =
    min(max(coalesce((select max(last_inbound_s) from conversation where contact_id = new.contact_id), 0), 0), 281474976710) * 1000
  where local_id = new.local_id;
end;

CREATE TRIGGER conversation_lifts_insert after insert on conversation when new.last_inbound_s is not null begin
  update lead set lifted_at_ms = min(new.last_inbound_s, 281474976710) * 1000
  where contact_id = new.contact_id and closed_at_ms is null
    and lifted_at_ms < min(new.last_inbound_s, 281474976710) * 1000;
end;

CREATE TRIGGER conversation_lifts_update after update of last_inbound_s on conversation
when old.contact_id is new.contact_id
  and (new.last_inbound_s > old.last_inbound_s or old.last_inbound_s is null and new.last_inbound_s is not null)
begin
  update lead set lifted_at_ms = min(new.last_inbound_s, 281474976710) * 1000
  where contact_id = new.contact_id and closed_at_ms is null
    and lifted_at_ms < min(new.last_inbound_s, 281474976710) * 1000;
end;

CREATE TRIGGER conversation_lifts_less after update of last_inbound_s, contact_id on conversation
when old.contact_id is not new.contact_id
  or new.last_inbound_s < old.last_inbound_s or new.last_inbound_s is null and old.last_inbound_s is not null
begin
  update lead set lifted_at_ms =
    min(max(coalesce((select max(last_inbound_s) from conversation c where c.contact_id = lead.contact_id), 0), 0), 281474976710) * 1000
  where contact_id in (old.contact_id, new.contact_id) and closed_at_ms is null;
end;

CREATE TRIGGER conversation_lifts_delete after delete on conversation when old.last_inbound_s is not null begin
  update lead set lifted_at_ms =
    min(max(coalesce((select max(last_inbound_s) from conversation where contact_id = old.contact_id), 0), 0), 281474976710) * 1000
  where contact_id = old.contact_id and closed_at_ms is null;
end;

CREATE TABLE lead_count (
  stage_id blob primary key,
  total integer not null
) strict, without rowid;

CREATE TRIGGER lead_count_insert after insert on lead when new.closed_at_ms is null begin
  insert into lead_count (stage_id, total) values (new.stage_id, 1)
  on conflict (stage_id) do update set total = total + 1;
end;

CREATE TRIGGER lead_count_delete after delete on lead when old.closed_at_ms is null begin
  update lead_count set total = total - 1 where stage_id = old.stage_id;
end;

CREATE TRIGGER lead_count_update after update of stage_id, closed_at_ms on lead
when old.stage_id is not new.stage_id or (old.closed_at_ms is null) <> (new.closed_at_ms is null)
begin
  update lead_count set total = total - 1 where stage_id = old.stage_id and old.closed_at_ms is null;
  insert into lead_count (stage_id, total) select new.stage_id, 1 where new.closed_at_ms is null
  on conflict (stage_id) do update set total = total + 1;
end;

CREATE TABLE history (
  id blob primary key,
  contact_id blob not null,
  lead_id blob not null,
  at_ms integer not null,
  -- 0 opened, 1 changed, 2 undone
  kind integer not null,
  -- MessagePack of the whole event
  body blob not null,
  ver integer not null
) strict;

CREATE INDEX history_contact on history (contact_id, at_ms, id);

CREATE TRIGGER contact_tags_insert after insert on contact when length(new.tag_ids) > 0 begin
  insert into contact_tag (contact_id, tag_id)
  select distinct new.id, substr(new.tag_ids, 1 + 16 * value, 16) from number where value < length(new.tag_ids) / 16
    and not exists (select 1 from contact_tag
      where contact_id = new.id and tag_id = substr(new.tag_ids, 1 + 16 * value, 16));
end;

CREATE TRIGGER contact_tags_update after update of tag_ids on contact when old.tag_ids is not new.tag_ids begin
  delete from contact_tag where contact_id = new.id and tag_id not in
    (select substr(new.tag_ids, 1 + 16 * value, 16) from number where value < length(new.tag_ids) / 16);
  insert into contact_tag (contact_id, tag_id)
  select distinct new.id, substr(new.tag_ids, 1 + 16 * value, 16) from number where value < length(new.tag_ids) / 16
    and not exists (select 1 from contact_tag
      where contact_id = new.id and tag_id = substr(new.tag_ids, 1 + 16 * value, 16));
end;

CREATE TABLE import (
  id blob primary key,
  at_ms integer not null,
  -- MessagePack of the whole row
  body blob not null,
  ver integer not null
) strict;

CREATE INDEX import_at on import (at_ms, id);

CREATE TABLE import_part (
  id blob primary key,
  import_id blob not null,
  no integer not null,
  -- MessagePack of the whole row, with the images from before
  body blob not null,
  ver integer not null
) strict;

CREATE INDEX import_part_of on import_part (import_id, no);

CREATE TABLE follow_up (
  local_id integer primary key,
  id blob not null unique,
  lead_id blob not null,
  contact_id blob not null,
  -- of a planned message; null once its words went with its line
  conversation_id blob,
  -- 0 task, 1 message
  kind integer not null,
  -- 0 scheduled, 1 blocked, 2 asking, 3 sent, 4 done, 5 canceled
  state integer not null,
  due_at_ms integer not null,
  responsible_id blob,
  -- null: open
  ended_at_ms integer,
  -- MessagePack of the whole follow-up
  body blob not null,
  ver integer not null,
  -- it waits for somebody to decide: blocked or asking
  asks integer not null generated always as (state in (1, 2)) stored
) strict;

CREATE INDEX follow_up_due on follow_up (asks, due_at_ms, id) where ended_at_ms is null;

CREATE INDEX follow_up_own on follow_up (responsible_id, asks, due_at_ms, id) where ended_at_ms is null;

CREATE INDEX follow_up_ended on follow_up (ended_at_ms, id) where ended_at_ms is not null;

CREATE INDEX follow_up_own_ended on follow_up (responsible_id, ended_at_ms, id) where ended_at_ms is not null;

CREATE INDEX follow_up_lead on follow_up (lead_id, due_at_ms, id) where ended_at_ms is null;

CREATE INDEX follow_up_contact on follow_up (contact_id, id);

CREATE INDEX follow_up_next on follow_up (contact_id, due_at_ms, id) where ended_at_ms is null;

CREATE INDEX contact_source on contact (source_id) where source_id is not null;

CREATE INDEX contact_bin on contact (bin_at_ms) where bin_at_ms is not null;

CREATE TABLE other_reach (
  id blob primary key,
  contact_id blob not null,
  -- 0 phone, 1 e-mail
  kind integer not null,
  value text not null,
  ver integer not null
) strict;

CREATE INDEX other_reach_contact on other_reach (contact_id);

CREATE TABLE alias (
  id blob primary key,
  to_id blob not null,
  contact_id blob not null,
  ver integer not null
) strict;

CREATE INDEX alias_to on alias (to_id);

CREATE TABLE merge_record (
  id blob primary key,
  keep_id blob not null,
  at_ms integer not null,
  -- 1: taken back
  undone integer not null,
  -- MessagePack of the record
  body blob not null,
  ver integer not null
) strict;

CREATE INDEX merge_record_keep on merge_record (keep_id);

CREATE INDEX contact_tag_tag on contact_tag (tag_id, contact_id);

CREATE VIRTUAL TABLE about_fts using fts5 (
  about, content = 'contact', content_rowid = 'local_id', tokenize = 'unicode61 remove_diacritics 2', columnsize = 0
);

CREATE TRIGGER about_fts_insert after insert on contact when new.about <> '' begin
  insert into about_fts (rowid, about) values (new.local_id, new.about);
end;

CREATE TRIGGER about_fts_delete after delete on contact when old.about <> '' begin
  insert into about_fts (about_fts, rowid, about) values ('delete', old.local_id, old.about);
end;

CREATE TRIGGER about_fts_update after update of about on contact when old.about is not new.about begin
  insert into about_fts (about_fts, rowid, about) select 'delete', old.local_id, old.about where old.about <> '';
  insert into about_fts (rowid, about) select new.local_id, new.about where new.about <> '';
end;

CREATE INDEX alias_contact on alias (contact_id);

CREATE TABLE saved_view (
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

CREATE INDEX saved_view_member on saved_view (member_id, id);

CREATE TABLE sale_gone (
  id blob primary key, -- of the status, stage, source or lost reason
  act_id blob not null, -- that deleted it
  act blob not null, -- MessagePack
  at_ms integer not null
) strict, without rowid;

CREATE TABLE field (
  id blob primary key,
  of integer not null, -- 0 contacts, 1 leads
  kind integer not null, -- 0 text, 1 number, 2 money, 3 date, 4 list, 5 multi-list, 6 checkbox, 7 link
  name text not null,
  options blob, -- MessagePack: id and name, in their order; null: none
  required_at blob, -- MessagePack: stages; null: none
  position text not null,
  ver integer not null
) strict, without rowid;

CREATE INDEX contact_fields on contact (field_uses, id) where field_uses <> '';

CREATE INDEX lead_fields on lead (field_uses, id) where field_uses <> '';

CREATE TABLE note (
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
, edited_by_id blob) strict;

CREATE INDEX note_kind on note (contact_id, is_call, at_ms, id);

CREATE INDEX note_contact on note (contact_id, at_ms, id);

CREATE VIRTUAL TABLE note_fts using fts5 (
  text, content = 'note', content_rowid = 'local_id', tokenize = 'unicode61 remove_diacritics 2', columnsize = 0
);

CREATE TRIGGER note_fts_insert after insert on note when new.text <> '' begin
  insert into note_fts (rowid, text) values (new.local_id, new.text);
end;

CREATE TRIGGER note_fts_delete after delete on note when old.text <> '' begin
  insert into note_fts (note_fts, rowid, text) values ('delete', old.local_id, old.text);
end;

CREATE TRIGGER note_fts_update after update of text on note when old.text is not new.text begin
  insert into note_fts (note_fts, rowid, text) select 'delete', old.local_id, old.text where old.text <> '';
  insert into note_fts (rowid, text) select new.local_id, new.text where new.text <> '';
end;

CREATE INDEX message_event on message (conversation_id, created_at_ms, id) where direction = 2 and deleted_at_ms is null;

CREATE TABLE field_refused (
  id blob primary key, -- of the field
  field blob not null, -- MessagePack, as it was filled in
  at_ms integer not null
) strict, without rowid;

CREATE INDEX history_taken_back on history (contact_id, at_ms, id) where kind in (2, 9);

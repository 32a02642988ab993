CREATE TABLE age_mark (
  ws integer not null,
  at_ms integer not null,
  seq integer not null,
  primary key (ws, at_ms)
) strict;

CREATE TABLE device (
  ws integer not null,
  id blob not null,
  member_id blob not null,
  -- The newest act of this device that was answered, set in the transaction of its effects.
  last_mid integer not null,
  -- 1 after the device came with the cursor of another epoch: its next act may have any
  -- number, because this life of the hub cannot know what the earlier one answered.
  resynced integer not null, applied_seq integer not null default 0,
  primary key (ws, id)
) strict;

CREATE TABLE ignored (
  ws integer not null,
  line_id blob not null,
  what text not null,
  times integer not null,
  last_at_ms integer not null,
  primary key (ws, line_id, what)
) strict;

CREATE TABLE image (
  ws integer not null,
  entity integer not null,
  id blob not null,
  scope blob not null,
  -- The sequence number of the row's last change.
  ver integer not null,
  -- MessagePack with field names; absent: the row is gone.
  body blob,
  -- What the rules look rows up by, derived from the image: a hash of the natural key
  -- (line and provider id, identity and line, phone …),
  key blob,
  -- the contact of an identity or a conversation,
  owner blob,
  -- the place of a visible message in its thread,
  sort_s integer,
  conv_seq integer,
  -- and when time itself changes the row: end of a snooze, of waiting for an answer.
  due_at_ms integer,
  primary key (ws, entity, id)
) strict;

CREATE INDEX image_by_key on image (ws, entity, key) where key is not null;

CREATE INDEX image_by_owner on image (ws, entity, owner) where owner is not null;

CREATE INDEX image_by_ver on image (ws, ver);

CREATE INDEX image_due on image (ws, due_at_ms) where due_at_ms is not null;

CREATE INDEX image_hidden on image (ws, scope) where entity = 21 and sort_s is null and body is not null;

CREATE INDEX image_in_thread on image (ws, scope, sort_s, conv_seq) where sort_s is not null;

CREATE TABLE job (
  ws integer not null,
  no integer not null,
  message_id blob not null,
  -- MessagePack of the rules' job.
  body blob not null,
  -- Tries that ended without a result.
  tries integer not null,
  not_before_ms integer not null, asked_until_ms integer not null default 0,
  primary key (ws, no)
) strict;

CREATE INDEX job_by_message on job (ws, message_id);

CREATE TABLE line (
  ws integer not null,
  line_id blob not null,
  -- Opaque; moves in the transaction of the updates that it follows.
  cursor text,
  -- What the channel can do, as JSON: needed at start, before the channel could be asked.
  abilities text,
  primary key (ws, line_id)
) strict;

CREATE TABLE owed (
  what text primary key
) strict;

CREATE TABLE parked (
  ws integer not null,
  line_id blob not null,
  -- The provider's id of that message, or `client:` and ours.
  subject text not null,
  no integer not null,
  at_ms integer not null,
  -- MessagePack of the act to run once the message is here.
  body blob not null,
  primary key (ws, line_id, subject, no)
) strict;

CREATE TABLE rejection (
  ws integer not null,
  device_id blob not null,
  mid integer not null,
  -- A refusal takes a sequence number of its own, so that a cursor tells whether it was heard.
  seq integer not null,
  refusal blob not null,
  primary key (ws, device_id, mid)
) strict;

CREATE INDEX rejection_by_seq on rejection (ws, device_id, seq);

CREATE TABLE used (
  ws integer not null,
  -- A status, stage, source or lost reason,
  target blob not null,
  -- and the lead that has it.
  lead blob not null,
  primary key (ws, target, lead)
) strict, without rowid;

CREATE TABLE workspace (
  no integer primary key not null,
  id blob not null unique,
  -- Names one life of this database; minted anew when it is restored from a copy.
  epoch integer not null,
  -- The counter that orders everything: taken inside the writing transaction, never from a
  -- sequence, whose values become visible out of order.
  head_seq integer not null,
  next_job integer not null,
  -- Hub time minus this machine's wall clock, as last learned from a channel.
  clock_offset_ms integer not null
, recall_after integer, scrub_wanted integer not null default 0, trimmed_seq integer not null default 0, trim_looked_seq integer not null default 0, next_lead integer not null default 1) strict;


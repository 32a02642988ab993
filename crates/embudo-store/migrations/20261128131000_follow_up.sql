-- Follow-ups: what is to be done about a lead at a time, and messages that go by themselves.
create table follow_up (
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
-- The agenda, of everybody and of one person.
create index follow_up_due on follow_up (asks, due_at_ms, id) where ended_at_ms is null;
create index follow_up_own on follow_up (responsible_id, asks, due_at_ms, id) where ended_at_ms is null;
create index follow_up_ended on follow_up (ended_at_ms, id) where ended_at_ms is not null;
create index follow_up_own_ended on follow_up (responsible_id, ended_at_ms, id) where ended_at_ms is not null;
create index follow_up_lead on follow_up (lead_id, due_at_ms, id) where ended_at_ms is null;
create index follow_up_contact on follow_up (contact_id, id);
-- The next one, for the rows of lists.
create index follow_up_next on follow_up (contact_id, due_at_ms, id) where ended_at_ms is null;

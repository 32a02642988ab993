-- The sale: its catalogues, leads and what happened to them.

-- Who looks after the person.
alter table contact add column responsible_id blob;
-- MessagePack of what a first message on the line opens; null: as the product brings it along.
alter table line add column auto_lead blob;

create table sale_settings (
  -- one row
  id blob primary key,
  contacted_by_itself integer not null,
  lost_needs_reason integer not null,
  done_ends_with_a_message integer not null,
  reopens_lost integer not null,
  reopens_won integer not null,
  ver integer not null
) strict;

create table lead_status (
  id blob primary key,
  -- of what the product brought along: the screen has a word for it while the name is empty
  code text,
  name text not null,
  color text not null,
  -- 0 open, 1 won, 2 lost, 3 archived
  category integer not null,
  position text not null,
  ver integer not null
) strict;

create table funnel (
  id blob primary key,
  code text,
  name text not null,
  color text not null,
  is_main integer not null,
  position text not null,
  ver integer not null
) strict;

create table stage (
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
create index stage_funnel on stage (funnel_id, id);

create table source (
  id blob primary key,
  code text,
  name text not null,
  ver integer not null
) strict;

create table lost_reason (
  id blob primary key,
  code text,
  name text not null,
  position text not null,
  ver integer not null
) strict;

-- Leads --------------------------------------------------------------------------------------

create table lead (
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
) strict;
create index lead_contact on lead (contact_id, cycle, id);
-- A column of the board in either order; of equal places every device shows the same card first.
create index lead_lifted on lead (stage_id, board_key, id) where closed_at_ms is null;
create index lead_placed on lead (stage_id, position, id) where closed_at_ms is null;
create index lead_closed on lead (category, closed_at_ms) where closed_at_ms is not null;
-- What may not go from a catalogue.
create index lead_status_use on lead (status_id, id);
create index lead_stage_use on lead (stage_id, id);
create index lead_source_use on lead (source_id, id) where source_id is not null;
create index lead_reason_use on lead (reason_id, id) where reason_id is not null;
create index lead_from_status_use on lead (from_status_id, id) where from_status_id is not null;

-- 281474976710: the last second that a board_key tells apart.
create trigger lead_lifted_again after update of closed_at_ms, contact_id on lead
when new.closed_at_ms is null and (old.closed_at_ms is not null or old.contact_id is not new.contact_id)
begin
  update lead set lifted_at_ms =
    min(max(coalesce((select max(last_inbound_s) from conversation where contact_id = new.contact_id), 0), 0), 281474976710) * 1000
  where local_id = new.local_id;
end;
create trigger conversation_lifts_insert after insert on conversation when new.last_inbound_s is not null begin
  update lead set lifted_at_ms = min(new.last_inbound_s, 281474976710) * 1000
  where contact_id = new.contact_id and closed_at_ms is null
    and lifted_at_ms < min(new.last_inbound_s, 281474976710) * 1000;
end;
create trigger conversation_lifts_update after update of last_inbound_s on conversation
when old.contact_id is new.contact_id
  and (new.last_inbound_s > old.last_inbound_s or old.last_inbound_s is null and new.last_inbound_s is not null)
begin
  update lead set lifted_at_ms = min(new.last_inbound_s, 281474976710) * 1000
  where contact_id = new.contact_id and closed_at_ms is null
    and lifted_at_ms < min(new.last_inbound_s, 281474976710) * 1000;
end;
-- A conversation that changes hands or forgets what came (a hub that was put back from a copy).
create trigger conversation_lifts_less after update of last_inbound_s, contact_id on conversation
when old.contact_id is not new.contact_id
  or new.last_inbound_s < old.last_inbound_s or new.last_inbound_s is null and old.last_inbound_s is not null
begin
  update lead set lifted_at_ms =
    min(max(coalesce((select max(last_inbound_s) from conversation c where c.contact_id = lead.contact_id), 0), 0), 281474976710) * 1000
  where contact_id in (old.contact_id, new.contact_id) and closed_at_ms is null;
end;
create trigger conversation_lifts_delete after delete on conversation when old.last_inbound_s is not null begin
  update lead set lifted_at_ms =
    min(max(coalesce((select max(last_inbound_s) from conversation where contact_id = old.contact_id), 0), 0), 281474976710) * 1000
  where contact_id = old.contact_id and closed_at_ms is null;
end;

-- Active leads of each stage; by triggers.
create table lead_count (
  stage_id blob primary key,
  total integer not null
) strict, without rowid;
create trigger lead_count_insert after insert on lead when new.closed_at_ms is null begin
  insert into lead_count (stage_id, total) values (new.stage_id, 1)
  on conflict (stage_id) do update set total = total + 1;
end;
create trigger lead_count_delete after delete on lead when old.closed_at_ms is null begin
  update lead_count set total = total - 1 where stage_id = old.stage_id;
end;
create trigger lead_count_update after update of stage_id, closed_at_ms on lead
when old.stage_id is not new.stage_id or (old.closed_at_ms is null) <> (new.closed_at_ms is null)
begin
  update lead_count set total = total - 1 where stage_id = old.stage_id and old.closed_at_ms is null;
  insert into lead_count (stage_id, total) select new.stage_id, 1 where new.closed_at_ms is null
  on conflict (stage_id) do update set total = total + 1;
end;

-- One change of a lead; never changed.
create table history (
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
create index history_contact on history (contact_id, at_ms, id);

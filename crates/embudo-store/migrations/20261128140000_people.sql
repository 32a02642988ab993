-- Where a contact came from first, the bin, and who is nobody any more.
alter table contact add column source_id blob;
-- how it comes back, in MessagePack; null: it is not in the bin
alter table contact add column bin blob;
alter table contact add column bin_at_ms integer;
alter table contact add column erased integer not null default 0;
create index contact_source on contact (source_id) where source_id is not null;
create index contact_bin on contact (bin_at_ms) where bin_at_ms is not null;

-- Numbers and addresses beside the ones on the card. In `identifier` they are kinds 2 and 5.
create table other_reach (
  id blob primary key,
  contact_id blob not null,
  -- 0 phone, 1 e-mail
  kind integer not null,
  value text not null,
  ver integer not null
) strict;
create index other_reach_contact on other_reach (contact_id);

-- Contacts and leads that went into another one.
create table alias (
  id blob primary key,
  to_id blob not null,
  contact_id blob not null,
  ver integer not null
) strict;
create index alias_to on alias (to_id);

-- Merges that can be taken back.
create table merge_record (
  id blob primary key,
  keep_id blob not null,
  at_ms integer not null,
  -- 1: taken back
  undone integer not null,
  -- MessagePack of the record
  body blob not null,
  ver integer not null
) strict;
create index merge_record_keep on merge_record (keep_id);

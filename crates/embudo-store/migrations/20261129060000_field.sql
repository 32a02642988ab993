-- Custom fields (CON-07): what the workspace wants to know of contacts and leads, and what it knows.
create table field (
  id blob primary key,
  of integer not null, -- 0 contacts, 1 leads
  kind integer not null, -- 0 text, 1 number, 2 money, 3 date, 4 list, 5 multi-list, 6 checkbox, 7 link
  name text not null,
  options blob, -- MessagePack: id and name, in their order; null: none
  required_at blob, -- MessagePack: stages; null: none
  position text not null,
  ver integer not null
) strict, without rowid;
alter table contact add column fields blob; -- MessagePack, in the order of the ids; null: none has a value
alter table contact add column field_uses text not null default ''; -- those fields and their options, 32 hex digits each
alter table lead add column fields blob; -- as of contacts
alter table lead add column field_uses text not null default '';
-- Asked only before one of them is deleted, and when they are counted: whoever has any, without
-- their rows.
create index contact_fields on contact (field_uses, id) where field_uses <> '';
create index lead_fields on lead (field_uses, id) where field_uses <> '';

-- Fields that somebody had deleted when this device filled them in: what was not applied still says
-- what it was to be (ADR 0127).
create table field_refused (
  id blob primary key, -- of the field
  field blob not null, -- MessagePack, as it was filled in
  at_ms integer not null
) strict, without rowid;

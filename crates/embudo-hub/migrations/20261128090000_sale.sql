-- What leads point to: nothing of it may be deleted while one does.
create table used (
  ws integer not null,
  -- A status, stage, source or lost reason,
  target blob not null,
  -- and the lead that has it.
  lead blob not null,
  primary key (ws, target, lead)
) strict, without rowid;

-- The number that the next lead gets.
alter table workspace add column next_lead integer not null default 1;

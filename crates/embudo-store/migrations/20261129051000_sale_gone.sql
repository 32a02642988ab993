-- What this device has deleted of what leads point to, and the hub with it: somebody who used it
-- meanwhile brings it back, and the person who deleted it is told (3.13).
create table sale_gone (
  id blob primary key, -- of the status, stage, source or lost reason
  act_id blob not null, -- that deleted it
  act blob not null, -- MessagePack
  at_ms integer not null
) strict, without rowid;

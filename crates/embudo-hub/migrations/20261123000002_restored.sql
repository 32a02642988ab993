-- Set while this database, restored from a copy, waits to be told by its devices what they know
-- beyond this number; until then it neither polls nor sends.
alter table workspace add column recall_after integer;

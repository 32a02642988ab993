-- How a conversation closes by itself when they no longer write: after so many hours of silence, and
-- since when that is so (an older silence closes nothing); both null: never.
alter table sale_settings add column closes_after_h integer;
alter table sale_settings add column closes_since_ms integer;
-- When this one does, unless they write before.
alter table conversation add column closes_at_ms integer;

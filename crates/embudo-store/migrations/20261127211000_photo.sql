-- The picture of a contact, as the channel shows it or as a person chose it.
alter table contact add column photo_hash text;
-- 0: chosen by a person, 1: what the channel shows, as `name_source`.
alter table contact add column photo_source integer;
-- When the hub last asked the channel for it.
alter table identity add column photo_asked_at_ms integer;

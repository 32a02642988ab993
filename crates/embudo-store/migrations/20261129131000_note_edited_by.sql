-- Who changed a note last: said to whoever was about to write over it.
alter table note add column edited_by_id blob;

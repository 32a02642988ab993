-- Also what was taken back of a contact's follow-ups is struck through in its activity.
create index history_taken_back on history (contact_id, at_ms, id) where kind in (2, 9);
drop index history_undone;

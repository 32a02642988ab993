-- What was taken back of a contact's leads: its activity strikes the steps through.
create index history_undone on history (contact_id, at_ms, id) where kind = 2;

-- Who went into a contact goes along when that goes into another one.
create index alias_contact on alias (contact_id);

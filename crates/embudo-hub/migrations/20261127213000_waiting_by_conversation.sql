-- Messages that wait for an answer (21 is the message, due is when the wait ends) are looked up by
-- their conversation; looking through all that is due also met every snoozed conversation.
update image set owner = substr(scope, 2) where entity = 21 and due_at_ms is not null and body is not null;

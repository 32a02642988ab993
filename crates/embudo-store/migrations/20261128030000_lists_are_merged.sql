-- "Everything" is merged from the lists of open, snoozed and closed chats: an index of them all
-- was moved with every message, for a view that few open.
drop index conversation_newest_all;

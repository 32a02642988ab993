-- The words of the search index, one row per place where each stands; nothing of its own is stored.
create virtual table message_word using fts5vocab (message_fts, instance);

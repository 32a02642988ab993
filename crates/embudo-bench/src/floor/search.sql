-- The newest 50 messages that match, with a snippet and the name.
select m.local_id, m.id, m.conversation_id, c.contact_id, ct.display_name, c.line_id, m.direction, m.kind, m.sort_s,
  m.created_at_ms, snippet(message_fts, 0, char(1), char(2), '…', 12)
from message_fts f
  cross join message m on m.local_id = f.rowid
  cross join conversation c on c.id = m.conversation_id
  left join contact ct on ct.id = c.contact_id
where message_fts match ?1
order by f.rowid desc limit 50

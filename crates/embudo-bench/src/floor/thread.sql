-- The newest 50 messages of a conversation, with delivery, events and what they quote.
select m.id, m.conversation_id, m.sort_s, m.conv_seq, m.inbound_no, m.direction, m.kind, m.delivery, m.attempt,
  m.created_at_ms, m.author, m.author_id, m.provider_id, m.reply_to, m.text, m.body, m.extra, m.edited_at_ms,
  m.deleted_at_ms, q.direction, q.author, q.author_id, q.kind, q.text, q.extra,
  exists (select 1 from base b where b.entity = 21 and b.id = m.id)
from message m
  left join message q on q.id = m.reply_to
where m.conversation_id = ?1
order by m.sort_s desc, m.conv_seq desc limit 50

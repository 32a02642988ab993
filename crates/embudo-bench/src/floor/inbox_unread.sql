-- The newest 50 open conversations that are unread.
select c.id, c.contact_id, ct.display_name, ct.channel_name, ct.saved, c.line_id, l.line_type, l.display_name, l.color,
  l.state, c.state, c.snoozed_until_ms, c.snoozed_until_reply, c.snoozed_by, c.closed_reason, c.blocked, c.last_at_ms,
  c.last_inbound_s, c.waiting_since_ms, max(c.inbound_count - c.read_inbound, 0), c.manual_unread, c.failed_count,
  c.window_closes_at_ms, c.preview_id, c.preview_from_us, c.preview_kind, c.preview_text, c.preview_delivery,
  c.preview_sort_s, c.preview_conv_seq, ct.tag_ids, coalesce(ld.text, d.text), h.message_id, h.text
from conversation c indexed by conversation_unread
  left join contact ct on ct.id = c.contact_id
  left join line l on l.id = c.line_id
  left join local_draft ld on ld.conversation_id = c.id
  left join draft d on d.conversation_id = c.id
  left join held h on h.conversation_id = c.id
where c.list = 0 and c.is_unread
order by c.last_at_ms desc, c.local_id desc limit 50

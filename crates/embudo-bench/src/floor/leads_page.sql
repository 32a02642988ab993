-- A hundred urgent active leads with a middling score, the newest first, with whom they are of and the newest chat.
select l.id, l.number, l.contact_id, l.status_id, l.stage_id, l.funnel_id, l.marker, l.score, l.opened_at_ms, l.position,
  l.board_key, ct.display_name, ct.channel_name, ct.tag_ids, c.id, c.last_at_ms, c.preview_text
from lead l
  left join contact ct on ct.id = l.contact_id
  left join conversation c on c.local_id =
    (select n.local_id from conversation n where n.contact_id = l.contact_id order by n.last_at_ms desc, n.id desc limit 1)
where l.closed_at_ms is null and l.marker = 1 and l.score between 20 and 80
order by l.opened_at_ms desc, l.id limit 100

-- Sixty cards of a column from somewhere in it, with whom they are of and the newest chat.
select l.id, l.number, l.contact_id, l.status_id, l.stage_id, l.funnel_id, l.marker, l.score, l.opened_at_ms, l.position,
  l.board_key, ct.display_name, ct.channel_name, ct.tag_ids, c.id, c.last_at_ms, c.preview_text
from (select local_id from lead indexed by lead_lifted where stage_id = ?1 and closed_at_ms is null
    order by board_key, id limit 60 offset ?2) p
  join lead l on l.local_id = p.local_id
  left join contact ct on ct.id = l.contact_id
  left join conversation c on c.local_id =
    (select n.local_id from conversation n where n.contact_id = l.contact_id order by n.last_at_ms desc, n.id desc limit 1)
order by l.board_key, l.id

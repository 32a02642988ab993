-- A second tag beside one that stays. What a trigger inserts follows the conflict clause of the
-- statement that fired it: under `on conflict do update` an `or ignore` is none, and the tag that
-- was there already made the whole batch fail.
drop trigger contact_tags_insert;
create trigger contact_tags_insert after insert on contact when length(new.tag_ids) > 0 begin
  insert into contact_tag (contact_id, tag_id)
  select distinct new.id, substr(new.tag_ids, 1 + 16 * value, 16) from number where value < length(new.tag_ids) / 16
    and not exists (select 1 from contact_tag
      where contact_id = new.id and tag_id = substr(new.tag_ids, 1 + 16 * value, 16));
end;
drop trigger contact_tags_update;
create trigger contact_tags_update after update of tag_ids on contact when old.tag_ids is not new.tag_ids begin
  delete from contact_tag where contact_id = new.id and tag_id not in
    (select substr(new.tag_ids, 1 + 16 * value, 16) from number where value < length(new.tag_ids) / 16);
  insert into contact_tag (contact_id, tag_id)
  select distinct new.id, substr(new.tag_ids, 1 + 16 * value, 16) from number where value < length(new.tag_ids) / 16
    and not exists (select 1 from contact_tag
      where contact_id = new.id and tag_id = substr(new.tag_ids, 1 + 16 * value, 16));
end;

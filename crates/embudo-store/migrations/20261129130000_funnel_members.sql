-- Who sees the funnel and its leads, packed member ids; null: everybody.
alter table funnel add column seen_by blob;

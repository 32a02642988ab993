-- Parts of one click share `clicked_at_ms`; their ids say nothing of their order.
alter table held add column place integer not null default 0;

-- Until when the channel itself asked this job to wait. Apart from not_before_ms, because a link
-- that comes back ends our own waiting and never one that was ordered.
alter table job add column asked_until_ms integer not null default 0;

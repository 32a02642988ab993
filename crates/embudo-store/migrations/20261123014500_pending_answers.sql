-- Answers that have not gone out yet, as MessagePack; nearly always absent.
alter table conversation add column pending_answers blob;

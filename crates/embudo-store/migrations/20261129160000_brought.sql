-- Which files somebody came with or was changed by (IMP-02, IMP-05).
alter table contact add column brought blob; -- MessagePack, the oldest first; null: none

-- What scores mean in this workspace; MessagePack, absent: as the product has it.
alter table sale_settings add column bands blob;

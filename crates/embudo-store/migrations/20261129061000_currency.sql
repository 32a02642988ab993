-- Of every amount of money, ISO 4217; null: nobody has said it.
alter table sale_settings add column currency text;

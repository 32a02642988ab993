create table contact (id blob primary key, display_name text not null, about text not null) strict, without rowid;
create table reach (contact_id blob primary key, phone_e164 text not null unique, email text not null) strict, without rowid;
create index reach_email on reach (email);

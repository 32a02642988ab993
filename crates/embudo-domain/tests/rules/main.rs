//! The rules, driven through the model world: each module a subject, each test a sentence.

mod catalogues;
mod changed;
mod contacts;
mod conversations;
mod delivery;
mod editing;
mod erasing;
mod fields;
mod follow_ups;
mod golden;
mod import_chats;
mod import_fields;
mod imports;
mod inbound;
mod leads;
mod notes;
mod own;
mod people;
mod places;
mod quiet;
mod random;
mod sale_rows;
mod sending;
mod shop;
mod tags;
mod views;

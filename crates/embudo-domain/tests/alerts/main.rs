//! Alerts: the rules against a table of them, floods, a whole day, what strangers write.

mod banners;
mod day;
mod desk;
mod devices;
mod flood;
mod follow_ups;
mod links;
mod privacy;
mod review;
mod rules;
mod settings;
mod sounds;
mod table;
mod text;
mod troubles;
mod windows;
mod zones;

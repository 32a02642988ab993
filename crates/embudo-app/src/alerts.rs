//! What a person hears and sees of what happens (product.md 4.17): `embudo_domain::alerts` decides,
//! this carries facts to it and its commands to the desktop.

pub(crate) mod words;

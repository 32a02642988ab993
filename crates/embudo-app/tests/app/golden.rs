//! The golden scenarios of product.md 5 that this release can play, by their numbers, with the
//! whole app: commands in, commands out, the channel behind HTTP. Channels that come later are
//! played by the simulator under their rules. 27 (scale) is in `embudo-store`, 29 (languages)
//! among the browser tests.

mod first;
mod inbox;
mod leaving;
mod stage;
mod typing;
mod window;

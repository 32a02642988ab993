//! embudo-simulator

//! embudo-hub

//! embudo-sync

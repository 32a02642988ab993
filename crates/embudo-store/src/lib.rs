//! embudo-store

//! embudo-protocol

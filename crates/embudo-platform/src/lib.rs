//! embudo-platform

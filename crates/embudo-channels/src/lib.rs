//! embudo-channels

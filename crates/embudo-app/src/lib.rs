//! embudo-app

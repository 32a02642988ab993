//! embudo-testkit

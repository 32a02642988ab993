//! The statements of the list.

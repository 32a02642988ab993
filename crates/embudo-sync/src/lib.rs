//! Keeps a device's replica and its hub together: acts out, changes in, by cursor.

pub mod backoff;
pub mod core;
mod gather;
pub mod live;
pub mod replica;
pub mod socket;

pub use crate::core::{DeviceCore, Step, SyncError};
pub use crate::live::{DeviceSync, Link, SyncEvent, SyncFailure, SyncState, Waker, spawn};
pub use crate::replica::{Replica, ReplicaError};

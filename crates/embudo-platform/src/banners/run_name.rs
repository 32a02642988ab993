//! Names of banners on systems that keep them longer than the program runs: an answer to one of
//! another run is known by its name.
#![cfg_attr(not(target_os = "macos"), allow(dead_code))]

use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Clone, Debug)]
pub(crate) struct RunName(String);

impl RunName {
    pub(crate) fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(format!("{}-{}-", std::process::id(), since.as_nanos()))
    }

    pub(crate) fn of(&self, id: u32) -> String {
        format!("{}{id}", self.0)
    }

    /// `None`: of another run.
    pub(crate) fn id(&self, name: &str) -> Option<u32> {
        name.strip_prefix(&self.0)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banner_of_another_run_is_not_taken_for_one_of_this() {
        let (this, other) = (RunName("12-34-".into()), RunName("12-3-".into()));
        assert_eq!(this.id(&this.of(5)), Some(5));
        assert_eq!(this.id(&other.of(5)), None);
        assert_eq!(other.id(&this.of(5)), None);
        assert_eq!(this.id(""), None);
        assert_eq!(this.id("12-34-x"), None);
    }
}

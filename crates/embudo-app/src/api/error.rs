use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// The only error the UI sees. `code` is a key of the catalogue (`error_{code}` in lower case);
/// `params` fill its words; `retry` says whether the same call may work later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApiError {
    pub code: String,
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    pub retry: bool,
}

impl ApiError {
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), params: BTreeMap::new(), retry: false }
    }
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }
    pub fn retryable(mut self) -> Self {
        self.retry = true;
        self
    }
}

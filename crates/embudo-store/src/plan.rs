//! For tests and benchmarks: the plan of a statement, and the bare connection for floors.

use crate::sql::{self, Args};
use crate::tables::get;
use crate::{Result, Store};
use sqlx::SqliteConnection;
use std::ops::DerefMut;

impl Store {
    /// The lines of `explain query plan`.
    pub async fn query_plan(&self, statement: &str) -> Result<Vec<String>> {
        let rows =
            sql::rows(&mut *self.read().await?, format!("explain query plan {statement}"), Args::default()).await?;
        rows.iter().map(|row| get(row, 3)).collect()
    }

    /// One of the connections that the screens read with.
    pub async fn raw_reader(&self) -> Result<impl DerefMut<Target = SqliteConnection> + '_> {
        self.read().await
    }
}

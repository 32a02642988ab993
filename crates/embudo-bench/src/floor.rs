//! The floor: the barest SQL of the same read, through sqlx on the same database. Its text and
//! its plan are committed; a plan that has changed ends the bench, because the floor would no
//! longer be what the table says.

pub mod database;
pub mod rows;

use anyhow::{Result, bail};
use embudo_store::Store;

pub const INBOX_TOP: &str = include_str!("floor/inbox_top.sql");
pub const INBOX_DEPTH: &str = include_str!("floor/inbox_depth.sql");
pub const INBOX_UNREAD: &str = include_str!("floor/inbox_unread.sql");
pub const INBOX_WAITING: &str = include_str!("floor/inbox_waiting.sql");
pub const INBOX_CLOSING: &str = include_str!("floor/inbox_closing.sql");
pub const THREAD: &str = include_str!("floor/thread.sql");
pub const SEARCH: &str = include_str!("floor/search.sql");
pub const LEADS_PAGE: &str = include_str!("floor/leads_page.sql");
pub const LEAD_COUNT: &str = include_str!("floor/lead_count.sql");
pub const STAGE_COUNTS: &str = include_str!("floor/stage_counts.sql");
pub const COLUMN: &str = include_str!("floor/column.sql");

const ALL: [(&str, &str); 11] = [
    ("inbox_top", INBOX_TOP),
    ("inbox_depth", INBOX_DEPTH),
    ("inbox_unread", INBOX_UNREAD),
    ("inbox_waiting", INBOX_WAITING),
    ("inbox_closing", INBOX_CLOSING),
    ("thread", THREAD),
    ("search", SEARCH),
    ("leads_page", LEADS_PAGE),
    ("lead_count", LEAD_COUNT),
    ("stage_counts", STAGE_COUNTS),
    ("column", COLUMN),
];
const PINNED: &str = include_str!("floor/plans.txt");
const PINNED_PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/floor/plans.txt");

pub async fn check_plans(store: &Store) -> Result<()> {
    let mut found = String::new();
    for (name, sql) in ALL {
        found.push_str(&format!("{name}\n"));
        for line in store.query_plan(sql).await? {
            found.push_str(&format!("  {line}\n"));
        }
    }
    if std::env::var_os("EMBUDO_WRITE_PLANS").is_some() {
        std::fs::write(PINNED_PATH, &found)?;
    } else if found != PINNED {
        bail!("the floor's plans are others than pinned; EMBUDO_WRITE_PLANS=1 pins them anew:\n{found}");
    }
    Ok(())
}

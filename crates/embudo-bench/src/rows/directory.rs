//! The directory: everybody, with exact numbers of its tabs, in any order and under any filter.

use super::reads::{PAGE, Reads};
use crate::data::plan::NOW_MS;
use crate::report::{Goal, Line};
use crate::times::Times;
use anyhow::{Result, ensure};
use embudo_domain::directory::{ContactFilter, ContactSort, ContactTab};
use embudo_domain::filter::TimeRange;
use embudo_domain::*;
use embudo_store::ContactQuery;
use rand::Rng;
use std::time::Instant;

const DAY_MS: i64 = 86_400_000;
const TABS: [ContactTab; 3] = [ContactTab::All, ContactTab::Active, ContactTab::Archived];
const SORTS: [ContactSort; 3] = [ContactSort::Name, ContactSort::LastTalk, ContactSort::Created];

fn filters() -> Vec<ContactFilter> {
    let some = ContactFilter::default;
    vec![
        some(),
        ContactFilter { has_phone: Some(true), has_email: Some(false), ..some() },
        ContactFilter { status_ids: vec![seeded::NEW, seeded::LOST], ..some() },
        ContactFilter { nobodys: true, source_ids: seeded::source_of("simulator").into_iter().collect(), ..some() },
        ContactFilter { last_talk: Some(TimeRange { since_ms: Some(NOW_MS - 90 * DAY_MS), until_ms: None }), ..some() },
    ]
}

impl Reads<'_> {
    pub async fn directory(&mut self, lines: &mut Vec<Line>) -> Result<()> {
        let start = Instant::now();
        let list = self.store.list_contacts(&ContactQuery::default(), 0, 1).await?;
        let read_ms = start.elapsed().as_secs_f64() * 1000.0;
        lines.push(Line::figure("contacts read into memory, once", read_ms, "ms", Goal::None));
        let mut conn = self.store.raw_reader().await?;
        let counted: i64 = sqlx::query_scalar("select count(*) from contact where erased = 0 and bin_at_ms is null")
            .fetch_one(&mut *conn)
            .await?;
        ensure!(list.tabs.all == counted, "{} of {counted} contacts are counted", list.tabs.all);
        drop(conn);

        let (mut top, mut any) = (Times::default(), Times::default());
        let filters = filters();
        for at in 0..self.samples {
            let start = Instant::now();
            self.store.list_contacts(&ContactQuery::default(), 0, PAGE).await?;
            top.since(start);
            let query = ContactQuery {
                filter: filters[at % filters.len()].clone(),
                tab: TABS[self.random.random_range(0..TABS.len())],
                sort: SORTS[self.random.random_range(0..SORTS.len())],
                descending: self.random.random(),
                found: None,
            };
            let offset = self.random.random_range(0..20) * PAGE;
            let start = Instant::now();
            self.store.list_contacts(&query, offset, PAGE).await?;
            any.since(start);
        }
        let name = format!("directory, first page of {PAGE} with its counts");
        lines.push(Line::times(name, top, None, Goal::P99Ms(20.0)));
        lines.push(Line::times("… any filter, any sort, any page", any, None, Goal::P99Ms(20.0)));
        Ok(())
    }
}

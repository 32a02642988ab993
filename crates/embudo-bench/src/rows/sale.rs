//! The board and the leads page: the store's own call against the floor, and every filter with
//! every order.

use super::reads::Reads;
use crate::data::leads::{FUNNELS, STAGES, stage_id};
use crate::data::plan::NOW_MS;
use crate::floor;
use crate::report::{Goal, Line};
use crate::times::{Times, product_first};
use anyhow::{Result, ensure};
use embudo_domain::filter::{LeadFilter, LeadSort, LeadTab, ScoreIs, TimeRange, WaitsOn, WindowIs};
use embudo_domain::*;
use embudo_store::{CardOrder, LeadOrder};
use rand::Rng;
use sqlx::{Row as _, SqliteConnection};
use std::time::Instant;

const DAY_MS: i64 = 86_400_000;
const PAGE: u32 = 100;
const CARDS: u32 = 60;
/// The barest SQL reads all leads for a page or a count: so often is enough to know what it takes.
const BARE: usize = 100;

/// As [`floor::LEADS_PAGE`] has it.
fn urgent() -> LeadFilter {
    LeadFilter {
        tab: LeadTab::Active,
        markers: vec![Marker::Urgent],
        score: Some(ScoreIs::Between { min: 20, max: 80 }),
        ..LeadFilter::default()
    }
}

/// Each narrows by two things at least.
fn filters() -> Vec<LeadFilter> {
    let some = LeadFilter::default;
    let since = |days: i64| Some(TimeRange { since_ms: Some(NOW_MS - days * DAY_MS), until_ms: None });
    let of_a_funnel = (0..STAGES).map(|stage| stage_id(1, stage)).collect();
    vec![
        urgent(),
        LeadFilter { tab: LeadTab::Active, stage_ids: of_a_funnel, ..some() },
        LeadFilter { status_ids: vec![seeded::LOST, seeded::ARCHIVED], closed: since(120), ..some() },
        LeadFilter { nobodys: true, source_ids: seeded::source_of("simulator").into_iter().collect(), ..some() },
        LeadFilter { opened: since(365), last_activity: since(90), ..some() },
        LeadFilter { waits_on: Some(WaitsOn::Us), window: Some(WindowIs::Closed), ..some() },
        LeadFilter { has_unread: true, stale_days: Some(3), ..some() },
    ]
}

impl Reads<'_> {
    pub async fn sale(&mut self, lines: &mut Vec<Line>) -> Result<()> {
        let start = Instant::now();
        self.store.warm_leads().await?;
        let read_ms = start.elapsed().as_secs_f64() * 1000.0;
        lines.push(Line::figure("leads read into memory, once", read_ms, "ms", Goal::None));
        lines.push(self.leads_page().await?);
        lines.push(self.any_page().await?);
        lines.extend(self.counts().await?);
        lines.push(self.columns().await?);
        lines.push(self.filtered_columns().await?);
        Ok(())
    }

    async fn leads_page(&mut self) -> Result<Line> {
        let (filter, order) = (urgent(), LeadOrder { sort: LeadSort::Opened, descending: true });
        let mut conn = self.store.raw_reader().await?;
        let (mut product, mut bare) = (Times::default(), Times::default());
        for at in 0..self.samples.min(BARE) {
            let (mut page, mut rows) = (Vec::new(), Vec::new());
            for turn in [product_first(at), !product_first(at)] {
                let start = Instant::now();
                if turn {
                    let list = self.store.list_leads(&filter, order, 0, PAGE, NOW_MS).await?;
                    page = self.store.cards_in_order(&list.ids).await?;
                    product.since(start);
                } else {
                    rows = bare_cards(&mut conn, floor::LEADS_PAGE, &[]).await?;
                    bare.since(start);
                }
            }
            ensure!(page.len() == rows.len() && !rows.is_empty(), "{} leads, the floor has {}", page.len(), rows.len());
            let times = |opened: Vec<i64>| opened.windows(2).all(|pair| pair[0] >= pair[1]);
            ensure!(times(page.iter().map(|card| card.lead.opened_at_ms).collect()), "the newest come first");
            let total: usize = page.iter().map(|card| card.name.len()).sum();
            ensure!(total > 0 && page.iter().all(|card| card.conversation.is_some()), "cards have names and chats");
        }
        Ok(Line::times("leads page of 100, two filters, newest first", product, Some(bare), Goal::P99Ms(20.0)))
    }

    async fn any_page(&mut self) -> Result<Line> {
        let mut product = Times::default();
        let filters = filters();
        for at in 0..self.samples {
            let filter = &filters[at % filters.len()];
            let sort = LeadSort::ALL[(at / filters.len()) % LeadSort::ALL.len()];
            let order = LeadOrder { sort, descending: self.random.random() };
            let offset = self.random.random_range(0..10) * PAGE;
            let start = Instant::now();
            let list = self.store.list_leads(filter, order, offset, PAGE, NOW_MS).await?;
            self.store.cards_in_order(&list.ids).await?;
            product.since(start);
        }
        Ok(Line::times("leads page of 100, any two filters, any sort", product, None, Goal::P99Ms(20.0)))
    }

    async fn counts(&mut self) -> Result<[Line; 3]> {
        let mut conn = self.store.raw_reader().await?;
        let (mut stages, mut bare_stages) = (Times::default(), Times::default());
        let (mut some, mut bare_some, mut any) = (Times::default(), Times::default(), Times::default());
        let filters = filters();
        for at in 0..self.samples {
            let start = Instant::now();
            let counts = self.store.stage_counts(NOW_MS).await?;
            stages.since(start);
            let start = Instant::now();
            let tabs = self.store.count_leads(&urgent(), NOW_MS).await?;
            some.since(start);
            if at < BARE {
                let start = Instant::now();
                let rows = sqlx::query(floor::STAGE_COUNTS).fetch_all(&mut *conn).await?;
                bare_stages.since(start);
                let sum = rows.iter().map(|row| row.try_get::<i64, _>(1)).sum::<Result<i64, _>>()?;
                ensure!(
                    sum == counts.stages.iter().map(|row| row.active).sum::<i64>(),
                    "the columns' counts are right"
                );
                let start = Instant::now();
                let counted: i64 = sqlx::query_scalar(floor::LEAD_COUNT).fetch_one(&mut *conn).await?;
                bare_some.since(start);
                ensure!(tabs.active == counted, "{} of {counted} leads are counted", tabs.active);
            }

            let filter = &filters[at % filters.len()];
            let start = Instant::now();
            if at % 2 == 0 {
                self.store.count_leads(filter, NOW_MS).await?;
            } else {
                self.store.stage_counts_of(filter, NOW_MS).await?;
            }
            any.since(start);
        }
        Ok([
            Line::times("counts of every column", stages, Some(bare_stages), Goal::P99Ms(10.0)),
            Line::times("count of two filters", some, Some(bare_some), Goal::P99Ms(20.0)),
            Line::times("counts of any filter, of tabs and of columns", any, None, Goal::P99Ms(20.0)),
        ])
    }

    async fn columns(&mut self) -> Result<Line> {
        let counts = self.store.stage_counts(NOW_MS).await?;
        let mut conn = self.store.raw_reader().await?;
        let (mut product, mut bare) = (Times::default(), Times::default());
        for at in 0..self.samples {
            let stage = stage_id(self.random.random_range(0..FUNNELS), self.random.random_range(0..STAGES));
            let many = counts.stages.iter().find(|row| row.stage_id == stage).map_or(0, |row| row.active);
            let offset = self.random.random_range(0..u32::try_from(many)?.max(1));
            let (mut cards, mut rows) = (Vec::new(), Vec::new());
            for turn in [product_first(at), !product_first(at)] {
                let start = Instant::now();
                if turn {
                    cards = self.store.stage_cards(stage, CardOrder::Lifted, offset, CARDS).await?;
                    product.since(start);
                } else {
                    let binds = [Bind::Id(stage.0), Bind::Number(i64::from(offset))];
                    rows = bare_cards(&mut conn, floor::COLUMN, &binds).await?;
                    bare.since(start);
                }
            }
            let shown: Vec<_> = cards.iter().map(|card| card.lead.id.0.as_bytes().to_vec()).collect();
            ensure!(shown == rows, "a column is not what the floor has");
        }
        Ok(Line::times(
            format!("{CARDS} cards of a column, random depth"),
            product,
            Some(bare),
            Goal::Times { p50: 2.0, p95: 3.0 },
        ))
    }

    async fn filtered_columns(&mut self) -> Result<Line> {
        let mut product = Times::default();
        let filters = filters();
        for at in 0..self.samples {
            let filter = &filters[at % filters.len()];
            let stage = stage_id(self.random.random_range(0..FUNNELS), self.random.random_range(0..STAGES));
            let start = Instant::now();
            self.store.stage_cards_of(filter, stage, CardOrder::Lifted, 0, CARDS, NOW_MS).await?;
            product.since(start);
        }
        Ok(Line::times(format!("{CARDS} cards of a filtered column"), product, None, Goal::P99Ms(20.0)))
    }
}

enum Bind {
    Id(uuid::Uuid),
    Number(i64),
}

/// Every column read into memory; answers whose they are.
async fn bare_cards(conn: &mut SqliteConnection, sql: &'static str, binds: &[Bind]) -> Result<Vec<Vec<u8>>> {
    let mut query = sqlx::query(sql);
    for bind in binds {
        query = match bind {
            Bind::Id(id) => query.bind(id.as_bytes().to_vec()),
            Bind::Number(number) => query.bind(*number),
        };
    }
    let mut ids = Vec::new();
    for row in query.fetch_all(conn).await? {
        let id: Vec<u8> = row.try_get(0)?;
        let numbers: [Option<i64>; 4] = [row.try_get(1)?, row.try_get(6)?, row.try_get(7)?, row.try_get(15)?];
        let blobs: [Option<Vec<u8>>; 5] =
            [row.try_get(2)?, row.try_get(3)?, row.try_get(4)?, row.try_get(5)?, row.try_get(14)?];
        let texts: [Option<String>; 5] =
            [row.try_get(9)?, row.try_get(10)?, row.try_get(11)?, row.try_get(12)?, row.try_get(16)?];
        let opened: i64 = row.try_get(8)?;
        let tags: Option<Vec<u8>> = row.try_get(13)?;
        std::hint::black_box((numbers, blobs, texts, opened, tags));
        ids.push(id);
    }
    Ok(ids)
}

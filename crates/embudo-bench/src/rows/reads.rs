//! What the screens read: the store's own call against the floor, both with every row in memory.

use crate::data::plan::{NOW_MS, Shape};
use crate::data::rows::{conversation_id, vocabularies};
use crate::floor::{self, rows as floor_rows};
use crate::report::{Goal, Line};
use crate::times::{Times, product_first};
use anyhow::{Context as _, Result, ensure};
use embudo_domain::ConversationId;
use embudo_store::{
    InboxFilter, InboxKey, InboxTab, InboxView, SearchQuery, Store, ThreadAt, WaitingOn, WindowFilter, inbox_sql,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::{Row as _, SqliteConnection};
use std::ops::DerefMut;
use std::time::Instant;

pub const PAGE: u32 = 50;
const AGAINST_FLOOR: Goal = Goal::Times { p50: 2.0, p95: 3.0 };

pub struct Reads<'a> {
    pub store: &'a Store,
    pub shape: Shape,
    pub samples: usize,
    pub random: ChaCha8Rng,
}

impl<'a> Reads<'a> {
    pub fn new(store: &'a Store, shape: Shape, samples: usize) -> Self {
        Self { store, shape, samples, random: ChaCha8Rng::seed_from_u64(shape.seed ^ 0xbe7c) }
    }

    pub async fn inbox(&mut self, lines: &mut Vec<Line>) -> Result<()> {
        let view = InboxView::default();
        lines.push(self.inbox_page("inbox page, top", &view, None, floor::INBOX_TOP, AGAINST_FLOOR).await?);
        let keys = self.keys("c.list = 0").await?;
        lines.push(
            self.inbox_page("inbox page, random depth", &view, Some(&keys), floor::INBOX_DEPTH, AGAINST_FLOOR).await?,
        );
        Ok(())
    }

    pub async fn filters(&mut self, lines: &mut Vec<Line>) -> Result<()> {
        let waiting = InboxFilter { waiting_on: Some(WaitingOn::Us), ..InboxFilter::default() };
        let closing = InboxFilter { window: Some(WindowFilter::ClosingSoon), ..InboxFilter::default() };
        let unread = InboxView { tab: InboxTab::Unread, ..InboxView::default() };
        let of = |filter: InboxFilter| InboxView { filter, ..InboxView::default() };
        let soon = "c.list = 0 and c.window_closes_at_ms is not null";
        for (name, view, sql, condition) in [
            ("filter unread", unread, floor::INBOX_UNREAD, "c.list = 0 and c.is_unread"),
            (
                "filter waiting on us",
                of(waiting),
                floor::INBOX_WAITING,
                "c.list = 0 and c.waiting_since_ms is not null",
            ),
            ("filter window closing", of(closing), floor::INBOX_CLOSING, soon),
        ] {
            let goal = || Goal::P99Ms(10.0);
            lines.push(self.inbox_page(&format!("{name}, top"), &view, None, sql, goal()).await?);
            let keys = self.keys(condition).await?;
            lines.push(self.filter_depth(&format!("{name}, random depth"), &view, &keys, goal()).await?);
        }
        Ok(())
    }

    /// Random places in a list, as `(last_at_ms, local_id, id)`.
    async fn keys(&mut self, condition: &str) -> Result<Vec<(i64, i64, ConversationId)>> {
        let mut conn = self.store.raw_reader().await?;
        let sql = format!("select last_at_ms, local_id, id from conversation c where {condition}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *conn).await?;
        ensure!(!rows.is_empty(), "nobody is in the list of {condition}");
        (0..self.samples)
            .map(|_| {
                let row = &rows[self.random.random_range(0..rows.len())];
                let id = ConversationId(uuid::Uuid::from_slice(row.try_get(2)?)?);
                Ok((row.try_get(0)?, row.try_get(1)?, id))
            })
            .collect()
    }

    async fn inbox_page(
        &mut self,
        name: &str,
        view: &InboxView,
        keys: Option<&[(i64, i64, ConversationId)]>,
        sql: &'static str,
        goal: Goal,
    ) -> Result<Line> {
        let mut conn = self.store.raw_reader().await?;
        let (mut product, mut bare) = (Times::default(), Times::default());
        let closing = view.filter.window.is_some();
        for at in 0..self.samples {
            let key = keys.map(|keys| keys[at]);
            let after = key.map(|(sort, _, id)| InboxKey { sort, id });
            let binds: Vec<i64> = match key {
                Some((sort, local_id, _)) => vec![sort, local_id],
                None if closing => vec![NOW_MS, NOW_MS + inbox_sql::CLOSING_SOON_MS],
                None => Vec::new(),
            };
            let (mut page, mut rows) = (None, None);
            for turn in [product_first(at), !product_first(at)] {
                let start = Instant::now();
                if turn {
                    page = Some(self.store.inbox_page(view, after, PAGE, NOW_MS).await?);
                    product.since(start);
                } else {
                    rows = Some(floor_rows::inbox(&mut conn, sql, &binds).await?);
                    bare.since(start);
                }
            }
            floor_rows::same_inbox(&rows.unwrap_or_default(), &page.context("a page")?.rows)?;
        }
        Ok(Line::times(name, product, Some(bare), goal))
    }

    async fn filter_depth(
        &mut self,
        name: &str,
        view: &InboxView,
        keys: &[(i64, i64, ConversationId)],
        goal: Goal,
    ) -> Result<Line> {
        let mut product = Times::default();
        for (sort, _, id) in keys {
            let start = Instant::now();
            self.store.inbox_page(view, Some(InboxKey { sort: *sort, id: *id }), PAGE, NOW_MS).await?;
            product.since(start);
        }
        Ok(Line::times(name, product, None, goal))
    }

    /// Threads of at least a page, so that every sample reads as much.
    pub async fn random_threads(&mut self) -> Result<Vec<ConversationId>> {
        let shape = self.shape;
        Ok((0..self.samples)
            .map(|_| conversation_id(shape.seed, self.random.random_range(0..shape.conversations)))
            .collect())
    }

    pub async fn threads(&mut self, lines: &mut Vec<Line>) -> Result<()> {
        let random = self.random_threads().await?;
        lines.push(self.thread("open a thread, random", &random).await?);
        let longest = vec![conversation_id(self.shape.seed, 0); self.samples];
        lines.push(self.thread(&format!("open a thread of {}", self.shape.longest), &longest).await?);
        Ok(())
    }

    pub async fn thread(&mut self, name: &str, ids: &[ConversationId]) -> Result<Line> {
        let mut conn = self.store.raw_reader().await?;
        let (mut product, mut bare) = (Times::default(), Times::default());
        for (at, id) in ids.iter().enumerate() {
            let (mut page, mut rows) = (None, None);
            for turn in [product_first(at), !product_first(at)] {
                let start = Instant::now();
                if turn {
                    page = Some(self.store.thread_page(*id, ThreadAt::Newest, PAGE, true).await?);
                    product.since(start);
                } else {
                    rows = Some(floor_rows::thread(&mut conn, id.bytes()).await?);
                    bare.since(start);
                }
            }
            floor_rows::same_thread(&rows.unwrap_or_default(), &page.context("a page")?.rows)?;
        }
        Ok(Line::times(name, product, Some(bare), AGAINST_FLOOR))
    }

    /// What people type: words as often as they are in messages, so the common ones most.
    pub fn typed(&mut self) -> Result<[(&'static str, Vec<String>); 4]> {
        let (vocabularies, _) = vocabularies(self.shape);
        let random = &mut self.random;
        let mut word = |longer_than: usize| loop {
            let words = &vocabularies[[0, 0, 0, 0, 1, 1, 1, 1, 2][random.random_range(0..9)]];
            let found = words.word(random);
            if found.chars().count() > longer_than {
                return found.to_owned();
            }
        };
        let three = (0..self.samples).map(|_| word(2).chars().take(3).collect()).collect();
        let part = (0..self.samples)
            .map(|at| {
                let word = word(4);
                let letters = word.chars().count();
                word.chars().take(4 + at % (letters - 4)).collect()
            })
            .collect();
        let whole = (0..self.samples).map(|_| word(2)).collect();
        let two = (0..self.samples).map(|_| format!("{} {}", word(2), word(2))).collect();
        Ok([("3 letters", three), ("more letters", part), ("a whole word", whole), ("two words", two)])
    }

    pub async fn search(&mut self, lines: &mut Vec<Line>) -> Result<()> {
        let mut conn = self.store.raw_reader().await?;
        for (name, texts) in self.typed()? {
            lines.push(self.search_for(&format!("search, {name}"), &texts, &mut conn).await?);
        }
        Ok(())
    }

    async fn search_for(
        &self,
        name: &str,
        texts: &[String],
        conn: &mut impl DerefMut<Target = SqliteConnection>,
    ) -> Result<Line> {
        let (mut product, mut bare) = (Times::default(), Times::default());
        for (at, text) in texts.iter().enumerate() {
            let query = SearchQuery { text: text.clone(), limit: PAGE, ..SearchQuery::default() };
            let words: Vec<String> = text.split(' ').map(|word| format!("\"{word}\"")).collect();
            let matching = format!("{}*", words.join(" "));
            let (mut found, mut rows) = (None, None);
            for turn in [product_first(at), !product_first(at)] {
                let start = Instant::now();
                if turn {
                    found = Some(self.store.search_messages(&query).await?);
                    product.since(start);
                } else {
                    rows = Some(floor_rows::search(conn, &matching).await?);
                    bare.since(start);
                }
            }
            floor_rows::same_hits(&rows.unwrap_or_default(), &found.context("hits")?.hits)
                .with_context(|| format!("searching {text}"))?;
        }
        Ok(Line::times(name, product, Some(bare), Goal::P99Ms(20.0)))
    }
}

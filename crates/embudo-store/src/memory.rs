//! What lists with free filters are answered from: tables of the database in memory, a column per
//! field, so that filters, orders and exact counts over 100,000 rows take milliseconds, whatever is
//! combined (docs/adr/0091). What is kept, and how it is read, is said by [`crate::lead_index`],
//! [`crate::chat_index`] and [`crate::contact_index`].
//!
//! Invariants
//! - What a call of this device wrote is in every answer that is asked for after it.
//! - An answer is of one moment: the columns are as of one snapshot of the database.
//! - A commit pays for the names of what it changed and reads nothing; who asks next reads what is
//!   named again.

mod table;

use crate::changed::Changed;
use crate::sql::{self, Args};
use crate::{Result, Store, chat_index, contact_index, lead_index};
use embudo_domain::{ContactId, ConversationId, LeadId};
use sqlx::SqliteConnection;
use std::collections::HashSet;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
pub(crate) use table::{ByCode, Code, Codes, Maybe, beginning, columns, each_row, keep, number, page_of};

/// Of more than this all are read anew, which then takes less.
const MOST_NAMED: usize = 20_000;

/// What is not as it was when it was read.
#[derive(Clone, Default)]
pub(crate) struct Stale {
    pub contacts: HashSet<ContactId>,
    pub conversations: HashSet<ConversationId>,
    pub leads: HashSet<LeadId>,
    /// Rows by whose order or windows others are looked at: few, and read all at once.
    pub catalogues: bool,
    pub everything: bool,
}

impl Stale {
    fn all() -> Self {
        Self { everything: true, ..Self::default() }
    }

    fn of<C: Columns>(all: &[&Changed]) -> Self {
        let mut stale = Self::default();
        for changed in all {
            stale.add(C::stale(changed));
        }
        stale
    }

    fn is_none(&self) -> bool {
        let named = self.contacts.len() + self.conversations.len() + self.leads.len();
        named == 0 && !self.catalogues && !self.everything
    }

    fn add(&mut self, other: Self) {
        self.catalogues |= other.catalogues;
        self.everything |= other.everything;
        if !self.everything {
            self.contacts.extend(other.contacts);
            self.conversations.extend(other.conversations);
            self.leads.extend(other.leads);
            self.everything = self.contacts.len() + self.conversations.len() + self.leads.len() > MOST_NAMED;
        }
        if self.everything {
            (self.contacts, self.conversations, self.leads) = Default::default();
        }
    }
}

/// One table with what its lists look at beside it.
pub(crate) trait Columns: Clone + Send + Sync {
    const TABLE: &'static str;

    /// What a commit makes stale of it.
    fn stale(changed: &Changed) -> Stale;

    fn all(conn: &mut SqliteConnection) -> impl Future<Output = Result<Self>> + Send;

    /// Reads only what is stale. After an error the columns are thrown away.
    fn again(&mut self, conn: &mut SqliteConnection, stale: &Stale) -> impl Future<Output = Result<()>> + Send;
}

/// The columns, and what has changed since they were read.
pub(crate) struct Index<C> {
    /// Held while they are read; none before the first question.
    kept: tokio::sync::Mutex<Option<Arc<C>>>,
    stale: Mutex<Stale>,
}

impl<C> Default for Index<C> {
    fn default() -> Self {
        Self { kept: tokio::sync::Mutex::default(), stale: Mutex::new(Stale::all()) }
    }
}

impl<C> Index<C> {
    fn note(&self, stale: &Stale) {
        if !stale.is_none() {
            self.stale().add(stale.clone());
        }
    }

    fn stale(&self) -> MutexGuard<'_, Stale> {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is being read; noted again if that does not come to its end.
struct Taken<'a, C> {
    index: &'a Index<C>,
    stale: Stale,
}

impl<C> Drop for Taken<'_, C> {
    fn drop(&mut self) {
        self.index.note(&self.stale);
    }
}

impl<C: Columns> Index<C> {
    /// As of now: what is stale is read first. Those who still read the columns as they were keep
    /// them.
    pub async fn columns(&self, store: &Store) -> Result<Arc<C>> {
        let mut kept = self.kept.lock().await;
        if let Some(columns) = kept.as_ref()
            && self.stale().is_none()
        {
            return Ok(columns.clone());
        }
        let mut taken = Taken { index: self, stale: std::mem::take(&mut *self.stale()) };
        let is_long = kept.is_none() || taken.stale.everything;
        let mut reader = if is_long { store.read_apart().await? } else { store.read().await? };
        let mut snapshot = sqlx::Connection::begin(&mut *reader).await?;
        // A snapshot begins with its first read. Of what was told until then some may be in it, and
        // is read as well; it is not taken, for the rest of it is not in it yet.
        sql::rows(&mut snapshot, format!("select 1 from {} limit 1", C::TABLE), Args::default()).await?;
        let mut wanted = taken.stale.clone();
        wanted.add(self.stale().clone());
        let columns = match kept.take() {
            Some(mut columns) if !wanted.everything => {
                Arc::make_mut(&mut columns).again(&mut snapshot, &wanted).await?;
                columns
            }
            _ => Arc::new(C::all(&mut snapshot).await?),
        };
        taken.stale = Stale::default();
        *kept = Some(columns.clone());
        Ok(columns)
    }
}

/// All of a store.
#[derive(Default)]
pub(crate) struct Indexes {
    pub leads: Index<lead_index::Columns>,
    pub chats: Index<chat_index::Columns>,
    pub contacts: Index<contact_index::Columns>,
}

impl Indexes {
    /// To be called before a commit; the answer is dropped after it, before another one writes and
    /// before anybody hears of it. Told before, no snapshot has a commit of which something is
    /// unknown; told after, what was taken between the two is taken again.
    pub fn tell<'a>(&self, all: impl IntoIterator<Item = &'a Changed>) -> Told<'_> {
        let all: Vec<&Changed> = all.into_iter().collect();
        self.told(Stale::of::<lead_index::Columns>(&all), Stale::of::<chat_index::Columns>(&all), {
            Stale::of::<contact_index::Columns>(&all)
        })
    }

    /// As [`Indexes::tell`], of a commit that may have changed anything.
    pub fn tell_of_everything(&self) -> Told<'_> {
        self.told(Stale::all(), Stale::all(), Stale::all())
    }

    fn told(&self, leads: Stale, chats: Stale, contacts: Stale) -> Told<'_> {
        let told = Told { indexes: self, leads, chats, contacts };
        told.note();
        told
    }
}

pub(crate) struct Told<'a> {
    indexes: &'a Indexes,
    leads: Stale,
    chats: Stale,
    contacts: Stale,
}

impl Told<'_> {
    fn note(&self) {
        self.indexes.leads.note(&self.leads);
        self.indexes.chats.note(&self.chats);
        self.indexes.contacts.note(&self.contacts);
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.note();
    }
}

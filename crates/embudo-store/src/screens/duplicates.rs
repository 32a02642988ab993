//! Contacts that are perhaps one person (CON-04, DIR-05): by a number's key, by an address, and as a
//! suggestion by their names. And what is known of merges.

use crate::sql::{self, Args};
use crate::tables::merges::merge_from;
use crate::tables::{ALSO_EMAIL, ALSO_KEY, BY_EMAIL, BY_KEY, get, get_id};
use crate::{Result, Store, fold};
use embudo_domain::directory::SameBy;
use embudo_domain::rules::phone_key;
use embudo_domain::*;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateGroup {
    pub by: SameBy,
    pub ids: Vec<ContactId>,
}

/// More of one name is a common name, not one person.
const MOST_OF_A_NAME: usize = 5;
/// A name of one word says nothing.
const FEWEST_WORDS: usize = 2;

/// Of the directory without the bin. Each of the two kinds of a number stands in its own part of
/// the index.
const SHARED: &str = "select i.value, i.contact_id from identifier i where i.kind in (?1, ?2) \
     and i.value in (select value from identifier where kind in (?1, ?2) \
                     group by value having count(distinct contact_id) > 1) \
     and exists (select 1 from contact k where k.id = i.contact_id and k.bin_at_ms is null)";
const NAMES: &str = "select id, name_key from contact where bin_at_ms is null and erased = 0 and name_key <> ''";

impl Store {
    /// All groups of a kind, the largest first. Who is in two groups of numbers joins them.
    pub async fn duplicate_groups(&self, by: SameBy) -> Result<Vec<DuplicateGroup>> {
        let mut conn = self.read().await?;
        let pairs = match by {
            SameBy::Phone => shared(&mut conn, BY_KEY, ALSO_KEY).await?,
            SameBy::Email => shared(&mut conn, BY_EMAIL, ALSO_EMAIL).await?,
            SameBy::Name => names(&mut conn).await?,
        };
        let mut groups: Vec<DuplicateGroup> = joined(pairs)
            .into_iter()
            .map(|ids| DuplicateGroup { by, ids: ids.into_iter().map(ContactId).collect() })
            .collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.ids.len()), group.ids.first().copied()));
        Ok(groups)
    }

    /// Who else has one of these. `but`: the contact itself.
    pub async fn same_as(
        &self,
        phones: &[String],
        emails: &[String],
        name: &str,
        but: Option<ContactId>,
        limit: usize,
    ) -> Result<Vec<(ContactId, SameBy)>> {
        let mut conn = self.read().await?;
        let mut found: Vec<(ContactId, SameBy)> = Vec::new();
        let mut add = |ids: Vec<Uuid>, by: SameBy| {
            for id in ids.into_iter().map(ContactId) {
                if Some(id) != but && found.iter().all(|(other, _)| *other != id) {
                    found.push((id, by));
                }
            }
        };
        for phone in phones {
            add(having(&mut conn, [BY_KEY, ALSO_KEY], &phone_key(phone)).await?, SameBy::Phone);
        }
        for email in emails.iter().filter(|email| !email.is_empty()) {
            add(having(&mut conn, [BY_EMAIL, ALSO_EMAIL], &email.to_lowercase()).await?, SameBy::Email);
        }
        let name = fold(name.trim());
        if name.split_whitespace().count() >= FEWEST_WORDS {
            let mut args = Args::default();
            args.add(name)?;
            let sql =
                "select id from contact where name_key = ?1 and bin_at_ms is null and erased = 0 order by id limit 10";
            let rows = sql::rows_of(&mut conn, sql, args).await?;
            add(rows.iter().map(|row| get_id(row, 0, "contact")).collect::<Result<_>>()?, SameBy::Name);
        }
        found.truncate(limit);
        Ok(found)
    }

    /// Merges that made this contact what it is, newest first; also those into contacts that have
    /// become it since.
    pub async fn merges_of(&self, id: ContactId) -> Result<Vec<MergeRecord>> {
        let mut args = Args::default();
        args.id(id.0)?;
        let sql = "with recursive was(id) as (select ?1 union select a.id from alias a join was on a.to_id = was.id) \
             select body from merge_record where keep_id in (select id from was) order by at_ms desc limit 200";
        let rows = sql::rows_of(&mut *self.read().await?, sql, args).await?;
        rows.iter().map(|row| merge_from(row, 0)).collect()
    }

    pub async fn merge_record(&self, id: MergeId) -> Result<Option<MergeRecord>> {
        let rows = sql::select_by_ids(&mut *self.read().await?, "select body from merge_record", "id", &[id.0]).await?;
        rows.first().map(|row| merge_from(row, 0)).transpose()
    }

    /// Numbers and addresses beside the card.
    pub async fn other_reaches(&self, id: ContactId) -> Result<Vec<OtherReach>> {
        let start = "select id, contact_id, kind, value, ver from other_reach";
        let rows = sql::select_by_ids(&mut *self.read().await?, start, "contact_id", &[id.0]).await?;
        rows.iter().map(|row| crate::tables::merges::other_from(row, 0)).collect()
    }
}

async fn having(conn: &mut SqliteConnection, kinds: [i64; 2], value: &str) -> Result<Vec<Uuid>> {
    let mut args = Args::default();
    args.add(kinds[0])?;
    args.add(kinds[1])?;
    args.add(value)?;
    let sql = "select i.contact_id from identifier i where i.kind in (?1, ?2) and i.value = ?3 \
         and exists (select 1 from contact k where k.id = i.contact_id and k.bin_at_ms is null) order by i.contact_id limit 50";
    let rows = sql::rows_of(conn, sql, args).await?;
    rows.iter().map(|row| get_id(row, 0, "identifier")).collect()
}

async fn shared(conn: &mut SqliteConnection, kind: i64, also: i64) -> Result<Vec<Vec<Uuid>>> {
    let mut args = Args::default();
    args.add(kind)?;
    args.add(also)?;
    let mut by_value: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for row in sql::rows_of(conn, SHARED, args).await? {
        by_value.entry(get(&row, 0)?).or_default().push(get_id(&row, 1, "identifier")?);
    }
    Ok(by_value.into_values().collect())
}

/// The same words in any order.
async fn names(conn: &mut SqliteConnection) -> Result<Vec<Vec<Uuid>>> {
    let mut by_words: HashMap<String, Vec<Uuid>> = HashMap::new();
    for row in sql::rows_of(conn, NAMES, Args::default()).await? {
        let name: &str = get(&row, 1)?;
        let mut words: Vec<&str> = name.split_whitespace().collect();
        if words.len() < FEWEST_WORDS {
            continue;
        }
        words.sort_unstable();
        by_words.entry(words.join(" ")).or_default().push(get_id(&row, 0, "contact")?);
    }
    Ok(by_words.into_values().filter(|ids| (2..=MOST_OF_A_NAME).contains(&ids.len())).collect())
}

/// Groups that share somebody are one.
fn joined(groups: Vec<Vec<Uuid>>) -> Vec<BTreeSet<Uuid>> {
    let mut parent: HashMap<Uuid, Uuid> = HashMap::new();
    fn root(parent: &mut HashMap<Uuid, Uuid>, id: Uuid) -> Uuid {
        let mut now = id;
        while let Some(next) = parent.get(&now).copied().filter(|next| *next != now) {
            now = next;
        }
        parent.insert(id, now);
        now
    }
    for group in &groups {
        let Some(first) = group.first() else { continue };
        for id in group {
            let (one, other) = (root(&mut parent, *first), root(&mut parent, *id));
            parent.insert(one.max(other), one.min(other));
            parent.entry(one.min(other)).or_insert(one.min(other));
        }
    }
    let mut sets: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    let ids: Vec<Uuid> = parent.keys().copied().collect();
    for id in ids {
        let of = root(&mut parent, id);
        sets.entry(of).or_default().insert(id);
    }
    sets.into_values().filter(|set| set.len() > 1).collect()
}

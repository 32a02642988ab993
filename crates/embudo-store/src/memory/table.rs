//! What tables in memory have in common: columns, short numbers in place of ids, pages.

use crate::Result;
use crate::sql::{self, Args};
use crate::tables::get;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// A short number in place of an id; 0 is none.
pub(crate) type Code = u32;

/// A table by its key, the field `id`.
macro_rules! columns {
    ($key:ty; $($(#[$doc:meta])* $name:ident: $type:ty),+ $(,)?) => {
        /// One row, its ids in codes.
        pub(super) struct Fields {
            $($(#[$doc])* pub $name: $type,)+
        }

        #[derive(Clone, Default)]
        pub(super) struct Table {
            $(pub $name: Vec<$type>,)+
            places: std::collections::HashMap<$key, u32>,
        }

        impl Table {
            pub fn put(&mut self, fields: Fields) {
                match self.places.get(&fields.id) {
                    Some(at) => {
                        let at = *at as usize;
                        $(self.$name[at] = fields.$name;)+
                    }
                    None => {
                        self.places.insert(fields.id, u32::try_from(self.id.len()).unwrap_or(u32::MAX));
                        $(self.$name.push(fields.$name);)+
                    }
                }
            }

            /// The last row takes the place of the one that goes.
            pub fn remove(&mut self, id: $key) {
                let Some(at) = self.places.remove(&id) else { return };
                $(self.$name.swap_remove(at as usize);)+
                if let Some(moved) = self.id.get(at as usize) {
                    self.places.insert(*moved, at);
                }
            }

            #[allow(dead_code, reason = "not every table is asked by its key")]
            pub fn at(&self, id: $key) -> Option<u32> {
                self.places.get(&id).copied()
            }

            pub fn all(&self) -> Vec<u32> {
                (0..u32::try_from(self.id.len()).unwrap_or(u32::MAX)).collect()
            }

            /// Gives back the room that the columns grew into while all rows were read.
            pub fn fit(&mut self) {
                $(self.$name.shrink_to_fit();)+
                self.places.shrink_to_fit();
            }
        }
    };
}
pub(crate) use columns;

/// The rows whose value is meant.
pub(crate) fn keep<T>(rows: &mut Vec<u32>, column: &[T], is: impl Fn(&T) -> bool) {
    rows.retain(|at| is(&column[*at as usize]));
}

/// Places `offset` to `offset + limit` in their order: only these are sorted.
pub(crate) fn page_of<T>(
    mut places: Vec<T>,
    offset: usize,
    limit: usize,
    by: impl Fn(&T, &T) -> Ordering + Copy,
) -> Vec<T> {
    if offset >= places.len() || limit == 0 {
        return Vec::new();
    }
    if offset > 0 {
        places.select_nth_unstable_by(offset, by);
    }
    let mut page = places.split_off(offset);
    if limit < page.len() {
        page.select_nth_unstable_by(limit, by);
        page.truncate(limit);
    }
    page.sort_unstable_by(by);
    page
}

/// A number of any sign, in the order of unsigned ones.
pub(crate) fn number(value: i64) -> u64 {
    value.cast_unsigned() ^ (1 << 63)
}

/// The first eight bytes of a text, which are in the order of the whole texts: most rows are put in
/// order without a look at the text itself.
pub(crate) fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

/// All rows of `{start} {and} {key} > …`, read in pieces, so that a hundred thousand are not in
/// memory twice. The first cell of a row is its `key`.
pub(crate) async fn each_row(
    conn: &mut SqliteConnection,
    start: &str,
    and: &str,
    key: &str,
    mut take: impl FnMut(&SqliteRow) -> Result<()> + Send,
) -> Result<()> {
    const PIECE: i64 = 2_000;
    let mut after = i64::MIN;
    loop {
        let mut args = Args::default();
        args.add(after)?;
        args.add(PIECE)?;
        let rows = sql::rows(conn, format!("{start} {and} {key} > ?1 order by {key} limit ?2"), args).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = get(last, 0)?;
        for row in &rows {
            take(row)?;
        }
    }
}

/// A number that a row may lack, in no more room than the number. The least of all numbers stands
/// for none: no moment and no count is that low.
#[derive(Clone, Copy)]
pub(crate) struct Maybe(i64);

impl Maybe {
    const NONE: i64 = i64::MIN;

    pub fn get(self) -> Option<i64> {
        (self.0 != Self::NONE).then_some(self.0)
    }

    pub fn is_some(&self) -> bool {
        self.0 != Self::NONE
    }

    pub fn is_none(&self) -> bool {
        !self.is_some()
    }
}

impl From<Option<i64>> for Maybe {
    fn from(value: Option<i64>) -> Self {
        Self(value.unwrap_or(Self::NONE))
    }
}

#[derive(Clone, Default)]
pub(crate) struct Codes {
    of: HashMap<Uuid, Code>,
    ids: Vec<Uuid>,
    /// Several ids of one row: most rows have the same few sets.
    set_of: HashMap<Arc<[Code]>, Code>,
    sets: Vec<Arc<[Code]>>,
}

impl Codes {
    /// The code of several ids together; 0 is none of them.
    pub fn set_code(&mut self, ids: impl IntoIterator<Item = Uuid>) -> Code {
        let set: Arc<[Code]> = ids.into_iter().map(|id| self.code(id)).collect();
        if set.is_empty() {
            return 0;
        }
        let next = Code::try_from(self.sets.len() + 1).unwrap_or(Code::MAX);
        let code = *self.set_of.entry(set.clone()).or_insert(next);
        if code == next {
            self.sets.push(set);
        }
        code
    }

    /// The id's code, a new one for a new id.
    pub fn code(&mut self, id: Uuid) -> Code {
        let next = Code::try_from(self.ids.len() + 1).unwrap_or(Code::MAX);
        let code = *self.of.entry(id).or_insert(next);
        if code == next {
            self.ids.push(id);
        }
        code
    }

    pub fn maybe(&mut self, id: Option<Uuid>) -> Code {
        id.map_or(0, |id| self.code(id))
    }

    /// No row has the code of an id that nobody has.
    pub fn known(&self, id: Uuid) -> Code {
        self.of.get(&id).copied().unwrap_or(Code::MAX)
    }

    /// How many rows have each id; those that none has are missing.
    pub fn count(&self, rows: &[u32], column: &[Code]) -> impl Iterator<Item = (Uuid, i64)> {
        let mut counts = vec![0; self.ids.len() + 1];
        for at in rows {
            counts[column[*at as usize] as usize] += 1;
        }
        counts.into_iter().skip(1).zip(&self.ids).filter(|(count, _)| *count > 0).map(|(count, id)| (*id, count))
    }

    fn set(&self, ids: impl Iterator<Item = Uuid>) -> Vec<bool> {
        let mut set = vec![false; self.ids.len() + 1];
        for code in ids.filter_map(|id| self.of.get(&id)) {
            set[*code as usize] = true;
        }
        set
    }

    /// The rows that have one of these; none named: all.
    pub fn keep(&self, rows: &mut Vec<u32>, column: &[Code], ids: impl ExactSizeIterator<Item = Uuid>) {
        if ids.len() > 0 {
            let set = self.set(ids);
            keep(rows, column, |code| set[*code as usize]);
        }
    }

    /// As [`Codes::keep`]; with `nones` also those that have none.
    pub fn keep_or_none(
        &self,
        rows: &mut Vec<u32>,
        column: &[Code],
        ids: impl ExactSizeIterator<Item = Uuid>,
        nones: bool,
    ) {
        if nones || ids.len() > 0 {
            let mut set = self.set(ids);
            set[0] = nones;
            keep(rows, column, |code| set[*code as usize]);
        }
    }

    /// The rows whose set has one of these, with `all` each of them; none named: all rows.
    pub fn keep_sets(&self, rows: &mut Vec<u32>, column: &[Code], ids: impl ExactSizeIterator<Item = Uuid>, all: bool) {
        let wanted: Vec<Code> = ids.map(|id| self.known(id)).collect();
        if wanted.is_empty() {
            return;
        }
        let is_meant = |set: &Arc<[Code]>| {
            let has = |code: &Code| set.contains(code);
            if all { wanted.iter().all(has) } else { wanted.iter().any(has) }
        };
        let meant: Vec<bool> = std::iter::once(false).chain(self.sets.iter().map(is_meant)).collect();
        keep(rows, column, |code| meant[*code as usize]);
    }
}

/// What some ids mean, by their codes.
#[derive(Clone, Default)]
pub(crate) struct ByCode<T>(Vec<T>);

impl<T: Clone + Copy + Default> ByCode<T> {
    /// All of them anew: the others mean nothing.
    pub fn set(&mut self, codes: &mut Codes, all: impl IntoIterator<Item = (Uuid, T)>) {
        self.0.clear();
        for (id, meaning) in all {
            let code = codes.code(id) as usize;
            if self.0.len() <= code {
                self.0.resize(code + 1, T::default());
            }
            self.0[code] = meaning;
        }
    }

    pub fn get(&self, code: Code) -> T {
        self.0.get(code as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_beginnings_are_in_the_order_of_what_they_stand_for() {
        assert!([i64::MIN, -1, 0, 1, i64::MAX].map(number).is_sorted());
        assert!(["", "a", "ana", "ana maria", "b", "é"].map(beginning).is_sorted());
        assert_eq!(beginning("ana mariana"), beginning("ana maria"), "longer ones are told apart by the text");
    }

    #[test]
    fn a_set_is_found_by_any_and_by_all_of_its_ids() {
        let [red, green, blue] = [1, 2, 3].map(Uuid::from_u128);
        let mut codes = Codes::default();
        let column =
            [vec![], vec![red], vec![red, green], vec![green], vec![red, green]].map(|ids| codes.set_code(ids));
        assert_eq!(column[2], column[4], "the same set is kept once");
        let found = |ids: &[Uuid], all| {
            let mut rows: Vec<u32> = (0..5).collect();
            codes.keep_sets(&mut rows, &column, ids.iter().copied(), all);
            rows
        };
        assert_eq!(found(&[], true), [0, 1, 2, 3, 4], "none named: all rows");
        assert_eq!(found(&[red], false), [1, 2, 4]);
        assert_eq!(found(&[red, green], false), [1, 2, 3, 4]);
        assert_eq!(found(&[red, green], true), [2, 4]);
        assert!(found(&[blue], false).is_empty(), "an id that no row has");
        assert_eq!(found(&[blue, red], false), [1, 2, 4]);
        assert!(found(&[blue, red], true).is_empty());
    }

    #[test]
    fn what_is_missing_is_told_from_every_moment() {
        for value in [None, Some(0), Some(-1), Some(i64::MAX), Some(i64::MIN + 1)] {
            assert_eq!(Maybe::from(value).get(), value);
        }
    }

    #[test]
    fn a_page_is_the_same_as_of_all_that_are_sorted() {
        let all = vec![5, 3, 9, 1, 7, 2, 8];
        let by = |one: &i32, other: &i32| one.cmp(other);
        assert_eq!(page_of(all.clone(), 0, 3, by), [1, 2, 3]);
        assert_eq!(page_of(all.clone(), 5, 3, by), [8, 9], "the last page has what is left");
        assert_eq!(page_of(all.clone(), 2, 2, by), [3, 5]);
        assert!(page_of(all.clone(), 7, 2, by).is_empty() && page_of(all, 0, 0, by).is_empty());
    }
}

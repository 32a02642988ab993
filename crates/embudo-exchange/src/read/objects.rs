//! Lists as our own export writes them: objects, one per row, with the columns' keys.

use super::{BrokenBy, BrokenRow, FileKind, ReadError, Table, TableRow, cut};
use crate::Limits;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::collections::HashMap;
use std::fmt;

/// What stands in a cell; anything deeper is no list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Whole(i64),
    Number(f64),
    Ticked(bool),
    Nothing,
}

impl Value {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Whole(number) => number.to_string(),
            // Without an exponent, which nobody reads as a number.
            Self::Number(number) => number.to_string(),
            Self::Ticked(is_on) => is_on.to_string(),
            Self::Nothing => String::new(),
        }
    }
}

/// Its keys stay in their order, which is the one of the columns.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of a list")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        from.deserialize_map(Pairs)
    }
}

/// Nothing where it is no list of objects: a table may begin with the same sign.
pub(super) fn read(text: &str, limits: Limits) -> Option<Result<Table, ReadError>> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with('[') {
        return None;
    }
    let objects: Vec<Object> = serde_json::from_str(text).ok()?;
    Some(table(objects, limits))
}

fn table(objects: Vec<Object>, limits: Limits) -> Result<Table, ReadError> {
    if objects.len() > limits.rows {
        return Err(ReadError::TooManyRows { limit: limits.rows });
    }
    let mut headers: Vec<String> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let (mut rows, mut broken) = (Vec::with_capacity(objects.len()), Vec::new());
    for (at, Object(pairs)) in objects.into_iter().enumerate() {
        let number = at as u32 + 1;
        let (mut cells, mut numbers) = (vec![String::new(); headers.len()], Vec::new());
        for (key, value) in pairs {
            let column = *places.entry(key).or_insert_with_key(|key| {
                headers.push(key.clone());
                headers.len() - 1
            });
            if column >= limits.columns {
                return Err(ReadError::TooManyColumns { limit: limits.columns });
            }
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            // A key that stands twice counts as it stands last.
            numbers.retain(|other| *other != column);
            if matches!(value, Value::Whole(_) | Value::Number(_)) {
                numbers.push(column);
            }
            cells[column] = value.text();
        }
        if cells.iter().any(|cell| cell.chars().count() > limits.cell_chars) {
            let cells = cells.iter().map(|cell| cut(cell, 200)).collect();
            broken.push(BrokenRow { number, cells, problem: BrokenBy::TooLong });
        } else if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(TableRow { number, cells, numbers });
        }
    }
    for row in &mut rows {
        row.cells.resize(headers.len(), String::new());
    }
    Ok(Table { kind: FileKind::Objects, encoding: None, separator: None, has_header: true, headers, rows, broken })
}

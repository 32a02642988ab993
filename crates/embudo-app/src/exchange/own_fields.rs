//! Columns of a file as custom fields of contacts: which is which, and what their cells say.

use super::Opened;
use crate::api::{ColumnIs, ImportOptions, NewOption};
use embudo_domain::rules::{MAX_LABEL_CHARS, folded};
use embudo_domain::*;
use embudo_exchange::chat::DayOrder;
use embudo_exchange::guess::folded_header;
use embudo_exchange::read::{FileKind, Table};
use embudo_exchange::{guess, value};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Before the id of a custom field, in the key of its column in our own lists.
pub const KEY: &str = "field:";

/// What each column is: by its header, and by what stands below it. A field of that very name is
/// meant rather than a word that may mean many things, but a name, a number and an address are
/// what they are.
pub fn mapping(table: &Table, fields: &[CustomField]) -> Vec<Option<ColumnIs>> {
    let known = guess::mapping(&table.headers, |column| table.samples(column, 20));
    let mut taken: Vec<FieldId> = Vec::new();
    let own = |header: &String, taken: &[FieldId]| {
        let is_it = |field: &&CustomField| {
            let key = header.strip_prefix(KEY).and_then(|id| id.parse().ok()).map(FieldId);
            let name = folded_header(header);
            let is_named = !name.is_empty() && folded_header(&field.name) == name;
            field.of == FieldOf::Contact && !taken.contains(&field.id) && (key == Some(field.id) || is_named)
        };
        // Cards have no columns of anybody's own.
        fields.iter().filter(|_| table.kind != FileKind::Cards).find(is_it).map(|field| field.id)
    };
    let mut mapping = Vec::with_capacity(known.len());
    for (header, known) in table.headers.iter().zip(known) {
        use guess::Field::{Email, FirstName, LastName, Name, Phone};
        let is_sure = matches!(known, Some(Name | FirstName | LastName | Phone | Email));
        mapping.push(match own(header, &taken).filter(|_| !is_sure) {
            Some(field_id) => {
                taken.push(field_id);
                Some(ColumnIs::Own { field_id })
            }
            None => known.map(ColumnIs::Known),
        });
    }
    mapping
}

/// What was remembered, without fields that are gone.
pub fn standing(mapping: &mut [Option<ColumnIs>], fields: &[CustomField]) {
    for column in mapping {
        if let Some(ColumnIs::Own { field_id }) = column
            && !fields.iter().any(|field| field.id == *field_id && field.of == FieldOf::Contact)
        {
            *column = None;
        }
    }
}

/// Those that the columns of a file fill.
#[derive(Default)]
pub struct OwnFields {
    fields: HashMap<FieldId, Own>,
    currency: Option<String>,
    adds: bool,
    new: BTreeMap<FieldId, Vec<String>>,
}

struct Own {
    field: CustomField,
    options: HashMap<String, FieldOptionId>,
    point: char,
    order: DayOrder,
}

impl OwnFields {
    pub fn of(
        opened: &Opened,
        options: &ImportOptions,
        fields: &[CustomField],
        currency: Option<&str>,
        country: &str,
    ) -> Self {
        let table = &opened.table;
        // Where the comma is kept for numbers, another mark stands between cells.
        let point = if table.separator == Some(';') { ',' } else { value::point_of_country(country) };
        let order = value::order_of_country(country);
        let mut own = HashMap::new();
        for (column, is) in options.mapping.iter().enumerate() {
            let Some(ColumnIs::Own { field_id }) = is else { continue };
            let Some(field) = fields.iter().find(|field| field.id == *field_id) else { continue };
            let cells = table.rows.iter().filter_map(|row| row.cells.get(column)).map(String::as_str);
            let (mut point, mut order) = (point, order);
            match field.kind {
                FieldKind::Number | FieldKind::Money => point = value::point_of(cells, point),
                FieldKind::Date => order = value::order_of(cells, order),
                _ => {}
            }
            let named = |option: &FieldOption| (folded(&option.name), option.id);
            let options = field.options.iter().map(named).collect();
            own.insert(field.id, Own { field: field.clone(), options, point, order });
        }
        let currency = currency.map(str::to_owned);
        Self { fields: own, currency, adds: options.add_options, new: BTreeMap::new() }
    }

    /// A cell that has something in it, into the row.
    pub fn cell(&mut self, row: &mut ImportRow, id: FieldId, cell: &str, kind: FileKind) {
        let is_said = row.fields.iter().any(|to| to.field_id == id);
        let currency = self.currency.as_deref();
        let adds = self.adds;
        let read = match self.fields.get_mut(&id) {
            // Two columns of one field cannot both count.
            Some(own) if !is_said => own.read(cell, kind, currency, if adds { Some(&mut self.new) } else { None }),
            _ => None,
        };
        match read {
            Some(value) => row.fields.push(FieldTo { field_id: id, value }),
            None => row.unread.push(id),
        }
    }

    /// Acts that make the options which cells named for the first time.
    pub fn new_options(&mut self) -> (Vec<Act>, Vec<NewOption>) {
        let (mut acts, mut named) = (Vec::new(), Vec::new());
        for (id, options) in std::mem::take(&mut self.new) {
            let Some(own) = self.fields.get(&id) else { continue };
            acts.push(Act::PutField { field: own.field.clone(), gone: Vec::new() });
            named.extend(options.into_iter().map(|option| NewOption { field: own.field.name.clone(), option }));
        }
        (acts, named)
    }

    pub fn name(&self, id: FieldId) -> &str {
        self.fields.get(&id).map_or("", |own| own.field.name.as_str())
    }

    /// What is wrong with a value that was not taken.
    pub fn problem(&self, id: FieldId) -> &'static str {
        match self.fields.get(&id).map(|own| own.field.kind) {
            Some(FieldKind::Text) => "field_text",
            Some(FieldKind::Number) => "field_number",
            Some(FieldKind::Money) => "field_money",
            Some(FieldKind::Date) => "field_date",
            Some(FieldKind::List | FieldKind::MultiList) => "field_option",
            Some(FieldKind::Checkbox) => "field_checkbox",
            Some(FieldKind::Link) => "field_link",
            None => "field_gone",
        }
    }
}

impl Own {
    /// `Some(None)`: it says that there is nothing. `None`: it cannot be read as this.
    fn read(
        &mut self,
        cell: &str,
        kind: FileKind,
        currency: Option<&str>,
        new: Option<&mut BTreeMap<FieldId, Vec<String>>>,
    ) -> Option<Option<FieldValue>> {
        let decimal = |(units, decimals)| Decimal { units, decimals };
        // A number of a workbook or of JSON was never written with the marks of a language.
        let is_plain = matches!(kind, FileKind::Workbook | FileKind::Objects)
            && cell.matches('.').count() <= 1
            && cell.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-');
        Some(match self.field.kind {
            FieldKind::Text => Some(FieldValue::Text { text: cell.to_owned() }),
            FieldKind::Number if is_plain => Some(FieldValue::Number { number: decimal(value::number(cell, '.')?) }),
            FieldKind::Number => Some(FieldValue::Number { number: decimal(value::number(cell, self.point)?) }),
            FieldKind::Money if is_plain => Some(FieldValue::Money { amount: decimal(value::number(cell, '.')?) }),
            FieldKind::Money => Some(FieldValue::Money { amount: decimal(value::amount(cell, self.point, currency)?) }),
            FieldKind::Date => Some(FieldValue::Date { date: value::day(cell, self.order)? }),
            FieldKind::List => {
                let option_id = self.option(cell).or_else(|| self.add(cell, new?))?;
                Some(FieldValue::List { option_id })
            }
            FieldKind::MultiList => Some(FieldValue::MultiList { option_ids: self.options(cell, new)? }),
            FieldKind::Checkbox => value::tick(cell)?.then_some(FieldValue::Checkbox),
            FieldKind::Link => Some(FieldValue::Link { url: cell.to_owned() }),
        })
    }

    fn option(&self, name: &str) -> Option<FieldOptionId> {
        self.options.get(&folded(name)).copied()
    }

    fn options(&mut self, cell: &str, new: Option<&mut BTreeMap<FieldId, Vec<String>>>) -> Option<Vec<FieldOptionId>> {
        let at = |name: &str| {
            let id = self.option(name)?;
            self.field.options.iter().position(|option| option.id == id)
        };
        if let Some(places) = value::names(cell, at) {
            return Some(places.into_iter().map(|at| self.field.options[at].id).collect());
        }
        let new = new?;
        let names = cell.split([',', ';', '|', '\n']).map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| self.option(name).or_else(|| self.add(name, new))).collect()
    }

    fn add(&mut self, name: &str, new: &mut BTreeMap<FieldId, Vec<String>>) -> Option<FieldOptionId> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = !name.is_empty() && name.chars().count() <= MAX_LABEL_CHARS as usize;
        if !fits || self.field.options.len() >= MAX_OPTIONS as usize {
            return None;
        }
        let id = FieldOptionId(Uuid::now_v7());
        self.options.insert(folded(&name), id);
        self.field.options.push(FieldOption { id, name: name.clone() });
        new.entry(self.field.id).or_default().push(name);
        Some(id)
    }
}

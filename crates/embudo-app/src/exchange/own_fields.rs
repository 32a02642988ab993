//! Columns of a file as custom fields of contacts: which is which, and what their cells say.

use super::Opened;
use crate::api::{ApiError, ColumnIs, ImportOptions, NewOption};
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::rules::{MAX_LABEL_CHARS, folded};
use embudo_domain::*;
use embudo_exchange::chat::DayOrder;
use embudo_exchange::guess::folded_header;
use embudo_exchange::read::{FileKind, Table};
use embudo_exchange::{guess, value};
use embudo_store::{ActError, DryRun};
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    new: BTreeMap<FieldId, Vec<FieldOption>>,
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
            // What is held as a number says nothing of how people write them.
            let words = table.rows.iter().filter(|row| !row.numbers.contains(&column));
            let cells = words.filter_map(|row| row.cells.get(column)).map(String::as_str);
            let (mut point, mut order) = (point, order);
            match field.kind {
                FieldKind::Number | FieldKind::Money => point = value::point_of(cells, point),
                FieldKind::Date => order = value::order_of(cells, order),
                _ => {}
            }
            own.insert(field.id, Own { field: field.clone(), options: named(field), point, order });
        }
        let currency = currency.map(str::to_owned);
        Self { fields: own, currency, adds: options.add_options, new: BTreeMap::new() }
    }

    /// A cell that has something in it, into the row.
    pub fn cell(&mut self, row: &mut ImportRow, id: FieldId, cell: &str, is_number: bool) {
        let is_said = row.fields.iter().any(|to| to.field_id == id);
        let currency = self.currency.as_deref();
        let adds = self.adds;
        let read = match self.fields.get_mut(&id) {
            // Two columns of one field cannot both count.
            Some(own) if !is_said => own.read(cell, is_number, currency, if adds { Some(&mut self.new) } else { None }),
            _ => None,
        };
        match read {
            Some(value) => row.fields.push(FieldTo { field_id: id, value }),
            None => row.unread.push(id),
        }
    }

    /// As the fields are now: a colleague may have added the very name that a cell has.
    pub fn refresh(&mut self, fields: &[CustomField]) {
        for field in fields {
            if let Some(own) = self.fields.get_mut(&field.id) {
                own.options = named(field);
                own.field = field.clone();
            }
        }
    }

    pub fn has_new(&self) -> bool {
        !self.new.is_empty()
    }

    /// Options that cells named for the first time, each with the act that adds it to the field as it
    /// then is. One act each: what is refused costs no other its cells.
    pub fn new_options(&self) -> Vec<(FieldId, FieldOptionId, Act)> {
        let mut acts = Vec::new();
        for (id, options) in &self.new {
            let Some(own) = self.fields.get(id) else { continue };
            for option in options {
                // Without a name nothing can be put back: a field that is gone meanwhile stays gone.
                let field = CustomField {
                    name: String::new(),
                    options: vec![option.clone()],
                    required_at: Vec::new(),
                    ..own.field.clone()
                };
                let row = Box::new(SaleRow::Field { field, options: vec![option.id] });
                acts.push((*id, option.id, Act::KeepSaleRow { row }));
            }
        }
        acts
    }

    /// What the run will have made before.
    pub async fn try_options(&mut self, dry: &mut DryRun<'_>, workspace: &Workspace) -> Result<(), ApiError> {
        for (field, option, act) in self.new_options() {
            match dry.decide(&act, workspace.clock.stamp()).await {
                Ok(_) => {}
                Err(ActError::Refused(_)) => self.refused(field, option),
                Err(ActError::Store(error)) => return Err(failure::store(error)),
            }
        }
        Ok(())
    }

    /// It is not there: whoever names it names nothing.
    pub fn refused(&mut self, id: FieldId, option: FieldOptionId) {
        if let Some(own) = self.fields.get_mut(&id) {
            own.forget(option);
        }
        if let Some(new) = self.new.get_mut(&id) {
            new.retain(|new| new.id != option);
        }
    }

    /// Leaves of the new options those that people who are made or changed have, and takes the
    /// others out of the rows. Also the acts that do so where they were tried.
    pub fn settle(&mut self, rows: &mut [ImportRow], done: &[ImportedRow]) -> (Vec<NewOption>, Vec<Act>) {
        let is_taken = |done: &ImportedRow| matches!(done.what, Imported::Made { .. } | Imported::Changed { .. });
        let taken = rows.iter().zip(done).filter(|(_, done)| is_taken(done)).flat_map(|(row, _)| &row.fields);
        let used: BTreeSet<FieldOptionId> =
            taken.filter_map(|to| to.value.as_ref()).flat_map(|value| value.options().iter().copied()).collect();
        let (mut named, mut acts, mut unused) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (id, options) in &mut self.new {
            let Some(own) = self.fields.get_mut(id) else { continue };
            let gone: Vec<FieldOptionId> =
                options.iter().map(|option| option.id).filter(|id| !used.contains(id)).collect();
            options.retain(|option| used.contains(&option.id));
            gone.iter().for_each(|option| own.forget(*option));
            let new = |option: &FieldOption| NewOption { field: own.field.name.clone(), option: option.name.clone() };
            named.extend(options.iter().map(new));
            unused.extend(gone.iter().copied());
            if !gone.is_empty() {
                acts.push(Act::PutField { field: own.field.clone(), gone });
            }
        }
        let is_unused = |to: &FieldTo| {
            to.value.as_ref().is_some_and(|value| value.options().iter().any(|option| unused.contains(option)))
        };
        for row in rows {
            row.fields.retain(|to| !is_unused(to));
        }
        (named, acts)
    }

    /// The acts were done.
    pub fn made(&mut self) {
        self.new.clear();
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
        is_number: bool,
        currency: Option<&str>,
        new: Option<&mut BTreeMap<FieldId, Vec<FieldOption>>>,
    ) -> Option<Option<FieldValue>> {
        let decimal = |(units, decimals)| Decimal { units, decimals };
        Some(match self.field.kind {
            FieldKind::Text => Some(FieldValue::Text { text: cell.to_owned() }),
            FieldKind::Number if is_number => Some(FieldValue::Number { number: decimal(value::computed(cell)?) }),
            FieldKind::Number => Some(FieldValue::Number { number: decimal(value::number(cell, self.point)?) }),
            FieldKind::Money if is_number => Some(FieldValue::Money { amount: decimal(value::computed(cell)?) }),
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

    fn options(
        &mut self,
        cell: &str,
        new: Option<&mut BTreeMap<FieldId, Vec<FieldOption>>>,
    ) -> Option<Vec<FieldOptionId>> {
        let at = |name: &str| {
            let id = self.option(name)?;
            self.field.options.iter().position(|option| option.id == id)
        };
        if let Some(places) = value::names(cell, at) {
            return Some(places.into_iter().map(|at| self.field.options[at].id).collect());
        }
        let new = new?;
        let names: Vec<&str> =
            cell.split([',', ';', '|', '\n']).map(str::trim).filter(|name| !name.is_empty()).collect();
        // All or none: of a cell that is not taken nothing is added.
        let mut lacking: Vec<String> = Vec::new();
        for name in names.iter().filter(|name| self.option(name).is_none()) {
            let name = fitting(name)?;
            if lacking.iter().all(|other| folded(other) != folded(&name)) {
                lacking.push(name);
            }
        }
        if self.field.options.len() + lacking.len() > MAX_OPTIONS as usize {
            return None;
        }
        names.into_iter().map(|name| self.option(name).or_else(|| self.add(name, new))).collect()
    }

    fn add(&mut self, name: &str, new: &mut BTreeMap<FieldId, Vec<FieldOption>>) -> Option<FieldOptionId> {
        let name = fitting(name).filter(|_| self.field.options.len() < MAX_OPTIONS as usize)?;
        let option = FieldOption { id: FieldOptionId(Uuid::now_v7()), name };
        self.options.insert(folded(&option.name), option.id);
        self.field.options.push(option.clone());
        let id = option.id;
        new.entry(self.field.id).or_default().push(option);
        Some(id)
    }

    fn forget(&mut self, option: FieldOptionId) {
        self.options.retain(|_, id| *id != option);
        self.field.options.retain(|other| other.id != option);
    }
}

fn named(field: &CustomField) -> HashMap<String, FieldOptionId> {
    field.options.iter().map(|option| (folded(&option.name), option.id)).collect()
}

/// A name as an option has it.
fn fitting(name: &str) -> Option<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty() && name.chars().count() <= MAX_LABEL_CHARS as usize).then_some(name)
}

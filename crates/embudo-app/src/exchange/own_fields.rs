//! Columns of a file as custom fields of contacts: which is which, and what their cells say.

use super::Opened;
use super::problems::header;
use crate::api::{ApiError, ColumnIs, ImportOptions, NewOption, ReadCell, ReadColumn};
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
    samples: BTreeMap<FieldId, Vec<ReadCell>>,
}

/// Of one column.
const SAMPLES_READ: usize = 2;

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
        Self { fields: own, currency, adds: options.add_options, new: BTreeMap::new(), samples: BTreeMap::new() }
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
            Some(value) => {
                if let Some(value) = value.as_ref().filter(|_| !is_number) {
                    self.sample(id, cell, value);
                }
                row.fields.push(FieldTo { field_id: id, value });
            }
            None => row.unread.push(id),
        }
    }

    /// The first cells, but rather those with a mark, which may be read in more than one way.
    fn sample(&mut self, id: FieldId, cell: &str, value: &FieldValue) {
        if !matches!(value, FieldValue::Number { .. } | FieldValue::Money { .. } | FieldValue::Date { .. }) {
            return;
        }
        let is_open = |cell: &str| cell.contains(['.', ',', '/']);
        let samples = self.samples.entry(id).or_default();
        let known = |sample: &ReadCell| sample.cell == cell;
        if samples.iter().any(known) {
            return;
        }
        let place = match samples.iter().position(|sample| !is_open(&sample.cell)) {
            Some(plain) if is_open(cell) => plain,
            _ => samples.len(),
        };
        if place < SAMPLES_READ {
            samples.insert(place, ReadCell { cell: cell.to_owned(), value: value.clone() });
            samples.truncate(SAMPLES_READ);
        }
    }

    /// What was read so far, in the order of the columns.
    pub fn read(&self, opened: &Opened, options: &ImportOptions) -> Vec<ReadColumn> {
        let mut columns = Vec::new();
        for (column, is) in options.mapping.iter().enumerate() {
            let Some(ColumnIs::Own { field_id }) = is else { continue };
            let Some(samples) = self.samples.get(field_id) else { continue };
            let name = Some(header(opened, column)).filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| self.name(*field_id)).to_owned();
            if columns.iter().all(|other: &ReadColumn| other.column != name) {
                columns.push(ReadColumn { column: name, samples: samples.clone() });
            }
        }
        columns
    }

    /// As the fields are now: a colleague may have added the very name that a cell has. An option that
    /// got another name meanwhile is still the one that the file means by the old one.
    pub fn refresh(&mut self, fields: &[CustomField]) {
        for field in fields {
            if let Some(own) = self.fields.get_mut(&field.id) {
                let mut options = named(field);
                let is_there = |id: FieldOptionId| field.options.iter().any(|option| option.id == id);
                for (name, id) in own.options.drain().filter(|(_, id)| is_there(*id)) {
                    options.entry(name).or_insert(id);
                }
                own.options = options;
                own.field = field.clone();
            }
        }
    }

    pub fn has_new(&self) -> bool {
        self.new.values().any(|options| !options.is_empty())
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

#[cfg(test)]
mod tests {
    use super::*;
    use embudo_exchange::Limits;
    use embudo_exchange::read::{self, ReadAs};
    use serde_json::json;
    use std::io::Cursor;

    const SIZE: FieldId = FieldId(Uuid::from_u128(1));
    const SMALL: FieldOptionId = FieldOptionId(Uuid::from_u128(2));

    fn size(options: &[(FieldOptionId, &str)]) -> CustomField {
        let options: Vec<_> = options.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
        let field = json!({
            "id": SIZE, "of": "contact", "kind": "list", "name": "Size", "options": options, "required_at": [], "position": "V",
        });
        serde_json::from_value(field).unwrap()
    }

    /// An import that adds what a list lacks, under way.
    fn under_way() -> OwnFields {
        let csv = Cursor::new(b"Phone,Size\n+5531988888888,small\n".to_vec());
        let table = read::read(csv, &ReadAs::default(), Limits::default()).unwrap();
        let is = ColumnIs::Own { field_id: SIZE };
        let mapping = vec![None, Some(is)];
        let id = ImportId(Uuid::from_u128(3));
        let opened = Opened { id, file_name: String::new(), table, mapping: mapping.clone() };
        let options = ImportOptions { mapping, add_options: true, ..ImportOptions::default() };
        OwnFields::of(&opened, &options, &[size(&[(SMALL, "Small")])], None, "MX")
    }

    fn said(own: &mut OwnFields, cell: &str) -> Option<FieldOptionId> {
        let mut row = ImportRow::default();
        own.cell(&mut row, SIZE, cell, false);
        match row.fields.pop()?.value? {
            FieldValue::List { option_id } => Some(option_id),
            other => panic!("{other:?} of a list"),
        }
    }

    #[test]
    fn an_option_that_is_renamed_meanwhile_is_still_the_one_that_the_file_names() {
        let mut own = under_way();
        assert_eq!(said(&mut own, "small"), Some(SMALL));
        own.refresh(&[size(&[(SMALL, "Tiny")])]);
        assert_eq!(said(&mut own, "small"), Some(SMALL), "rows before and after have the same one");
        assert_eq!(said(&mut own, "tiny"), Some(SMALL));
        assert!(!own.has_new(), "nothing is added beside it");
        let other = FieldOptionId(Uuid::from_u128(4));
        own.refresh(&[size(&[(SMALL, "Tiny"), (other, "Small")])]);
        assert_eq!(said(&mut own, "small"), Some(other), "but who has the name now is who is meant");
    }

    #[test]
    fn an_option_that_is_deleted_meanwhile_is_added_again_where_adding_is_wanted() {
        let mut own = under_way();
        own.refresh(&[size(&[])]);
        let again = said(&mut own, "small").expect("an option of its own");
        assert_ne!(again, SMALL, "what was deleted does not come back under its id");
        assert_eq!(own.new_options().len(), 1);
        // The hub would not have it: the list is full, or the field is gone.
        own.refused(SIZE, again);
        assert!(!own.has_new(), "an act that was refused is not sent again by itself");
    }
}

//! Rows of a table as rows of an act: cells by what their columns are, names by what is here.

use super::Opened;
use super::own_fields::OwnFields;
use crate::api::{ApiError, ColumnIs, ImportOptions};
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::rules::{MAX_PHONE_CHARS, PhoneRead, folded, read_phone};
use embudo_domain::*;
use embudo_exchange::Field;
use std::collections::HashMap;
use uuid::Uuid;

/// Names of what is here, folded.
pub struct Names {
    country: String,
    statuses: HashMap<String, LeadStatusId>,
    sources: HashMap<String, SourceId>,
    members: HashMap<String, MemberId>,
    tags: HashMap<String, TagId>,
    /// Tags that a file names and that are not here, by their folded names.
    pub new_tags: HashMap<String, Tag>,
    pub own: OwnFields,
}

/// The words for what came with the product, in the three languages of its catalogue.
const WORDS: &[(&str, &[&str])] = &[
    ("new", &["new", "nuevo", "novo"]),
    ("contacted", &["contacted", "contactado", "contatado"]),
    ("qualifying", &["qualifying", "calificando", "qualificando"]),
    ("qualified", &["qualified", "calificado", "qualificado"]),
    ("follow_up", &["in follow-up", "follow-up", "en seguimiento", "seguimiento", "em acompanhamento"]),
    ("converted", &["converted", "convertido"]),
    ("lost", &["lost", "perdido"]),
    ("archived", &["archived", "archivado", "arquivado"]),
    ("telegram_bot", &["telegram"]),
    ("manual", &["added by hand", "agregado a mano", "adicionado a mao"]),
    ("import", &["import", "importacion", "importacao"]),
];

const MAX_TAGS_OF_ROW: usize = 20;
const COLORS: [&str; 8] = ["#1f7ae0", "#0f9d58", "#c2410c", "#7c3aed", "#be185d", "#0e7490", "#a16207", "#4d7c0f"];

impl Names {
    pub async fn load(workspace: &Workspace, opened: &Opened, options: &ImportOptions) -> Result<Self, ApiError> {
        let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
        let catalogue = workspace.catalogue();
        let tags = workspace.store.tags().await.map_err(failure::store)?;
        let mut statuses = HashMap::new();
        let mut sources = HashMap::new();
        for status in &sale.statuses {
            for name in names_of(&status.name, status.code.as_deref()) {
                statuses.entry(name).or_insert(status.id);
            }
        }
        for source in &sale.sources {
            for name in names_of(&source.name, source.code.as_deref()) {
                sources.entry(name).or_insert(source.id);
            }
        }
        let country = catalogue.workspace.default_country.clone();
        let currency = sale.settings.currency.as_deref();
        let own = OwnFields::of(opened, options, &sale.fields, currency, &country);
        let members = catalogue.member_views().into_iter().filter(|member| !member.name.is_empty());
        Ok(Self {
            country,
            statuses,
            sources,
            members: members.map(|member| (folded(&member.name), member.id)).collect(),
            tags: tags.into_iter().map(|tag| (folded(&tag.name), tag.id)).collect(),
            new_tags: HashMap::new(),
            own,
        })
    }

    fn tag(&mut self, name: &str) -> TagId {
        let key = folded(name);
        if let Some(id) = self.tags.get(&key) {
            return *id;
        }
        let color = COLORS[self.new_tags.len() % COLORS.len()].to_owned();
        let tag = Tag { id: TagId(Uuid::now_v7()), name: name.to_owned(), color };
        self.tags.insert(key.clone(), tag.id);
        let id = tag.id;
        self.new_tags.insert(key, tag);
        id
    }

    /// What the row at this place says. A name that nothing here has is wrong with it.
    pub fn row(&mut self, opened: &Opened, options: &ImportOptions, at: usize) -> ImportRow {
        let table = &opened.table;
        let Some(row) = table.rows.get(at) else { return ImportRow::default() };
        let mut typed = ImportRow {
            row: row.number,
            contact_id: Some(ContactId(Uuid::now_v7())),
            lead_id: Some(LeadId(Uuid::now_v7())),
            ..ImportRow::default()
        };
        let (mut first, mut last) = (String::new(), String::new());
        let mut about: Vec<String> = Vec::new();
        let mut phones: Vec<&str> = Vec::new();
        let mut tags: Vec<&str> = Vec::new();
        for (column, cell) in row.cells.iter().enumerate() {
            let cell = cell.trim();
            let field = match options.mapping.get(column).copied().flatten().filter(|_| !cell.is_empty()) {
                Some(ColumnIs::Known(field)) => field,
                Some(ColumnIs::Own { field_id }) => {
                    self.own.cell(&mut typed, field_id, cell, row.numbers.contains(&column));
                    continue;
                }
                None => continue,
            };
            match field {
                Field::Name => typed.name = cell.to_owned(),
                Field::FirstName => first = cell.to_owned(),
                Field::LastName => last = cell.to_owned(),
                Field::Phone => phones.push(cell),
                Field::Email => typed.email = cell.to_owned(),
                Field::About => {
                    let header = table.headers.get(column).map_or("", String::as_str);
                    // The words about a person need no "Notes:" before them.
                    let plain =
                        header.is_empty() || embudo_exchange::guess::field_of_header(header) == Some(Field::About);
                    about.push(if plain { cell.to_owned() } else { format!("{header}: {cell}") });
                }
                Field::Tags => {
                    let names = cell.split([',', ';', '|', '\n']).map(str::trim).filter(|name| !name.is_empty());
                    tags.extend(names.take(MAX_TAGS_OF_ROW));
                }
                Field::Source => match self.sources.get(&folded(cell)) {
                    Some(id) => typed.source_id = Some(*id),
                    None => typed.wrong.push(RowProblem::UnknownSource),
                },
                Field::Status => match self.statuses.get(&folded(cell)) {
                    Some(id) => typed.status_id = Some(*id),
                    None => typed.wrong.push(RowProblem::UnknownStatus),
                },
                Field::Responsible => match self.members.get(&folded(cell)) {
                    Some(id) => typed.responsible_id = Some(*id),
                    None => typed.wrong.push(RowProblem::UnknownResponsible),
                },
            }
        }
        if typed.name.is_empty() {
            typed.name = format!("{first} {last}").trim().to_owned();
        } else if !last.is_empty() && first.is_empty() && !folded(&typed.name).contains(&folded(&last)) {
            // "Nome" and "Sobrenome": the first is the given name.
            typed.name = format!("{} {last}", typed.name);
        }
        self.phone(&mut typed, &phones, &mut about);
        typed.about = about.join("\n");
        // A row that is left out makes no new ones.
        if typed.wrong.is_empty() {
            for name in tags {
                let name: String = name.chars().take(40).collect();
                typed.tag_ids.push(self.tag(&name));
            }
        }
        typed
    }

    /// The first that is a number counts; what is none is kept as words, others among the words
    /// about the person.
    fn phone(&self, typed: &mut ImportRow, phones: &[&str], about: &mut Vec<String>) {
        for cell in phones {
            match read_phone(cell, &self.country) {
                Ok(PhoneRead::Number(e164)) if typed.phone_e164.is_none() => typed.phone_e164 = Some(e164),
                Ok(PhoneRead::Number(e164)) if typed.phone_e164.as_ref() != Some(&e164) => about.push(e164),
                Ok(PhoneRead::Number(_) | PhoneRead::Empty) => {}
                Ok(PhoneRead::Text(text)) if typed.phone_text.is_empty() => typed.phone_text = text,
                Err(_) if typed.phone_text.is_empty() && cell.chars().count() <= MAX_PHONE_CHARS => {
                    typed.phone_text = (*cell).to_owned();
                }
                Ok(PhoneRead::Text(_)) | Err(_) => about.push((*cell).to_owned()),
            }
        }
        if typed.phone_e164.is_some() && !typed.phone_text.is_empty() {
            about.push(std::mem::take(&mut typed.phone_text));
        }
    }
}

fn names_of(name: &str, code: Option<&str>) -> Vec<String> {
    let mut names = Vec::new();
    if !name.is_empty() {
        names.push(folded(name));
    } else if let Some(code) = code {
        names.push(folded(&code.replace('_', " ")));
        let words = WORDS.iter().find(|(known, _)| *known == code).map(|(_, words)| *words).unwrap_or_default();
        names.extend(words.iter().map(|word| (*word).to_owned()));
    }
    names
}

//! What the cells of exported lists say.

use super::own_fields::KEY as FIELD;
use crate::catalogue::Catalogue;
use crate::phone;
use chrono::{Offset, TimeZone};
use embudo_domain::*;
use embudo_exchange::write::Cell;
use embudo_store::{CardRow, SaleCatalogue};
use std::collections::BTreeMap;

/// Words for what a list speaks of.
pub struct Words<'a> {
    pub sale: &'a SaleCatalogue,
    pub catalogue: &'a Catalogue,
    /// As the screen says what has a code and no name.
    pub words: &'a BTreeMap<String, String>,
}

fn text(text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// A moment in this computer's time.
pub fn at(at_ms: i64) -> Cell {
    let utc = chrono::DateTime::from_timestamp_millis(at_ms);
    let offset = utc.map(|utc| chrono::Local.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc());
    offset.map_or(Cell::Empty, |offset_s| Cell::At(at_ms + i64::from(offset_s) * 1_000))
}

impl Words<'_> {
    fn word(&self, kind: &str, name: &str, code: Option<&str>) -> Cell {
        match code {
            _ if !name.is_empty() => text(name),
            Some(code) => text(self.words.get(&format!("{kind}.{code}")).map_or(code, String::as_str)),
            None => Cell::Empty,
        }
    }

    fn status(&self, id: LeadStatusId) -> Cell {
        let row = self.sale.statuses.iter().find(|row| row.id == id);
        row.map_or(Cell::Empty, |row| self.word("status", &row.name, row.code.as_deref()))
    }

    fn source(&self, id: Option<SourceId>) -> Cell {
        let row = self.sale.sources.iter().find(|row| Some(row.id) == id);
        row.map_or(Cell::Empty, |row| self.word("source", &row.name, row.code.as_deref()))
    }

    fn member(&self, id: Option<MemberId>) -> Cell {
        let Some(id) = id else { return Cell::Empty };
        let view = self.catalogue.member_views().into_iter().find(|member| member.id == id);
        let me = self.words.get("me").cloned().unwrap_or_default();
        view.map_or(Cell::Empty, |member| text(if member.name.is_empty() { me } else { member.name }))
    }

    fn tags(&self, ids: &[TagId]) -> Cell {
        let names: Vec<String> = self.catalogue.tag_views(ids).into_iter().map(|tag| tag.name).collect();
        text(names.join(", "))
    }

    /// What a custom field says, with the names of its options.
    fn field(&self, key: &str, filled: &[Filled]) -> Cell {
        let id = key.strip_prefix(FIELD).and_then(|id| id.parse().ok()).map(FieldId);
        let field = self.sale.fields.iter().find(|field| Some(field.id) == id);
        let Some((field, value)) = field.and_then(|field| Some((field, value_of(filled, field.id)?))) else {
            return Cell::Empty;
        };
        let name =
            |id: &FieldOptionId| field.options.iter().find(|option| option.id == *id).map(|option| &*option.name);
        match value {
            FieldValue::Text { text: said } => text(said.as_str()),
            FieldValue::Number { number: Decimal { units, decimals } }
            | FieldValue::Money { amount: Decimal { units, decimals } } => {
                Cell::Decimal { units: *units, decimals: *decimals }
            }
            FieldValue::Date { date } => text(date.as_str()),
            FieldValue::List { .. } | FieldValue::MultiList { .. } => {
                text(value.options().iter().filter_map(name).collect::<Vec<_>>().join(", "))
            }
            FieldValue::Checkbox => text(self.words.get("yes").map_or("✓", String::as_str)),
            FieldValue::Link { url } => text(url.as_str()),
        }
    }

    /// A cell of a lead by the key of its column; an unknown one is empty. `next_at_ms`: when its next
    /// follow-up is due.
    pub fn of_lead(&self, key: &str, card: &CardRow, reach: Option<&Reach>, next_at_ms: Option<i64>) -> Cell {
        let (lead, state) = (&card.lead, &card.lead.state);
        match key {
            "number" => lead.number.map_or(Cell::Empty, Cell::Number),
            "name" => text(card.name.as_str()),
            "phone" => phone_of(reach),
            "email" => text(reach.map_or("", |reach| reach.email.as_str())),
            "tags" => self.tags(&card.tag_ids),
            "status" => self.status(state.status_id),
            "stage" => {
                let row = self.sale.stages.iter().find(|row| row.id == state.stage_id);
                row.map_or(Cell::Empty, |row| self.word("stage", &row.name, row.code.as_deref()))
            }
            "funnel" => {
                let row = self.sale.funnels.iter().find(|row| Some(row.id) == state.funnel_id);
                row.map_or(Cell::Empty, |row| self.word("funnel", &row.name, row.code.as_deref()))
            }
            "marker" => match serde_json::to_value(state.marker) {
                Ok(serde_json::Value::String(code)) if state.marker != Marker::None => {
                    self.word("marker", "", Some(&code))
                }
                _ => Cell::Empty,
            },
            "score" => state.score.map_or(Cell::Empty, |score| Cell::Number(i64::from(score.value))),
            "score_by" => match state.score.map(|score| serde_json::to_value(score.by)) {
                Some(Ok(serde_json::Value::String(code))) => self.word("score", "", Some(&code)),
                _ => Cell::Empty,
            },
            "follow_up" => next_at_ms.map_or(Cell::Empty, at),
            "responsible" => self.member(state.responsible_id),
            "source" => self.source(lead.source_id),
            "opened_at" => at(lead.opened_at_ms),
            "stage_since" => at(state.stage_since_ms),
            "closed_at" => state.closed.as_ref().map_or(Cell::Empty, |closed| at(closed.at_ms)),
            "lost_reason" => {
                let id = state.closed.as_ref().and_then(|closed| closed.reason_id);
                let row = self.sale.reasons.iter().find(|row| Some(row.id) == id);
                row.map_or(Cell::Empty, |row| self.word("reason", &row.name, row.code.as_deref()))
            }
            "line" => {
                card.conversation.as_ref().map_or(Cell::Empty, |row| text(self.catalogue.line_brief(row.line_id).name))
            }
            "last_message_at" => card.conversation.as_ref().map_or(Cell::Empty, |row| at(row.last_at_ms)),
            "last_message" => card
                .conversation
                .as_ref()
                .and_then(|row| row.preview.as_ref())
                .map_or(Cell::Empty, |preview| text(preview.text.as_str())),
            key if key.starts_with(FIELD) => self.field(key, &state.fields),
            "unread" => card.conversation.as_ref().map_or(Cell::Empty, |row| Cell::Number(row.unread)),
            _ => Cell::Empty,
        }
    }

    /// The same of a contact.
    pub fn of_contact(&self, key: &str, contact: &Contact, reach: Option<&Reach>) -> Cell {
        match key {
            "name" if contact.display_name.is_empty() => text(contact.channel_name.as_str()),
            "name" => text(contact.display_name.as_str()),
            "phone" => phone_of(reach),
            "email" => text(reach.map_or("", |reach| reach.email.as_str())),
            "about" => text(contact.about.as_str()),
            "tags" => self.tags(&contact.tag_ids),
            "responsible" => self.member(contact.responsible_id),
            "source" => self.source(contact.source_id),
            key if key.starts_with(FIELD) => self.field(key, &contact.fields),
            "language" => text(contact.language.clone().unwrap_or_default()),
            "created_at" => at(contact.created_at_ms),
            _ => Cell::Empty,
        }
    }
}

/// With its country, so that it is the same number wherever it is read.
fn phone_of(reach: Option<&Reach>) -> Cell {
    let Some(reach) = reach else { return Cell::Empty };
    text(match &reach.phone_e164 {
        Some(e164) => phone::display(e164),
        None => reach.phone_text.clone(),
    })
}

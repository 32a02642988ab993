//! What a device shows, in the order of the ids: the same on every machine.

use crate::Seat;
use embudo_domain::*;
use proptest::prelude::*;
use uuid::Uuid;

pub struct Screen<'a> {
    pub seat: &'a Seat,
    pub now_ms: i64,
}

/// Mostly one of the first, so that both devices mean the same.
pub fn any_of_them() -> impl Strategy<Value = usize> {
    prop_oneof![3 => 0..3_usize, 2 => 0..420_usize]
}

/// One of them, whatever number it is.
pub fn pick<T>(all: &[T], n: usize) -> Option<&T> {
    all.get(n % all.len().max(1))
}

macro_rules! shown {
    ($($name:ident: $row:ident($of:ty)),+ $(,)?) => {
        impl Screen<'_> {
            $(pub async fn $name(&self) -> Vec<$of> {
                let rows = self.all(Entity::$row).await.into_iter();
                rows.filter_map(|row| if let Row::$row(row) = row { Some(<$of>::clone(&row)) } else { None }).collect()
            })+
        }
    };
}

shown! {
    lines: Line(Line),
    tags: Tag(Tag),
    statuses: LeadStatus(LeadStatus),
    funnels: Funnel(Funnel),
    stages: Stage(Stage),
    sources: Source(Source),
    reasons: LostReason(LostReason),
    fields: Field(CustomField),
    contacts: Contact(Contact),
    merges: Merge(MergeRecord),
    conversations: Conversation(Conversation),
    leads: Lead(Lead),
    follow_ups: FollowUp(FollowUp),
    notes: Note(Note),
}

impl Screen<'_> {
    async fn all(&self, entity: Entity) -> Vec<Row> {
        let mut rows: Vec<Row> =
            self.seat.store.all_rows(entity).await.unwrap().into_iter().map(|(row, _)| row).collect();
        rows.sort_by_key(Row::key);
        rows
    }

    pub async fn row(&self, entity: Entity, id: Uuid) -> Option<Row> {
        self.seat.store.row(RowKey { entity, id }).await.unwrap()
    }

    /// Some leads, open or not.
    pub async fn lead_ids(&self, picks: &[usize]) -> Option<Vec<LeadId>> {
        let leads = self.leads().await;
        picks.iter().map(|n| pick(&leads, *n).map(|lead| lead.id)).collect()
    }

    pub async fn contact_ids(&self, picks: &[usize]) -> Option<Vec<ContactId>> {
        let contacts = self.contacts().await;
        picks.iter().map(|n| pick(&contacts, *n).map(|contact| contact.id)).collect()
    }
}

/// A place between two neighbours of a list, or at one of its ends.
pub fn place<'a>(places: impl Iterator<Item = &'a String>, at: usize) -> String {
    let mut places: Vec<&String> = places.collect();
    places.sort_unstable();
    let at = at % (places.len() + 1);
    let before = at.checked_sub(1).map(|before| places[before].as_str());
    order::between(before, places.get(at).map(|place| place.as_str()))
}

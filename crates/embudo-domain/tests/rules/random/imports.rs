//! Files that a person brings in and takes back, at random.

use super::fields::field_to;
use super::plan::tag_id;
use super::sale::pick;
use crate::shop::*;
use embudo_domain::*;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub(super) enum ImportStep {
    Bring {
        import: u8,
        part: u32,
        rows: Vec<RowStep>,
        duplicates: Duplicates,
        leads: bool,
        failed: u32,
    },
    Undo {
        import: u8,
        part: u32,
    },
    /// `n`: which contact; each message is its minute and who wrote it.
    Chat {
        import: u8,
        part: u32,
        n: usize,
        messages: Vec<(i64, bool)>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct RowStep {
    name: &'static str,
    phone: Option<&'static str>,
    text: &'static str,
    email: &'static str,
    tag: Option<u8>,
    status: Option<usize>,
    responsible: bool,
    fields: Vec<(u8, Option<u8>)>,
}

fn row_step() -> impl Strategy<Value = RowStep> {
    // Few of each, so that people meet: in the file, with those who are here, with each other.
    let phone = prop_oneof![
        Just(None),
        select(vec!["+5531988888888", "+553188888888", "+5531977777777", "not a number"]).prop_map(Some)
    ];
    (
        select(vec!["", "Maria", "João", "joao"]),
        phone,
        select(vec!["", "", "ask at desk 7"]),
        select(vec!["", "", "m@x.example", "M@x.example", "no address"]),
        proptest::option::of(0..4_u8),
        proptest::option::of(0..9_usize),
        any::<bool>(),
        proptest::collection::vec((0..8_u8, proptest::option::weighted(0.8, 0..12_u8)), 0..3),
    )
        .prop_map(|(name, phone, text, email, tag, status, responsible, fields)| RowStep {
            name,
            phone,
            text,
            email,
            tag,
            status,
            responsible,
            fields,
        })
}

pub(super) fn import_step() -> impl Strategy<Value = ImportStep> {
    let duplicates = select(vec![Duplicates::Skip, Duplicates::FillEmpty, Duplicates::Overwrite]);
    prop_oneof![
        3 => (0..3_u8, 0..3_u32, proptest::collection::vec(row_step(), 1..6), duplicates, any::<bool>(), 0..2_u32)
            .prop_map(|(import, part, rows, duplicates, leads, failed)| ImportStep::Bring {
                import, part, rows, duplicates, leads, failed
            }),
        2 => (0..3_u8, 0..3_u32, 0..9_usize, proptest::collection::vec((0..40_i64, any::<bool>()), 0..6)).prop_map(
            |(import, part, n, messages)| ImportStep::Chat { import, part, n, messages }
        ),
        1 => (0..3_u8, 0..3_u32).prop_map(|(import, part)| ImportStep::Undo { import, part }),
    ]
}

fn import_id(n: u8) -> ImportId {
    ImportId(Uuid::from_u128(0x1111_0000 + u128::from(n)))
}

fn said(minute: i64, from_us: bool) -> ImportMessage {
    ImportMessage {
        key: Uuid::from_u128(minute as u128 * 2 + u128::from(from_us)),
        at_s: NOON_S - 86_400 + minute * 60,
        from_us,
        body: text(&format!("at {minute}")),
        edited: minute % 7 == 0,
        deleted: minute % 11 == 0,
    }
}

pub(super) fn plan(shop: &mut Shop, step: &ImportStep) -> Act {
    match step {
        ImportStep::Undo { import, part } => Act::UndoImport { import_id: import_id(*import), part: *part },
        ImportStep::Chat { import, part, n, messages } => Act::ImportChat {
            import_id: import_id(*import),
            part: *part,
            file_name: "chat.zip".to_owned(),
            contact_id: pick(shop, Entity::Contact, *n).map_or(ContactId(Uuid::nil()), ContactId),
            line_name: "History".to_owned(),
            messages: messages.iter().map(|(minute, from_us)| said(*minute, *from_us)).collect(),
            left_out: 1,
        },
        ImportStep::Bring { import, part, rows, duplicates, leads, failed } => {
            let row = |(no, row): (usize, &RowStep)| ImportRow {
                row: no as u32 + 1,
                contact_id: Some(ContactId(shop.id())),
                lead_id: Some(LeadId(shop.id())),
                name: row.name.to_owned(),
                phone_e164: row.phone.map(str::to_owned),
                phone_text: row.text.to_owned(),
                email: row.email.to_owned(),
                about: String::new(),
                tag_ids: row.tag.map(tag_id).into_iter().collect(),
                source_id: None,
                status_id: row.status.and_then(|n| pick(shop, Entity::LeadStatus, n)).map(LeadStatusId),
                responsible_id: row.responsible.then_some(shop.ana.member_id),
                fields: row.fields.iter().map(|(id, n)| field_to(*id, *n)).collect(),
                unread: Vec::new(),
                wrong: Vec::new(),
            };
            Act::ImportContacts {
                import_id: import_id(*import),
                part: *part,
                file_name: "people.csv".to_owned(),
                rows: rows.iter().enumerate().map(row).collect(),
                duplicates: *duplicates,
                defaults: ImportDefaults { open_leads: *leads, ..ImportDefaults::default() },
                failed: *failed,
            }
        }
    }
}

//! Rows of catalogues with few ids and few names, so that both devices make the same ones.

use embudo_domain::*;
use uuid::Uuid;

fn own(kind: u128, id: u8) -> Uuid {
    Uuid::from_u128(0x5a1e_0000 + kind * 0x100 + u128::from(id))
}

pub fn tag_id(n: u8) -> TagId {
    TagId(own(6, n))
}

/// The first two are of contacts, and one of each two is a list.
pub fn field_id(n: u8) -> FieldId {
    FieldId(own(7, n))
}

pub fn option_id(field: u8, n: u8) -> FieldOptionId {
    FieldOptionId(own(8 + u128::from(field), n))
}

pub fn kind(field: u8) -> FieldKind {
    [FieldKind::Text, FieldKind::List, FieldKind::MultiList, FieldKind::List][usize::from(field)]
}

pub fn field_to(field: u8, n: Option<u8>) -> FieldTo {
    let value = |n: u8| match kind(field) {
        FieldKind::Text => FieldValue::Text { text: format!("said {n}") },
        FieldKind::List => FieldValue::List { option_id: option_id(field, n % 3) },
        _ => {
            let chosen = (0..3).filter(|bit| (n + 1) & (1 << bit) != 0);
            FieldValue::MultiList { option_ids: chosen.map(|bit| option_id(field, bit)).collect() }
        }
    };
    FieldTo { field_id: field_id(field), value: n.map(value) }
}

const COLOR: &str = "#aa3366";

pub fn put_status(id: u8, name: &str, category: Category) -> Act {
    let (id, name, color) = (LeadStatusId(own(1, id)), name.to_owned(), COLOR.to_owned());
    let status = LeadStatus { id, code: None, name, color, category, position: String::new(), number: None };
    Act::PutLeadStatus { status }
}

pub fn put_funnel(id: u8, name: &str, stages: u8, bound_status_id: Option<LeadStatusId>) -> Act {
    let (funnel_id, color) = (FunnelId(own(2, id)), COLOR.to_owned());
    let stages = (0..stages).map(|n| Stage {
        id: StageId(own(3, id * 10 + n)),
        funnel_id: Some(funnel_id),
        code: None,
        name: format!("{name} {n}"),
        color: color.clone(),
        position: String::new(),
        bound_status_id,
    });
    let funnel = Funnel {
        id: funnel_id,
        code: None,
        name: name.to_owned(),
        color: color.clone(),
        is_main: false,
        position: String::new(),
        seen_by: None,
    };
    Act::PutFunnel { stages: stages.collect(), funnel, gone: Vec::new() }
}

pub fn put_source(id: u8, name: &str) -> Act {
    let source = Source { id: SourceId(own(4, id)), code: None, name: name.to_owned(), number: None };
    Act::PutSource { source }
}

pub fn put_reason(id: u8, name: &str) -> Act {
    let (id, name) = (LostReasonId(own(5, id)), name.to_owned());
    Act::PutLostReason { reason: LostReason { id, code: None, name, position: String::new() } }
}

pub fn put_tag(id: u8, name: &str) -> Act {
    Act::PutTag { tag: Tag { id: tag_id(id), name: name.to_owned(), color: COLOR.to_owned() } }
}

/// `options`: one bit each.
pub fn put_field(id: u8, name: &str, options: u8, required_at: Option<StageId>) -> Act {
    let options = (0..3_u8).filter(|n| options & (1 << n) != 0 && kind(id).is_list());
    let options = options.map(|n| FieldOption { id: option_id(id, n), name: format!("Option {n}") });
    let field = CustomField {
        id: field_id(id),
        of: FieldOf::ALL[usize::from(id / 2)],
        kind: kind(id),
        name: name.to_owned(),
        options: options.collect(),
        required_at: required_at.into_iter().collect(),
        position: String::new(),
    };
    Act::PutField { field, gone: Vec::new() }
}

/// What is there from the beginning: one or two of each.
pub fn begin() -> Vec<Act> {
    let mut acts = vec![
        put_status(0, "Orçado", Category::Open),
        put_status(1, "Perdido", Category::Lost),
        put_funnel(0, "Casamentos", 2, Some(LeadStatusId(own(1, 0)))),
        put_source(0, "Rua"),
        put_reason(0, "Longe"),
        put_tag(0, "vip"),
        put_tag(1, "fiel"),
    ];
    acts.extend((0..4).map(|id| put_field(id, &format!("Campo {id}"), 7, None)));
    acts
}

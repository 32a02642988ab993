//! What the product brings along. The ids are the same in every workspace, so that a rule knows
//! them without asking.

use super::*;

const fn id(kind: u128, no: u128) -> Uuid {
    // "embudo" in the first bytes: no random or timed id begins like this.
    Uuid::from_u128(0x656d_6275_646f_0000_8000_0000_0000_0000 | (kind << 16) | no)
}

pub const NEW: LeadStatusId = LeadStatusId(id(1, 1));
pub const CONTACTED: LeadStatusId = LeadStatusId(id(1, 2));
pub const QUALIFYING: LeadStatusId = LeadStatusId(id(1, 3));
pub const QUALIFIED: LeadStatusId = LeadStatusId(id(1, 4));
pub const FOLLOW_UP: LeadStatusId = LeadStatusId(id(1, 5));
pub const CONVERTED: LeadStatusId = LeadStatusId(id(1, 6));
pub const LOST: LeadStatusId = LeadStatusId(id(1, 7));
pub const ARCHIVED: LeadStatusId = LeadStatusId(id(1, 8));

pub const INTAKE: StageId = StageId(id(2, 0));
pub const SALES: FunnelId = FunnelId(id(3, 1));
pub const SETTINGS: Uuid = id(9, 0);

const STATUSES: [(LeadStatusId, &str, &str, Category); 8] = [
    (NEW, "new", "#2f6fdb", Category::Open),
    (CONTACTED, "contacted", "#0e7f8f", Category::Open),
    (QUALIFYING, "qualifying", "#7a4fd0", Category::Open),
    (QUALIFIED, "qualified", "#a1459b", Category::Open),
    (FOLLOW_UP, "follow_up", "#a86200", Category::Open),
    (CONVERTED, "converted", "#1f7a3d", Category::Won),
    (LOST, "lost", "#b3362b", Category::Lost),
    (ARCHIVED, "archived", "#5f6670", Category::Archived),
];
const REASONS: [&str; 5] = ["price", "no_answer", "competitor", "not_a_fit", "other"];
const SOURCES: [&str; 4] = ["telegram_bot", "simulator", "manual", "import"];

fn position(no: usize) -> String {
    // Two digits, the second never the lowest: room before, between and after.
    format!("{}V", char::from(b'A' + u8::try_from(no).unwrap_or(25)))
}

pub fn statuses() -> Vec<LeadStatus> {
    let row = |(no, (id, code, color, category)): (usize, (LeadStatusId, &str, &str, Category))| LeadStatus {
        id,
        code: Some(code.to_owned()),
        name: String::new(),
        color: color.to_owned(),
        category,
        position: position(no),
        number: u32::try_from(no + 1).ok(),
    };
    STATUSES.into_iter().enumerate().map(row).collect()
}

pub fn funnel() -> Funnel {
    Funnel {
        id: SALES,
        code: Some("sales".to_owned()),
        name: String::new(),
        color: "#2f6fdb".to_owned(),
        is_main: true,
        position: position(0),
        seen_by: None,
    }
}

/// Intake, then a stage for each open status (R1), so that a beginner sees one thing.
pub fn stages() -> Vec<Stage> {
    let intake = Stage {
        id: INTAKE,
        funnel_id: None,
        code: Some("intake".to_owned()),
        name: String::new(),
        color: "#5f6670".to_owned(),
        position: position(0),
        bound_status_id: None,
    };
    let open = statuses().into_iter().filter(|status| status.category == Category::Open).enumerate();
    let bound = open.map(|(no, status)| Stage {
        id: stage_id(no),
        funnel_id: Some(SALES),
        code: status.code,
        name: String::new(),
        color: status.color,
        position: status.position,
        bound_status_id: Some(status.id),
    });
    std::iter::once(intake).chain(bound).collect()
}

pub fn source_of(code: &str) -> Option<SourceId> {
    SOURCES.iter().position(|known| *known == code).map(|no| SourceId(id(4, no as u128 + 1)))
}

pub fn sources() -> Vec<Source> {
    let row = |(no, code): (usize, &&str)| {
        let number = u32::try_from(no + 1).ok();
        Some(Source { id: source_of(code)?, code: Some((*code).to_owned()), name: String::new(), number })
    };
    SOURCES.iter().enumerate().filter_map(row).collect()
}

/// The code of a row that the product brings along.
pub fn code_of(id: Uuid) -> Option<&'static str> {
    let statuses = STATUSES.iter().map(|(status, code, ..)| (status.0, *code));
    let mut stages = STATUSES.iter().filter(|(.., category)| *category == Category::Open).enumerate();
    let reasons = REASONS.iter().enumerate();
    let sources = SOURCES.iter().filter_map(|code| Some((source_of(code)?.0, *code)));
    let mut all = statuses.chain(sources).chain([(INTAKE.0, "intake"), (SALES.0, "sales")]);
    let stage = || stages.find(|(no, _)| stage_id(*no).0 == id).map(|(_, (_, code, ..))| *code);
    let found = all.find(|(known, _)| *known == id).map(|(_, code)| code);
    let reason = || reasons.clone().find(|(no, _)| reason_id(*no).0 == id).map(|(_, code)| *code);
    found.or_else(stage).or_else(reason)
}

fn stage_id(no: usize) -> StageId {
    StageId(id(2, no as u128 + 1))
}

fn reason_id(no: usize) -> LostReasonId {
    LostReasonId(id(5, no as u128 + 1))
}

pub fn lost_reasons() -> Vec<LostReason> {
    let row = |(no, code): (usize, &&str)| LostReason {
        id: reason_id(no),
        code: Some((*code).to_owned()),
        name: String::new(),
        position: position(no),
    };
    REASONS.iter().enumerate().map(row).collect()
}

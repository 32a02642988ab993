//! The sale of the data: a lead for every customer, over four funnels of eight stages, with its
//! history. Four of five are active, so that each funnel shows about 20,000 cards.

use super::plan::NOW_MS;
use embudo_domain::*;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

pub const FUNNELS: u8 = 4;
pub const STAGES: u8 = 8;
const DAY_MS: i64 = 86_400_000;

/// The first funnel is the one that the product brings along.
pub fn funnel_id(funnel: u8) -> FunnelId {
    if funnel == 0 {
        seeded::SALES
    } else {
        FunnelId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0100 + u128::from(funnel)))
    }
}

/// Five stages of the first funnel came with the product.
pub fn stage_id(funnel: u8, stage: u8) -> StageId {
    let known = seeded::stages();
    let own = known.iter().filter(|row| row.funnel_id == Some(funnel_id(funnel))).nth(usize::from(stage));
    own.map_or_else(
        || {
            let no = u128::from(funnel) * 100 + u128::from(stage);
            StageId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0200 + no))
        },
        |row| row.id,
    )
}

/// What is not there yet when a workspace begins.
pub fn catalogue() -> Vec<Row> {
    let mut rows = Vec::new();
    let place = |no: u8| format!("{}V", char::from(b'A' + no));
    for funnel in 0..FUNNELS {
        if funnel > 0 {
            rows.push(Row::Funnel(Funnel {
                id: funnel_id(funnel),
                code: None,
                name: format!("Embudo {}", funnel + 1),
                color: "#0e7f8f".to_owned(),
                is_main: false,
                position: place(funnel),
                seen_by: None,
            }));
        }
        let known = seeded::stages();
        for stage in (0..STAGES).filter(|stage| known.iter().all(|row| row.id != stage_id(funnel, *stage))) {
            rows.push(Row::Stage(Stage {
                id: stage_id(funnel, stage),
                funnel_id: Some(funnel_id(funnel)),
                code: None,
                name: format!("Etapa {}", stage + 1),
                color: "#7a4fd0".to_owned(),
                position: place(stage),
                bound_status_id: None,
            }));
        }
    }
    rows
}

/// The lead of a customer who wrote first at `opened_ms`, and its two events: how it was opened
/// and what became of it.
pub fn lead(number: u32, contact_id: ContactId, opened_ms: i64, random: &mut ChaCha8Rng) -> (Lead, [HistoryEvent; 2]) {
    let id = Uuid::new_v5(&contact_id.0, b"lead");
    let events = [HistoryId(Uuid::new_v5(&id, b"opened")), HistoryId(Uuid::new_v5(&id, b"changed"))];
    let opened = LeadState {
        status_id: seeded::NEW,
        stage_id: seeded::INTAKE,
        funnel_id: None,
        stage_since_ms: opened_ms,
        position: order::top(opened_ms),
        placed_at_ms: opened_ms,
        marker: Marker::None,
        score: None,
        responsible_id: None,
        fields: Vec::new(),
        closed: None,
        made_by: events[0],
    };
    let at_ms = opened_ms + (random.random::<f64>() * (NOW_MS - opened_ms).max(0) as f64) as i64;
    // The first stages are the fullest.
    let funnel = random.random_range(0..FUNNELS);
    let stage = random.random_range(0..STAGES).min(random.random_range(0..STAGES));
    let statuses = seeded::statuses();
    let is_final = random.random_range(0..5) == 0;
    let of_kind: Vec<&LeadStatus> = statuses.iter().filter(|row| row.category.is_final() == is_final).collect();
    let status = of_kind[random.random_range(0..of_kind.len())];
    let reasons = seeded::lost_reasons();
    let mut changed = LeadState {
        status_id: status.id,
        stage_id: stage_id(funnel, stage),
        funnel_id: Some(funnel_id(funnel)),
        stage_since_ms: at_ms,
        position: order::top(at_ms),
        placed_at_ms: at_ms,
        marker: Marker::ALL[random.random_range(0..Marker::ALL.len())],
        score: (random.random_range(0..3) > 0)
            .then(|| Score { value: random.random_range(0..=100), by: ScoreBy::Manual }),
        closed: is_final.then(|| Closed {
            at_ms: at_ms.clamp(NOW_MS - 400 * DAY_MS, NOW_MS),
            category: status.category,
            reason_id: (status.category == Category::Lost).then(|| reasons[random.random_range(0..reasons.len())].id),
            from_status_id: seeded::CONTACTED,
        }),
        made_by: events[1],
        ..opened.clone()
    };
    if random.random_range(0..40) == 0 && !is_final {
        // Some stay where they came in.
        (changed.stage_id, changed.funnel_id) = (seeded::INTAKE, None);
    }
    let event = |event_id, at_ms, kind, before, after: &LeadState| HistoryEvent {
        id: event_id,
        contact_id,
        lead_id: LeadId(id),
        at_ms,
        by: ChangedBy::Customer,
        kind,
        before,
        after: after.clone(),
        names: Vec::new(),
        note: String::new(),
        undoes: None,
        removed: None,
        follow_up: None,
        canceled: Vec::new(),
        handed: Vec::new(),
    };
    let history = [
        event(events[0], opened_ms, HistoryKind::Opened, None, &opened),
        event(events[1], at_ms, HistoryKind::Changed, Some(opened.clone()), &changed),
    ];
    let lead = Lead {
        id: LeadId(id),
        number: Some(i64::from(number) + 1),
        contact_id,
        cycle: 1,
        previous_lead_id: None,
        source_id: seeded::source_of("simulator"),
        origin: Origin::Chat,
        opened_at_ms: opened_ms,
        state: changed,
        last_event_id: events[1],
    };
    (lead, history)
}

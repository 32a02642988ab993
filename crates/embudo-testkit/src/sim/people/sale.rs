//! What the seller does to leads: moves, closes, opens, takes back, whether it still makes sense
//! or not.

use super::Screen;
use crate::sim::rng::Dice;
use embudo_domain::rules::MAX_LEADS_OF_ACT;
use embudo_domain::*;

pub fn choose(screen: &Screen<'_>, dice: &mut Dice, now_ms: i64) -> Option<Act> {
    match dice.below(15) {
        12..=14 => super::fields::choose(screen, dice),
        0..=6 => change(screen, dice),
        7..=8 => {
            let contacts = (0..=dice.below(2)).filter_map(|_| dice.pick(screen.contacts).map(|contact| contact.id));
            let contacts: Vec<ContactId> = contacts.collect();
            Some(Act::OpenLeads {
                leads: contacts
                    .into_iter()
                    .map(|contact_id| NewLead { lead_id: LeadId(dice.id(now_ms)), contact_id, joins: dice.one_in(2) })
                    .collect(),
                status_id: None,
                stage: dice.one_in(2).then(|| stage_to(dice)),
                source_id: None,
                again: dice.one_in(2),
                note: String::new(),
            })
        }
        9..=10 => {
            let event = dice.pick(screen.history)?;
            Some(Act::UndoLeads { event_ids: vec![event.id] })
        }
        _ => Some(Act::PutSaleSettings {
            settings: SaleSettings {
                contacted_by_itself: !dice.one_in(4),
                reopens_won: dice.one_in(2),
                moves_on_with_an_answer: dice.one_in(2),
                closes_quiet: dice.one_in(2).then_some(ClosesQuiet { after_h: 1, since_ms: 0 }),
                ..SaleSettings::default()
            },
        }),
    }
}

fn stage_to(dice: &mut Dice) -> StageTo {
    let stages = seeded::stages();
    let stage_id = dice.pick(&stages).map_or(seeded::INTAKE, |stage| stage.id);
    let position = dice.one_in(2).then(|| order::between(Some("V"), Some(&order::top(dice.between(0, 1 << 40)))));
    StageTo { stage_id, position }
}

fn change(screen: &Screen<'_>, dice: &mut Dice) -> Option<Act> {
    let one = dice.pick(screen.leads)?.id;
    let lead_ids = if dice.one_in(6) {
        screen.leads.iter().map(|lead| lead.id).take(MAX_LEADS_OF_ACT).collect()
    } else {
        vec![one]
    };
    let mut patch = LeadPatch::default();
    match dice.below(6) {
        0..=1 => patch.stage = Some(stage_to(dice)),
        2 => {
            let statuses = seeded::statuses();
            let status_id = dice.pick(&statuses)?.id;
            let reasons = seeded::lost_reasons();
            let reason_id = dice.pick(&reasons).map(|reason| reason.id);
            patch.status = Some(StatusTo { status_id, reason_id });
        }
        3 => patch.marker = dice.pick(&Marker::ALL).copied(),
        4 => patch.score = Some(u8::try_from(dice.below(101)).ok()),
        _ => patch.responsible_id = Some(dice.one_in(2).then_some(screen.member_id)),
    }
    Some(Act::ChangeLeads { lead_ids, patch, bulk_id: None })
}

//! Each invariant of the sale, broken on purpose: the query must say so, and no other may.

use crate::sale::shop;
use crate::support::*;
use embudo_domain::rules::Lookup;
use embudo_domain::*;
use embudo_store::Device;
use std::collections::BTreeSet;

const SIZE: FieldId = FieldId(id(72));
const SMALL: FieldOptionId = FieldOptionId(id(73));
const LARGE: FieldOptionId = FieldOptionId(id(74));

/// A shop in which something happened: one lead lost, one won and begun again, one on the board.
fn busy() -> Hub {
    let mut hub = shop();
    let stage = first_stage(&hub);
    change(&mut hub, 1, |patch| patch.status = Some(StatusTo { status_id: seeded::LOST, reason_id: Some(reason()) }));
    change(&mut hub, 2, |patch| patch.status = Some(StatusTo { status_id: seeded::CONVERTED, reason_id: None }));
    change(&mut hub, 3, |patch| patch.stage = Some(StageTo { stage_id: stage.id, position: None }));
    change(&mut hub, 3, |patch| patch.score = Some(Some(70)));
    let options = [SMALL, LARGE].map(|id| FieldOption { id, name: id.0.simple().to_string() }).to_vec();
    hub.put(Row::Field(CustomField {
        id: SIZE,
        of: FieldOf::Lead,
        kind: FieldKind::List,
        name: "Size".to_owned(),
        options,
        required_at: Vec::new(),
        position: "V".to_owned(),
    }));
    let value = Some(FieldValue::List { option_id: LARGE });
    change(&mut hub, 3, |patch| patch.fields = vec![FieldTo { field_id: SIZE, value }]);
    let again = NewLead { lead_id: LeadId(id(15 << 100)), contact_id: customer(2).contact, joins: false };
    let act = Act::OpenLeads {
        leads: vec![again],
        status_id: None,
        stage: None,
        source_id: None,
        again: true,
        note: String::new(),
    };
    hub.act(&act, ActId(id(14 << 100)));
    assert_eq!(leads_of(&hub, 2).len(), 2, "a second cycle began");
    hub
}

fn leads_of(hub: &Hub, number: u128) -> Vec<Lead> {
    let contact = customer(number).contact;
    let mut leads: Vec<Lead> = hub.world.leads().filter(|lead| lead.contact_id == contact).cloned().collect();
    leads.sort_by_key(|lead| lead.cycle);
    leads
}

fn lead(hub: &Hub, number: u128) -> Lead {
    leads_of(hub, number).pop().expect("who wrote has a lead")
}

fn reason() -> LostReasonId {
    seeded::lost_reasons()[0].id
}

fn first_stage(hub: &Hub) -> Stage {
    let stages = hub.world.rows.values().filter_map(|row| match row {
        Row::Stage(stage) if stage.funnel_id.is_some() => Some(stage.clone()),
        _ => None,
    });
    stages.min_by(|a, b| a.position.cmp(&b.position)).expect("a funnel has stages")
}

fn change(hub: &mut Hub, number: u128, what: impl FnOnce(&mut LeadPatch)) {
    let mut patch = LeadPatch::default();
    what(&mut patch);
    hub.now_ms += 1000;
    let act_id = ActId(id((14 << 100) | u128::from(hub.now_ms.unsigned_abs())));
    let lead_ids = vec![lead(hub, number).id];
    hub.act(&Act::ChangeLeads { lead_ids, patch, bulk_id: None }, act_id);
}

/// Changes rows past the rules.
fn put_lead(hub: &mut Hub, mut lead: Lead, what: impl FnOnce(&mut Lead)) {
    what(&mut lead);
    hub.put(Row::Lead(Box::new(lead)));
}

fn all<T>(hub: &Hub, of: impl Fn(&Row) -> Option<T>) -> Vec<T> {
    hub.world.rows.values().filter_map(of).collect()
}

async fn broken(hub: &Hub) -> BTreeSet<&'static str> {
    let store = memory().await;
    let device_id = DeviceId(id(90));
    let workspace_id = WorkspaceId(id(91));
    let device = Device { device_id, member_id: ACTOR.member_id, workspace_id, incarnation: 1 };
    store.set_device(device).await.unwrap();
    hub.deliver(&store).await;
    store.broken_invariants().await.unwrap().iter().map(|broken| broken.id).collect()
}

type Break = fn(&mut Hub);

const BREAKS: &[(&str, Break)] = &[
    ("I11 one active lead per contact", |hub| {
        let (open, closed) = (lead(hub, 3), lead(hub, 1));
        // The lost one of the first customer is open again beside nobody's: as a second cycle of the third.
        put_lead(hub, closed, |lead| {
            (lead.contact_id, lead.cycle) = (open.contact_id, 2);
            lead.state = LeadState { made_by: lead.state.made_by, ..open.state.clone() };
        });
    }),
    ("I11 cycles of a contact are told apart", |hub| put_lead(hub, lead(hub, 2), |lead| lead.cycle = 1)),
    ("I12 exactly one stage, of its own funnel", |hub| put_lead(hub, lead(hub, 3), |lead| lead.state.funnel_id = None)),
    ("I13 closed leads stay as they closed", |hub| {
        let moved = lead(hub, 3);
        // As if somebody had changed the marker of the lost one: a new event, and the state is its.
        let event = all(hub, |row| match row {
            Row::History(row) if row.lead_id == moved.id => Some((**row).clone()),
            _ => None,
        });
        let lost = lead(hub, 1);
        let event = HistoryEvent {
            id: HistoryId(id(77)),
            lead_id: lost.id,
            contact_id: lost.contact_id,
            ..event.last().cloned().expect("what moved has a history")
        };
        hub.put(Row::History(Box::new(HistoryEvent { kind: HistoryKind::Changed, ..event })));
        put_lead(hub, lost, |lead| lead.last_event_id = HistoryId(id(77)));
    }),
    ("I14 closed exactly with a final status of its category", |hub| {
        put_lead(hub, lead(hub, 4), |lead| lead.state.status_id = seeded::LOST);
    }),
    ("I14 a reason only where it was lost", |hub| {
        put_lead(hub, leads_of(hub, 2).remove(0), |lead| {
            let closed = lead.state.closed.as_mut().expect("it was won");
            closed.reason_id = Some(reason());
        });
    }),
    ("I15 closed leads have no open follow-ups", |hub| {
        let lost = lead(hub, 1);
        hub.put(Row::FollowUp(Box::new(FollowUp {
            id: FollowUpId(id(83)),
            lead_id: lost.id,
            contact_id: lost.contact_id,
            kind: FollowUpKind::Task,
            state: FollowUpState::Scheduled,
            due_at_ms: NOW_MS + 1000,
            note: String::new(),
            message: None,
            cancel_if_reply: false,
            nudge_of: None,
            responsible_id: None,
            created_by: ACTOR.member_id,
            created_at_ms: NOW_MS,
            ended_at_ms: None,
        })));
    }),
    ("I16 a whole score from 0 to 100, and how it came", |hub| {
        put_lead(hub, lead(hub, 3), |lead| lead.state.score = Some(Score { value: 101, by: ScoreBy::Manual }));
    }),
    ("I17 a status of each category", |hub| {
        // The only archived one becomes another won one; that it was the product's is the next invariant.
        let row = all(hub, |row| match row {
            Row::LeadStatus(row) if row.category == Category::Archived => Some(row.clone()),
            _ => None,
        });
        for row in row {
            hub.put(Row::LeadStatus(LeadStatus { category: Category::Won, ..row }));
        }
    }),
    ("I17 the eight statuses of the product stay in their categories", |hub| {
        let qualified = seeded::statuses().into_iter().find(|row| row.id == seeded::QUALIFIED);
        hub.put(Row::LeadStatus(LeadStatus { code: None, name: "Ready".into(), ..qualified.expect("it is theirs") }));
    }),
    ("I18 leads point to what is there", |hub| {
        put_lead(hub, lead(hub, 3), |lead| lead.source_id = Some(SourceId(id(78))));
    }),
    ("I18 contacts have tags that are there", |hub| {
        let contact = hub.world.contact(customer(4).contact).expect("who wrote is known").clone();
        hub.put(Row::Contact(Contact { tag_ids: vec![TagId(id(79))], ..contact }));
    }),
    ("I18 contacts and leads are filled in with fields and options that are there", |hub| {
        // Of a field that is there, but of leads.
        let contact = hub.world.contact(customer(4).contact).expect("who wrote is known").clone();
        let value = FieldValue::Text { text: "gone".to_owned() };
        hub.put(Row::Contact(Contact { fields: vec![Filled { field_id: SIZE, value }], ..contact }));
    }),
    ("I18 contacts and leads are filled in with fields and options that are there", |hub| {
        let value = FieldValue::List { option_id: FieldOptionId(id(76)) };
        put_lead(hub, lead(hub, 3), |lead| lead.state.fields = vec![Filled { field_id: SIZE, value }]);
    }),
    ("I19 an active lead has its contact's responsible", |hub| {
        put_lead(hub, lead(hub, 3), |lead| lead.state.responsible_id = Some(ACTOR.member_id));
    }),
    ("I18 contacts have a source that is there", |hub| {
        let contact = hub.world.contact(customer(4).contact).expect("who wrote is known").clone();
        hub.put(Row::Contact(Contact { source_id: Some(SourceId(id(84))), ..contact }));
    }),
    ("I20 who is responsible is somebody", |hub| {
        // Their only lead is closed: it keeps who had it then.
        let contact = hub.world.contact(customer(1).contact).expect("who wrote is known").clone();
        hub.put(Row::Contact(Contact { responsible_id: Some(MemberId(id(85))), ..contact }));
    }),
    ("I20 a conversation is of whom its identity is, and of nobody else", |hub| {
        let chat = hub.world.conversation(customer(4).conversation).expect("who wrote has one").clone();
        hub.put(Row::Conversation(Conversation { contact_id: customer(3).contact, ..chat }));
    }),
    ("I21 drafts, settings and views are this person's", |hub| {
        hub.put(Row::Draft(Draft {
            conversation_id: customer(4).conversation,
            member_id: MemberId(id(86)),
            message_id: MessageId(id(87)),
            text: "not for others".to_owned(),
            attachments: Vec::new(),
            reply_to: None,
            updated_at_ms: NOW_MS,
        }));
    }),
    ("I21 nothing is here of somebody who is not", |hub| {
        let other = OtherReach::new(ContactId(id(88)), ReachKind::Email, "who@example.com".to_owned());
        hub.put(Row::OtherReach(other));
    }),
    ("I21 nothing is here of somebody who is not", |hub| {
        hub.put(Row::Note(Box::new(Note {
            id: NoteId(id(75)),
            contact_id: ContactId(id(88)),
            conversation_id: None,
            by: ACTOR.member_id,
            at_ms: NOW_MS,
            edited_at_ms: None,
            edited_by: None,
            text: "not for others".to_owned(),
            call: None,
        })));
    }),
    ("I21 no message is here without its conversation", |hub| {
        let message = hub.world.messages().next().expect("somebody wrote").clone();
        let message_id = MessageId(id(89));
        let provider_id = Some("elsewhere".to_owned());
        hub.put(Row::Message(Box::new(Message {
            id: message_id,
            conversation_id: ConversationId(id(92)),
            provider_id,
            ..message
        })));
    }),
    ("I22 one main funnel", |hub| {
        let funnels = all(hub, |row| match row {
            Row::Funnel(row) => Some(row.clone()),
            _ => None,
        });
        for funnel in funnels {
            hub.put(Row::Funnel(Funnel { is_main: false, ..funnel }));
        }
    }),
    ("I22 one Intake", |hub| {
        let intake = all(hub, |row| match row {
            Row::Stage(row) if row.funnel_id.is_none() => Some(row.clone()),
            _ => None,
        });
        hub.put(Row::Stage(Stage { id: StageId(id(80)), ..intake[0].clone() }));
    }),
    ("I23 stages belong to a funnel that is there", |hub| {
        let stage = first_stage(hub);
        hub.put(Row::Stage(Stage { id: StageId(id(81)), funnel_id: Some(FunnelId(id(82))), ..stage }));
    }),
    ("I24 cards stand at a place", |hub| put_lead(hub, lead(hub, 3), |lead| lead.state.position = "a b".into())),
    ("R1 stages are bound to open statuses", |hub| {
        let stage = first_stage(hub);
        hub.put(Row::Stage(Stage { bound_status_id: Some(seeded::CONVERTED), ..stage }));
    }),
    ("leads are counted once", |hub| {
        let number = lead(hub, 3).number;
        put_lead(hub, lead(hub, 4), |lead| lead.number = number);
    }),
];

#[tokio::test]
async fn a_shop_that_only_the_rules_wrote_breaks_no_invariant() {
    let hub = busy();
    assert_eq!(hub.world.find(&Lookup::Workspace).len(), 1);
    assert_eq!(broken(&hub).await, BTreeSet::new());
}

#[tokio::test]
async fn each_invariant_says_when_it_is_broken_and_only_then() {
    let mut others = Vec::new();
    for (wanted, plant) in BREAKS {
        let mut hub = busy();
        plant(&mut hub);
        let found = broken(&hub).await;
        let mut expected = BTreeSet::from([*wanted]);
        if *wanted == "I17 a status of each category" {
            // The last of a category is one of the product's.
            expected.insert("I17 the eight statuses of the product stay in their categories");
        }
        if found != expected {
            others.push((wanted, found));
        }
    }
    assert!(others.is_empty(), "broken, and what was found: {others:#?}");
}

#[test]
fn every_invariant_is_broken_by_a_test() {
    let known: BTreeSet<_> = embudo_store::INVARIANTS_OF_THE_SALE.iter().map(|invariant| invariant.id).collect();
    let tested: BTreeSet<_> = BREAKS.iter().map(|(id, _)| *id).collect();
    assert_eq!(tested, known);
}

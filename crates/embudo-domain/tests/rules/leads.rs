//! Leads: how they open by themselves, move, close, come back and are taken back (3.4–3.6).

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::rules::MAX_LEADS_OF_ACT;
use embudo_domain::*;

impl Shop {
    fn lead(&self, customer: &str) -> Lead {
        let contact_id = self.contact(customer).id;
        let mut leads: Vec<&Lead> = self.world.leads().filter(|lead| lead.contact_id == contact_id).collect();
        leads.sort_by_key(|lead| lead.cycle);
        (*leads.last().unwrap_or_else(|| panic!("{customer} has no lead"))).clone()
    }

    fn leads_of(&self, customer: &str) -> usize {
        let contact_id = self.contact(customer).id;
        self.world.leads().filter(|lead| lead.contact_id == contact_id).count()
    }

    fn change(&mut self, customer: &str, patch: LeadPatch) -> embudo_domain::rules::Effects {
        self.pass(1_000);
        let lead_ids = vec![self.lead(customer).id];
        self.act(Act::ChangeLeads { lead_ids, patch, bulk_id: None })
    }

    fn change_refused(&mut self, customer: &str, patch: LeadPatch) -> Refusal {
        let lead_ids = vec![self.lead(customer).id];
        self.refused(Act::ChangeLeads { lead_ids, patch, bulk_id: None })
    }

    fn settings(&mut self, settings: SaleSettings) {
        self.act(Act::PutSaleSettings { settings });
    }

    fn open_again(&mut self, customers: &[&str], again: bool) -> Act {
        let contacts: Vec<ContactId> = customers.iter().map(|customer| self.contact(customer).id).collect();
        let leads = contacts
            .into_iter()
            .map(|contact_id| NewLead { lead_id: LeadId(self.id()), contact_id, joins: false })
            .collect();
        Act::OpenLeads { leads, status_id: None, stage: None, source_id: None, again, note: String::new() }
    }

    fn history(&self, customer: &str) -> Vec<&HistoryEvent> {
        let contact_id = self.contact(customer).id;
        let mut events: Vec<&HistoryEvent> = self
            .world
            .rows
            .values()
            .filter_map(|row| match row {
                Row::History(event) if event.contact_id == contact_id => Some(&**event),
                _ => None,
            })
            .collect();
        events.sort_by_key(|event| event.at_ms);
        events
    }
}

fn to_status(status_id: LeadStatusId) -> LeadPatch {
    LeadPatch { status: Some(StatusTo { status_id, reason_id: None }), ..LeadPatch::default() }
}

fn to_lost() -> LeadPatch {
    let reason_id = Some(seeded::lost_reasons()[0].id);
    LeadPatch { status: Some(StatusTo { status_id: seeded::LOST, reason_id }), ..LeadPatch::default() }
}

fn to_stage(stage_id: StageId) -> LeadPatch {
    LeadPatch { stage: Some(StageTo { stage_id, position: None }), ..LeadPatch::default() }
}

/// The stage of the first funnel that is bound to a status.
fn stage_of(status_id: LeadStatusId) -> StageId {
    seeded::stages().into_iter().find(|stage| stage.bound_status_id == Some(status_id)).unwrap().id
}

#[test]
fn the_first_message_opens_a_lead_in_intake_and_the_second_opens_none() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let lead = shop.lead("maria");
    assert_eq!((lead.number, lead.cycle, lead.origin), (Some(1), 1, Origin::Chat));
    assert_eq!((lead.state.status_id, lead.state.stage_id, lead.state.funnel_id), (seeded::NEW, seeded::INTAKE, None));
    assert_eq!(lead.source_id, seeded::source_of("simulator"), "where it came from is known without asking");
    shop.writes("maria", "are you there?");
    assert_eq!(shop.leads_of("maria"), 1, "I11");
    shop.writes("joao", "oi");
    assert_eq!(shop.lead("joao").number, Some(2));
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn neither_a_blocked_person_nor_old_talk_nor_our_own_word_opens_a_lead() {
    let mut shop = Shop::open();
    let mut old = from("maria", "long ago", "h1", shop.now_s() - 900_000);
    old.history = true;
    shop.arrives(old);
    assert_eq!(shop.leads_of("maria"), 0, "imported history");
    let contact_id = shop.contact("maria").id;
    shop.act(Act::SetBlocked { contact_id, blocked: true });
    shop.writes("maria", "buy my thing");
    assert_eq!(shop.leads_of("maria"), 0, "blocked: stored and nothing more");
    let mut ours = from("joao", "hello from the phone", "o1", shop.now_s());
    ours.from_us = true;
    shop.arrives(ours);
    assert_eq!(shop.leads_of("joao"), 0, "we wrote first: nobody asked for anything yet");
}

#[test]
fn a_line_says_what_its_first_messages_open() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    let source = Source { id: SourceId(shop.id()), code: None, name: "Feria".to_owned(), number: None };
    shop.act(Act::PutSource { source: source.clone() });
    let auto_lead = AutoLead {
        on: true,
        status_id: Some(seeded::QUALIFYING),
        source_id: Some(source.id),
        responsible_id: Some(shop.ana.member_id),
    };
    shop.act(Act::SetAutoLead { line_id, auto_lead: auto_lead.clone() });
    shop.writes("maria", "hi");
    let lead = shop.lead("maria");
    assert_eq!((lead.state.status_id, lead.source_id), (seeded::QUALIFYING, Some(source.id)));
    assert_eq!(lead.state.stage_id, seeded::INTAKE, "Intake binds no status (R4)");
    assert_eq!(shop.contact("maria").responsible_id, Some(shop.ana.member_id), "I19: one act writes both");
    shop.act(Act::SetAutoLead { line_id, auto_lead: AutoLead { on: false, ..auto_lead } });
    shop.writes("joao", "oi");
    assert_eq!(shop.leads_of("joao"), 0);
    let wrong = AutoLead { status_id: Some(seeded::CONVERTED), ..AutoLead::default() };
    assert_eq!(shop.refused(Act::SetAutoLead { line_id, auto_lead: wrong }), Refusal::StatusFinal);
}

#[test]
fn who_was_lost_begins_anew_with_a_message_and_who_bought_does_not() {
    let mut shop = Shop::open();
    for (customer, patch) in
        [("maria", to_lost()), ("joao", to_status(seeded::ARCHIVED)), ("li", to_status(seeded::CONVERTED))]
    {
        shop.writes(customer, "hi");
        shop.change(customer, patch);
        shop.writes(customer, "me again");
    }
    assert_eq!((shop.leads_of("maria"), shop.leads_of("joao"), shop.leads_of("li")), (2, 2, 1));
    let again = shop.lead("maria");
    assert_eq!((again.cycle, again.number, again.state.status_id), (2, Some(2), seeded::NEW));
    assert!(again.previous_lead_id.is_some());
    shop.settings(SaleSettings { reopens_won: true, reopens_lost: false, ..SaleSettings::default() });
    shop.writes("li", "once more");
    assert_eq!(shop.leads_of("li"), 2);
    shop.change("maria", to_lost());
    shop.writes("maria", "hello?");
    assert_eq!(shop.leads_of("maria"), 2, "both can be switched");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn the_first_answer_that_goes_out_makes_new_contacted_and_moves_no_card_out_of_intake() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let message = shop.sends("maria", "hello");
    assert_eq!(shop.lead("maria").state.status_id, seeded::NEW, "it has not gone out yet");
    shop.goes(message);
    let lead = shop.lead("maria");
    assert_eq!((lead.state.status_id, lead.state.stage_id), (seeded::CONTACTED, seeded::INTAKE));
    assert_eq!(shop.history("maria").last().unwrap().by, ChangedBy::Automation, "golden scenario 2");
    shop.change("maria", to_status(seeded::NEW));
    shop.settings(SaleSettings { contacted_by_itself: false, ..SaleSettings::default() });
    let message = shop.sends("maria", "are you there?");
    shop.goes(message);
    assert_eq!(shop.lead("maria").state.status_id, seeded::NEW, "switched off");
}

#[test]
fn a_message_makes_new_contacted_as_it_goes_out_and_not_again_as_it_is_delivered_and_read() {
    let mut shop = Shop::open();
    let settings = SaleSettings { moves_on_with_an_answer: true, ..SaleSettings::default() };
    shop.settings(settings);
    shop.writes("maria", "hi");
    let message = shop.sends("maria", "hello");
    let provider_id = shop.goes(message);
    assert_eq!(shop.lead("maria").state.status_id, seeded::CONTACTED);
    let stage = Some(StageTo { stage_id: seeded::INTAKE, position: None });
    shop.change("maria", LeadPatch { stage, ..LeadPatch::default() });
    shop.change("maria", to_status(seeded::NEW));
    for status in [Delivery::Delivered, Delivery::Read] {
        shop.reports(Some(&provider_id), Some(message), status);
        let state = shop.lead("maria").state;
        assert_eq!((state.status_id, state.stage_id), (seeded::NEW, seeded::INTAKE), "{status:?}: as a person put it");
    }
    assert_eq!(shop.message(message).delivery, Delivery::Read, "the reports were heard");
    // Where the first word of it is that it arrived, it has gone out with that.
    let unsure = shop.sends("maria", "are you there?");
    shop.starts(unsure);
    shop.reports(None, Some(unsure), Delivery::Delivered);
    assert_eq!(shop.lead("maria").state.status_id, seeded::CONTACTED);
}

#[test]
fn an_answer_takes_a_lead_on_from_intake_where_that_is_switched_on() {
    let mut shop = Shop::open();
    shop.settings(SaleSettings { moves_on_with_an_answer: true, ..SaleSettings::default() });
    shop.writes("maria", "hi");
    assert_eq!(shop.lead("maria").state.stage_id, seeded::INTAKE, "nobody has answered yet");
    shop.pass(1_000);
    let message = shop.sends("maria", "hello");
    shop.goes(message);
    let stages = seeded::stages();
    let contacted = stages.iter().find(|stage| stage.bound_status_id == Some(seeded::CONTACTED)).unwrap();
    let lead = shop.lead("maria");
    assert_eq!((lead.state.status_id, lead.state.stage_id), (seeded::CONTACTED, contacted.id));
    assert_eq!(lead.state.funnel_id, Some(seeded::SALES));
    let last = shop.history("maria").last().map(|event| (event.by.clone(), event.kind)).unwrap();
    assert_eq!(last, (ChangedBy::Automation, HistoryKind::Changed), "R6: one step tells both");
    // Where somebody put it before, it stays.
    shop.writes("joao", "hi");
    let stage = Some(StageTo { stage_id: stages[3].id, position: None });
    shop.change("joao", LeadPatch { stage, ..LeadPatch::default() });
    let message = shop.sends("joao", "hello");
    shop.goes(message);
    assert_eq!(shop.lead("joao").state.stage_id, stages[3].id);
    // Its own status decides where it goes; a status that no stage says goes to the first stage, which says one.
    shop.settings(SaleSettings {
        moves_on_with_an_answer: true,
        contacted_by_itself: false,
        ..SaleSettings::default()
    });
    shop.writes("li", "hi");
    shop.change("li", to_status(seeded::QUALIFIED));
    let message = shop.sends("li", "hello");
    shop.goes(message);
    let li = shop.lead("li");
    let qualified = stages.iter().find(|stage| stage.bound_status_id == Some(seeded::QUALIFIED)).unwrap();
    assert_eq!((li.state.status_id, li.state.stage_id), (seeded::QUALIFIED, qualified.id));
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn a_word_from_the_phone_answers_too_and_a_failed_message_does_not() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let message = shop.sends("maria", "hello");
    shop.fails(message, "PROVIDER_1");
    assert_eq!(shop.lead("maria").state.status_id, seeded::NEW);
    let mut ours = from("maria", "hello from the phone", "o1", shop.now_s());
    ours.from_us = true;
    shop.arrives(ours);
    assert_eq!(shop.lead("maria").state.status_id, seeded::CONTACTED);
}

#[test]
fn done_ends_when_the_customer_writes() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.change("maria", LeadPatch { marker: Some(Marker::Done), ..LeadPatch::default() });
    shop.writes("maria", "one more thing");
    assert_eq!(shop.lead("maria").state.marker, Marker::None);
    shop.change("maria", LeadPatch { marker: Some(Marker::Urgent), ..LeadPatch::default() });
    shop.writes("maria", "and");
    assert_eq!(shop.lead("maria").state.marker, Marker::Urgent, "only Done ends");
}

#[test]
fn entering_a_stage_sets_its_status_and_a_status_moves_the_card_once() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.change("maria", to_stage(stage_of(seeded::QUALIFYING)));
    let lead = shop.lead("maria");
    assert_eq!((lead.state.status_id, lead.state.funnel_id), (seeded::QUALIFYING, Some(seeded::SALES)), "R2");
    let event = shop.history("maria").last().unwrap().after.clone();
    assert_eq!(event, lead.state, "one event tells both");
    shop.change("maria", to_status(seeded::QUALIFIED));
    assert_eq!(shop.lead("maria").state.stage_id, stage_of(seeded::QUALIFIED), "R3");
    shop.change("maria", to_stage(seeded::INTAKE));
    let lead = shop.lead("maria");
    assert_eq!((lead.state.status_id, lead.state.funnel_id), (seeded::QUALIFIED, None), "R4: Intake changes no status");
    shop.change("maria", to_status(seeded::NEW));
    assert_eq!(shop.lead("maria").state.stage_id, seeded::INTAKE, "R4: nor does a status move anything there");
}

#[test]
fn a_card_in_a_stage_of_no_status_stays_whatever_its_status_becomes() {
    let mut shop = Shop::open();
    let stage = Stage {
        id: StageId(shop.id()),
        funnel_id: None,
        code: None,
        name: "Visit".to_owned(),
        color: "#112233".to_owned(),
        position: String::new(),
        bound_status_id: None,
    };
    shop.act(Act::PutFunnel { funnel: seeded::funnel(), stages: vec![stage.clone()], gone: Vec::new() });
    shop.writes("maria", "hi");
    shop.change("maria", to_stage(stage.id));
    assert_eq!(shop.lead("maria").state.status_id, seeded::NEW, "no status is bound to it");
    shop.change("maria", to_status(seeded::QUALIFIED));
    assert_eq!(shop.lead("maria").state.stage_id, stage.id, "R3 speaks of stages that are bound to another status");
    // Both in one act: neither follows from the other (R6).
    let both = LeadPatch { stage: to_stage(stage_of(seeded::CONTACTED)).stage, ..to_status(seeded::FOLLOW_UP) };
    shop.change("maria", both);
    let lead = shop.lead("maria");
    assert_eq!((lead.state.stage_id, lead.state.status_id), (stage_of(seeded::CONTACTED), seeded::FOLLOW_UP));
}

#[test]
fn a_closed_lead_refuses_everything_but_the_same_once_more() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.change("maria", to_status(seeded::CONVERTED));
    let lead = shop.lead("maria");
    let closed = lead.state.closed.clone().unwrap();
    assert_eq!((closed.category, closed.from_status_id), (Category::Won, seeded::NEW));
    let refusal = Refusal::LeadFinal { lead_id: lead.id, status_id: seeded::CONVERTED };
    let me = Some(shop.ana.member_id);
    for patch in [
        to_status(seeded::NEW),
        to_lost(),
        to_stage(stage_of(seeded::QUALIFIED)),
        LeadPatch { marker: Some(Marker::Urgent), ..LeadPatch::default() },
        LeadPatch { score: Some(Some(10)), ..LeadPatch::default() },
        LeadPatch { responsible_id: Some(me), ..LeadPatch::default() },
        LeadPatch { marker: Some(Marker::Urgent), ..to_status(seeded::CONVERTED) },
    ] {
        assert_eq!(shop.change_refused("maria", patch.clone()), refusal, "{patch:?} (I13)");
    }
    let effects = shop.change("maria", to_status(seeded::CONVERTED));
    assert!(effects.changes.is_empty(), "a second device that says the same is right");
}

#[test]
fn a_lost_lead_says_why_unless_nobody_asks() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    assert_eq!(shop.change_refused("maria", to_status(seeded::LOST)), Refusal::ReasonNeeded);
    shop.settings(SaleSettings { lost_needs_reason: false, ..SaleSettings::default() });
    shop.change("maria", to_status(seeded::LOST));
    assert_eq!(shop.lead("maria").state.closed.unwrap().reason_id, None);
    shop.writes("joao", "oi");
    let mut won = to_lost();
    won.status.as_mut().unwrap().status_id = seeded::CONVERTED;
    shop.change("joao", won);
    assert_eq!(shop.lead("joao").state.closed.unwrap().reason_id, None, "only what is lost has a reason (I14)");
}

/// On every machine: what it looks up for this act is enough, whatever else it happens to have at hand.
#[test]
fn the_undo_of_a_lost_lead_tells_why_it_was_lost_under_the_name_it_had() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let reason = LostReason { name: "Too dear".to_owned(), ..seeded::lost_reasons()[0].clone() };
    shop.act(Act::PutLostReason { reason: reason.clone() });
    shop.change("maria", to_lost());
    shop.act(Act::UndoLeads { event_ids: vec![shop.lead("maria").last_event_id] });
    let undone = shop.lead("maria").last_event_id;
    let Some(Row::History(event)) = shop.world.rows.get(&RowKey { entity: Entity::History, id: undone.0 }) else {
        panic!("it has a history");
    };
    let told = event.names.iter().find(|named| named.id == reason.id.0);
    assert_eq!(told.map(|named| &*named.name), Some("Too dear"), "{:?}", event.names);
}

#[test]
fn of_many_the_closed_ones_are_left_out() {
    let mut shop = Shop::open();
    for customer in ["maria", "joao", "li"] {
        shop.writes(customer, "hi");
    }
    shop.change("joao", to_lost());
    let lead_ids: Vec<LeadId> = ["maria", "joao", "li"].iter().map(|customer| shop.lead(customer).id).collect();
    let patch = LeadPatch { marker: Some(Marker::Important), ..LeadPatch::default() };
    let effects = shop.act(Act::ChangeLeads { lead_ids: lead_ids.clone(), patch: patch.clone(), bulk_id: None });
    let markers: Vec<Marker> =
        ["maria", "joao", "li"].iter().map(|customer| shop.lead(customer).state.marker).collect();
    assert_eq!(markers, [Marker::Important, Marker::None, Marker::Important]);
    shop.act(effects.inverse.unwrap());
    assert!(["maria", "joao", "li"].iter().all(|customer| shop.lead(customer).state.marker == Marker::None));
    let too_many = vec![lead_ids[0]; MAX_LEADS_OF_ACT + 1];
    let refusal = shop.refused(Act::ChangeLeads { lead_ids: too_many, patch, bulk_id: None });
    assert_eq!(refusal, Refusal::TooMany { limit: MAX_LEADS_OF_ACT as u32 });
}

#[test]
fn golden_16_undo_of_a_close_restores_status_stage_and_position_exactly() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.change(
        "maria",
        LeadPatch {
            stage: Some(StageTo { stage_id: stage_of(seeded::QUALIFIED), position: Some("Vq".to_owned()) }),
            ..LeadPatch::default()
        },
    );
    let before = shop.lead("maria").state;
    shop.pass(7_000);
    let undo = shop.change("maria", to_lost()).inverse.unwrap();
    assert!(shop.lead("maria").state.closed.is_some());
    shop.pass(3_000);
    shop.act(undo);
    assert_eq!(shop.lead("maria").state, before);
    assert_eq!(shop.history("maria").len(), 4, "history says that it happened and that it was taken back");
}

#[test]
fn an_undo_is_refused_once_something_else_happened_and_walks_back_step_by_step() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let states: Vec<(LeadState, Act)> = [seeded::CONTACTED, seeded::QUALIFYING, seeded::CONTACTED]
        .into_iter()
        .map(|status_id| {
            let before = shop.lead("maria").state;
            (before, shop.change("maria", to_status(status_id)).inverse.unwrap())
        })
        .collect();
    // It stands at Contacted again, and still it was somebody's later act that brought it there.
    assert_eq!(shop.refused(states[0].1.clone()), Refusal::ChangedMeanwhile);
    let mut redo = Vec::new();
    for (before, undo) in states.iter().rev() {
        redo.push(shop.act(undo.clone()).inverse.unwrap());
        assert_eq!(shop.lead("maria").state, *before);
    }
    for redo in redo.into_iter().rev() {
        shop.act(redo);
    }
    assert_eq!(shop.lead("maria").state.status_id, seeded::CONTACTED, "and all the way forth again");
}

#[test]
fn a_close_is_not_taken_back_over_the_next_cycle() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let undo = shop.change("maria", to_lost()).inverse.unwrap();
    shop.writes("maria", "I changed my mind");
    let next = shop.lead("maria").id;
    assert_eq!(shop.refused(undo), Refusal::LeadActive { lead_id: next }, "I11");
}

#[test]
fn golden_15_of_two_outcomes_the_first_to_arrive_stays() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.change("maria", to_lost());
    let lead = shop.lead("maria");
    let refusal = Refusal::LeadFinal { lead_id: lead.id, status_id: seeded::LOST };
    assert_eq!(shop.change_refused("maria", to_status(seeded::CONVERTED)), refusal);
}

#[test]
fn golden_17_unarchive_brings_five_back_where_they_stood_and_leaves_three_out() {
    let mut shop = Shop::open();
    let customers = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let stage_id = stage_of(seeded::QUALIFIED);
    for customer in customers {
        shop.writes(customer, "hi");
        shop.change(customer, to_stage(stage_id));
    }
    for customer in &customers[..5] {
        shop.change(customer, to_status(seeded::ARCHIVED));
    }
    let act = shop.open_again(&customers, true);
    let undo = shop.act(act).inverse.unwrap();
    for (n, customer) in customers.iter().enumerate() {
        let lead = shop.lead(customer);
        assert_eq!(lead.cycle, if n < 5 { 2 } else { 1 }, "{customer}");
        assert_eq!((lead.state.stage_id, lead.state.status_id), (stage_id, seeded::QUALIFIED), "{customer}");
    }
    let numbers: Vec<Option<i64>> = customers[..5].iter().map(|customer| shop.lead(customer).number).collect();
    assert_eq!(numbers, [Some(9), Some(10), Some(11), Some(12), Some(13)], "each has a number of its own");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
    shop.act(undo);
    assert!(customers.iter().all(|customer| shop.lead(customer).cycle == 1), "as if it had not been done");
}

#[test]
fn a_lead_by_hand_is_refused_where_one_is_active_or_nobody_is_to_be_sold_to() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let lead_id = shop.lead("maria").id;
    let act = shop.open_again(&["maria"], false);
    assert_eq!(shop.refused(act), Refusal::LeadActive { lead_id });
    shop.change("maria", to_status(seeded::CONVERTED));
    let contact_id = shop.contact("maria").id;
    shop.act(Act::SetBlocked { contact_id, blocked: true });
    let act = shop.open_again(&["maria"], false);
    assert_eq!(shop.refused(act), Refusal::Blocked);
}

#[test]
fn history_keeps_what_things_were_called() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.change("maria", to_status(seeded::QUALIFIED));
    let named = LeadStatus { name: "Hot".to_owned(), ..seeded::statuses()[3].clone() };
    shop.act(Act::PutLeadStatus { status: named.clone() });
    shop.change("maria", to_status(seeded::CONTACTED));
    shop.act(Act::PutLeadStatus { status: LeadStatus { name: "Warm".to_owned(), ..named } });
    let history = shop.history("maria");
    let name =
        |event: &HistoryEvent| event.names.iter().find(|row| row.id == seeded::QUALIFIED.0).unwrap().name.clone();
    assert_eq!([name(history[1]), name(history[2])], ["", "Hot"], "ADM-04");
}

#[test]
fn a_lead_that_was_opened_without_knowing_of_the_first_becomes_it() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let first = shop.lead("maria");
    let opens = |lead_id: LeadId, joins: bool| Act::OpenLeads {
        leads: vec![NewLead { lead_id, contact_id: first.contact_id, joins }],
        status_id: Some(seeded::QUALIFIED),
        stage: None,
        source_id: None,
        again: false,
        note: "asked in the shop".to_owned(),
    };
    let second = LeadId(shop.id());
    assert_eq!(shop.refused(opens(second, false)), Refusal::LeadActive { lead_id: first.id }, "who knew of it");
    let effects = shop.act(opens(second, true));
    assert_eq!(effects.inverse, None, "what is one now stays one");
    assert_eq!(shop.lead("maria"), first, "the first stays as it is");
    let joined = shop.history("maria")[1].clone();
    assert_eq!(
        (joined.kind, joined.lead_id, joined.note.as_str()),
        (HistoryKind::Joined, first.id, "asked in the shop")
    );
    assert_eq!(shop.refused(Act::UndoLeads { event_ids: vec![joined.id] }), Refusal::ChangedMeanwhile);
    assert!(shop.act(opens(second, true)).changes.is_empty(), "the same act once more");
    let patch = LeadPatch { marker: Some(Marker::Urgent), ..LeadPatch::default() };
    shop.act(Act::ChangeLeads { lead_ids: vec![second], patch, bulk_id: None });
    assert_eq!(shop.lead("maria").state.marker, Marker::Urgent, "what is done to the second is done to it");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn what_a_colleague_has_joined_is_not_taken_back_as_if_it_were_ones_own() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let archives =
        LeadPatch { status: Some(StatusTo { status_id: seeded::ARCHIVED, reason_id: None }), ..LeadPatch::default() };
    let lead_ids = vec![shop.lead("maria").id];
    shop.act(Act::ChangeLeads { lead_ids, patch: archives, bulk_id: None });
    let contact_id = shop.contact("maria").id;
    let opens = |lead_id: LeadId| Act::OpenLeads {
        leads: vec![NewLead { lead_id, contact_id, joins: true }],
        status_id: None,
        stage: None,
        source_id: None,
        again: false,
        note: String::new(),
    };
    let (mine, theirs) = (LeadId(shop.id()), LeadId(shop.id()));
    let undo = shop.act(opens(mine)).inverse.unwrap();
    shop.act(opens(theirs));
    assert_eq!(shop.refused(undo), Refusal::ChangedMeanwhile, "it is theirs as well by now");
    assert!(shop.world.leads().any(|lead| lead.id == mine && lead.is_active()));
}

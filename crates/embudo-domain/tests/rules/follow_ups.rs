//! Follow-ups: what people plan, what time does, and what a lead's end takes along (3.10, 4.8).

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::rules::Effects;
use embudo_domain::*;

const MINUTE_MS: i64 = 60_000;

impl Shop {
    fn lead_id(&self, customer: &str) -> LeadId {
        let contact_id = self.contact(customer).id;
        let mut leads: Vec<&Lead> = self.world.leads().filter(|lead| lead.contact_id == contact_id).collect();
        leads.sort_by_key(|lead| lead.cycle);
        leads.last().unwrap_or_else(|| panic!("{customer} has no lead")).id
    }

    fn joins(&mut self, name: &str) -> MemberId {
        let id = MemberId(self.id());
        let row = Row::Member(Member { id, name: name.to_owned(), role: Role::Seller, active: true });
        self.world.rows.insert(row.key(), row);
        id
    }

    pub fn planned(&mut self, customer: &str, in_ms: i64) -> FollowUp {
        FollowUp {
            id: FollowUpId(self.id()),
            lead_id: self.lead_id(customer),
            contact_id: self.contact(customer).id,
            kind: FollowUpKind::Task,
            state: FollowUpState::Scheduled,
            due_at_ms: self.now_ms + in_ms,
            note: "call".to_owned(),
            message: None,
            cancel_if_reply: false,
            nudge_of: None,
            responsible_id: None,
            created_by: self.ana.member_id,
            created_at_ms: self.now_ms,
            ended_at_ms: None,
        }
    }

    fn task(&mut self, customer: &str, in_ms: i64) -> FollowUpId {
        let row = self.planned(customer, in_ms);
        self.save(row)
    }

    fn planned_message(&mut self, customer: &str, in_ms: i64, words: &str) -> FollowUp {
        let conversation_id = self.conversation_id(customer);
        let message_id = MessageId(self.id());
        let message = PlannedMessage { conversation_id, message_id, body: text(words) };
        FollowUp { kind: FollowUpKind::Message, message: Some(message), ..self.planned(customer, in_ms) }
    }

    fn plans(&mut self, customer: &str, in_ms: i64, words: &str) -> FollowUpId {
        let row = self.planned_message(customer, in_ms, words);
        self.save(row)
    }

    fn save(&mut self, row: FollowUp) -> FollowUpId {
        let id = row.id;
        self.act(Act::SaveFollowUp { follow_up: Box::new(row) });
        id
    }

    fn follow_up(&self, id: FollowUpId) -> FollowUp {
        self.world.follow_ups().find(|row| row.id == id).unwrap_or_else(|| panic!("no follow-up {id}")).clone()
    }

    fn state(&self, id: FollowUpId) -> FollowUpState {
        self.follow_up(id).state
    }

    fn due(&mut self, id: FollowUpId) -> Effects {
        let due_at_ms = self.follow_up(id).due_at_ms;
        self.hub(HubAct::FollowUpDue { id, due_at_ms })
    }

    pub fn closes(&mut self, customer: &str) -> Effects {
        let lead_ids = vec![self.lead_id(customer)];
        let status = Some(StatusTo { status_id: seeded::CONVERTED, reason_id: None });
        self.act(Act::ChangeLeads { lead_ids, patch: LeadPatch { status, ..LeadPatch::default() }, bulk_id: None })
    }

    fn kinds_of_history(&self, customer: &str) -> Vec<HistoryKind> {
        self.kinds_of(self.contact(customer).id)
    }

    fn kinds_of(&self, contact_id: ContactId) -> Vec<HistoryKind> {
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
        events.into_iter().map(|event| event.kind).collect()
    }
}

fn canceled(why: CancelWhy) -> FollowUpState {
    FollowUpState::Canceled { why }
}

#[test]
fn a_follow_up_is_of_an_active_lead_and_says_who_does_it() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.task("maria", HOUR_MS);
    assert_eq!(
        shop.follow_up(id).responsible_id,
        Some(shop.ana.member_id),
        "nobody looks after the lead: who plans it"
    );
    let late = shop.planned("maria", 2 * HOUR_MS);
    shop.closes("maria");
    let (lead_id, status_id) = (late.lead_id, seeded::CONVERTED);
    let refusal = shop.refused(Act::SaveFollowUp { follow_up: Box::new(late) });
    assert_eq!(refusal, Refusal::FollowupInactive { lead_id, status_id }, "I13");
}

#[test]
fn history_tells_of_each_with_the_beginning_of_its_note() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.pass(1_000);
    let row = FollowUp { note: "é".repeat(100), ..shop.planned("maria", HOUR_MS) };
    let id = shop.save(row);
    shop.pass(1_000);
    let due_at_ms = shop.now_ms + 2 * HOUR_MS;
    shop.act(Act::MoveFollowUps { ids: vec![id], due_at_ms });
    shop.pass(1_000);
    shop.act(Act::EndFollowUps { ids: vec![id], done: true });
    let kinds = shop.kinds_of_history("maria");
    use HistoryKind::{FollowUpDone, FollowUpMade, FollowUpMoved, Opened};
    assert_eq!(kinds, [Opened, FollowUpMade, FollowUpMoved, FollowUpDone]);
    let mark = shop.world.rows.values().find_map(|row| match row {
        Row::History(event) if event.kind == FollowUpMoved => event.follow_up.clone(),
        _ => None,
    });
    let mark = mark.unwrap();
    assert_eq!(mark.note.chars().count(), 80);
    assert_eq!(mark.was_due_at_ms, Some(shop.now_ms - 2_000 + HOUR_MS), "where it stood before");
}

#[test]
fn the_undo_of_each_gives_back_exactly_what_was() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let row = shop.planned_message("maria", HOUR_MS, "Still interested?");
    let id = row.id;
    let made = shop.act(Act::SaveFollowUp { follow_up: Box::new(row) });
    let first = shop.follow_up(id);
    let due_at_ms = shop.now_ms + DAY_MS;
    let moved = shop.act(Act::MoveFollowUps { ids: vec![id], due_at_ms });
    let second = shop.follow_up(id);
    let ended = shop.act(Act::EndFollowUps { ids: vec![id], done: false });
    assert_eq!(shop.state(id), canceled(CancelWhy::Person));
    shop.pass(MINUTE_MS);
    shop.act(ended.inverse.unwrap());
    assert_eq!(shop.follow_up(id), second);
    shop.act(moved.inverse.unwrap());
    assert_eq!(shop.follow_up(id), first);
    shop.act(made.inverse.unwrap());
    assert_eq!(shop.world.follow_ups().count(), 0, "as if it had not been planned");
}

#[test]
fn an_undo_names_the_step_that_it_takes_back() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let told = |effects: &Effects| {
        let mut events = effects.changes.iter().filter_map(|change| match change {
            Change::Put(Row::History(event)) => Some((event.id, event.undoes)),
            _ => None,
        });
        events.next().unwrap()
    };
    let row = shop.planned_message("maria", HOUR_MS, "Still interested?");
    let id = row.id;
    let due_at_ms = shop.now_ms + DAY_MS;
    for act in [
        Act::SaveFollowUp { follow_up: Box::new(row) },
        Act::MoveFollowUps { ids: vec![id], due_at_ms },
        Act::EndFollowUps { ids: vec![id], done: false },
    ] {
        let done = shop.act(act);
        let (step, undoes) = told(&done);
        assert_eq!(undoes, None);
        let back = shop.act(done.inverse.unwrap());
        let (taken_back, undoes) = told(&back);
        assert_eq!(undoes, Some(step), "so that it is struck through");
        let again = shop.act(back.inverse.unwrap());
        assert_eq!(told(&again).1, Some(taken_back), "and is not, where that was taken back");
    }
}

#[test]
fn an_undo_does_not_touch_what_another_person_changed_since() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.task("maria", HOUR_MS);
    let due_at_ms = shop.now_ms + DAY_MS;
    let moved = shop.act(Act::MoveFollowUps { ids: vec![id], due_at_ms });
    shop.act(Act::EndFollowUps { ids: vec![id], done: true });
    assert_eq!(shop.refused(moved.inverse.unwrap()), Refusal::ChangedMeanwhile);
    let forged = FollowUp { state: FollowUpState::Sent { message_id: MessageId(shop.id()) }, ..shop.follow_up(id) };
    let step = FollowUpStep { from: Some(Box::new(shop.follow_up(id))), to: Some(Box::new(forged)), event: None };
    let refusal = shop.refused(Act::RestoreFollowUps { steps: vec![step] });
    assert_eq!(refusal, Refusal::ChangedMeanwhile, "nothing is sent by an undo");
}

#[test]
fn of_many_those_that_are_over_are_left_out_and_one_alone_is_refused() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let (over, open) = (shop.task("maria", HOUR_MS), shop.task("maria", HOUR_MS));
    shop.act(Act::EndFollowUps { ids: vec![over], done: true });
    let due_at_ms = shop.now_ms + DAY_MS;
    shop.act(Act::MoveFollowUps { ids: vec![over, open], due_at_ms });
    assert_eq!(shop.follow_up(open).due_at_ms, due_at_ms);
    assert_eq!(shop.state(over), FollowUpState::Done);
    assert_eq!(shop.refused(Act::MoveFollowUps { ids: vec![over], due_at_ms }), Refusal::FollowupEnded);
}

#[test]
fn many_leads_get_one_each_in_one_act_and_lose_them_with_its_undo() {
    let mut shop = Shop::open();
    for customer in ["maria", "joao", "rosa"] {
        shop.writes(customer, "hi");
    }
    shop.closes("rosa");
    let rows: Vec<FollowUp> =
        ["maria", "joao", "rosa", "maria"].map(|customer| shop.planned(customer, HOUR_MS)).to_vec();
    let before = shop.world.follow_ups().count();
    let made = shop.act(Act::PlanFollowUps { follow_ups: rows.clone() });
    let whose: Vec<ContactId> = shop.world.follow_ups().map(|row| row.contact_id).collect();
    let (maria, joao) = (shop.contact("maria").id, shop.contact("joao").id);
    assert_eq!(whose.len(), 2, "a closed lead is left out, and nobody gets two: {whose:?}");
    assert!(whose.contains(&maria) && whose.contains(&joao));
    assert!(shop.kinds_of_history("maria").contains(&HistoryKind::FollowUpMade), "history tells of each");
    shop.act(made.inverse.unwrap());
    assert_eq!(shop.world.follow_ups().count(), before, "all of it is taken back at once");
    let (lead_id, status_id) = (shop.lead_id("rosa"), seeded::CONVERTED);
    let refusal = shop.refused(Act::PlanFollowUps { follow_ups: vec![rows[2].clone()] });
    assert_eq!(refusal, Refusal::FollowupInactive { lead_id, status_id }, "one alone says why");
    let many = (0..201).map(|_| rows[0].clone()).collect();
    assert_eq!(shop.refused(Act::PlanFollowUps { follow_ups: many }), Refusal::TooMany { limit: 200 });
}

#[test]
fn a_lead_has_at_most_fifty_open_ones() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let first = shop.task("maria", HOUR_MS);
    for n in 1..50 {
        shop.task("maria", HOUR_MS + n);
    }
    let more = shop.planned("maria", HOUR_MS);
    let refusal = shop.refused(Act::SaveFollowUp { follow_up: Box::new(more.clone()) });
    assert_eq!(refusal, Refusal::TooManyFollowups { limit: 50 });
    shop.act(Act::EndFollowUps { ids: vec![first], done: true });
    shop.save(more);
}

#[test]
fn a_message_needs_words_and_a_conversation_of_the_same_person() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.writes("joao", "oi");
    let empty = shop.planned_message("maria", HOUR_MS, " ");
    assert_eq!(shop.refused(Act::SaveFollowUp { follow_up: Box::new(empty) }), Refusal::FollowupEmpty);
    let mut wrong = shop.planned_message("joao", HOUR_MS, "hello");
    wrong.lead_id = shop.lead_id("maria");
    assert_eq!(shop.refused(Act::SaveFollowUp { follow_up: Box::new(wrong) }), Refusal::NotFound);
}

#[test]
fn a_message_goes_at_its_time_once_under_its_own_id() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.plans("maria", HOUR_MS, "Still interested?");
    let message_id = shop.follow_up(id).message.unwrap().message_id;
    shop.pass(HOUR_MS - 1);
    assert!(shop.due(id).changes.is_empty(), "not before");
    shop.pass(1);
    shop.due(id);
    assert_eq!(shop.state(id), FollowUpState::Sent { message_id });
    assert_eq!(shop.to_send(), [message_id]);
    assert_eq!(shop.message(message_id).author, Author::Member { id: shop.ana.member_id }, "who planned it wrote it");
    shop.goes(message_id);
    assert!(shop.due(id).changes.is_empty(), "not a second time");
    let again = shop.act(Act::SendFollowUp { id, clicked_at_ms: shop.now_ms });
    assert!(again.changes.is_empty() && again.jobs.is_empty(), "nor by hand");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn what_is_sent_by_itself_reads_nothing_and_answers() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.plans("maria", HOUR_MS, "Good morning");
    shop.writes("maria", "and the price?");
    let unread = shop.chat("maria").unread();
    shop.pass(HOUR_MS);
    shop.due(id);
    assert_eq!(shop.chat("maria").unread(), unread, "nobody has looked at it (I9)");
    let by_hand = shop.plans("maria", HOUR_MS, "R$ 100");
    shop.act(Act::SendFollowUp { id: by_hand, clicked_at_ms: shop.now_ms });
    assert_eq!(shop.chat("maria").unread(), 0, "a person is at the screen");
}

#[test]
fn a_quarter_of_an_hour_late_goes_and_later_asks() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let (soon, late) = (shop.plans("maria", HOUR_MS, "one"), shop.plans("maria", HOUR_MS, "two"));
    shop.pass(HOUR_MS + 15 * MINUTE_MS);
    shop.due(soon);
    assert!(matches!(shop.state(soon), FollowUpState::Sent { .. }));
    shop.pass(1);
    shop.due(late);
    assert_eq!(shop.state(late), FollowUpState::Asking, "nothing goes silently at 3 a.m. (FUP-03)");
    let message_id = shop.follow_up(late).message.unwrap().message_id;
    assert!(shop.world.message(message_id).is_none());
    shop.act(Act::SendFollowUp { id: late, clicked_at_ms: shop.now_ms });
    assert_eq!(shop.state(late), FollowUpState::Sent { message_id }, "Send now");
}

#[test]
fn one_that_asks_can_be_moved_and_is_scheduled_again() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.plans("maria", HOUR_MS, "one");
    shop.pass(DAY_MS);
    shop.due(id);
    assert_eq!(shop.state(id), FollowUpState::Asking);
    let due_at_ms = shop.now_ms + HOUR_MS;
    let moved = shop.act(Act::MoveFollowUps { ids: vec![id], due_at_ms });
    assert_eq!(shop.state(id), FollowUpState::Scheduled);
    shop.act(moved.inverse.unwrap());
    assert_eq!(shop.state(id), FollowUpState::Asking, "and the undo asks again");
}

#[test]
fn a_closed_window_blocks_it_and_says_so() {
    let mut shop = Shop::with_window(Some(DAY_MS));
    shop.writes("maria", "hi");
    let id = shop.plans("maria", DAY_MS + HOUR_MS, "Still there?");
    shop.pass(DAY_MS + HOUR_MS);
    shop.due(id);
    assert_eq!(shop.state(id), FollowUpState::Blocked { code: "WINDOW_CLOSED".to_owned() });
    assert!(shop.to_send().is_empty());
    let refusal = shop.refused(Act::SendFollowUp { id, clicked_at_ms: shop.now_ms });
    assert!(matches!(refusal, Refusal::WindowClosed { .. }), "Send now says the same: {refusal:?}");
    shop.writes("maria", "back again");
    shop.act(Act::SendFollowUp { id, clicked_at_ms: shop.now_ms });
    assert!(matches!(shop.state(id), FollowUpState::Sent { .. }), "they wrote, and it may go");
}

#[test]
fn a_line_that_went_and_a_blocked_person_block_it() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.writes("joao", "oi");
    let (gone, blocked) = (shop.plans("maria", HOUR_MS, "one"), shop.plans("joao", HOUR_MS, "two"));
    let contact_id = shop.contact("joao").id;
    shop.act(Act::SetBlocked { contact_id, blocked: true });
    shop.pass(HOUR_MS);
    shop.due(blocked);
    assert_eq!(shop.state(blocked), FollowUpState::Blocked { code: "BLOCKED".to_owned() });
    shop.act(Act::RemoveLine { line_id: shop.line, erase: false });
    shop.due(gone);
    assert_eq!(shop.state(gone), FollowUpState::Blocked { code: "LINE_REMOVED".to_owned() });
}

#[test]
fn nothing_is_sent_while_nobody_knows_what_time_it_is() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.plans("maria", DAY_MS, "one");
    // A computer whose clock is a day ahead.
    shop.time_is_sure = false;
    shop.pass(DAY_MS);
    assert!(shop.due(id).changes.is_empty());
    shop.time_is_sure = true;
    shop.pass(-DAY_MS);
    assert!(shop.due(id).changes.is_empty(), "and it was not due (OFF-14)");
    assert_eq!(shop.state(id), FollowUpState::Scheduled);
}

#[test]
fn a_clock_that_changes_by_a_day_changes_nothing_that_was_sent() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.plans("maria", HOUR_MS, "one");
    shop.pass(HOUR_MS);
    shop.due(id);
    let sent = shop.world.clone();
    for ms in [-DAY_MS, 2 * DAY_MS] {
        shop.pass(ms);
        shop.due(id);
        assert!(shop.world == sent, "after {ms} ms");
    }
}

#[test]
fn their_word_cancels_what_is_not_to_outlive_it_with_an_event_line() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let nudge = FollowUp { cancel_if_reply: true, ..shop.planned("maria", 2 * DAY_MS) };
    let nudge = shop.save(nudge);
    let planned = FollowUp { cancel_if_reply: true, ..shop.planned_message("maria", DAY_MS, "Still there?") };
    let planned = shop.save(planned);
    let stays = shop.task("maria", DAY_MS);
    let mut ours = from("maria", "from the phone", "o1", shop.now_s());
    ours.from_us = true;
    shop.arrives(ours);
    assert_eq!(shop.state(planned), FollowUpState::Scheduled, "our own word is no reply");
    shop.pass(HOUR_MS);
    shop.writes("maria", "yes!");
    for id in [nudge, planned] {
        assert_eq!(shop.state(id), canceled(CancelWhy::Reply), "FUP-04");
    }
    assert_eq!(shop.state(stays), FollowUpState::Scheduled);
    assert_eq!(shop.thread("maria").last().unwrap(), "[FollowUpsCanceled { count: 2 }]");
    let lines = shop.events("maria").len();
    shop.writes("maria", "hello?");
    assert_eq!(shop.events("maria").len(), lines, "told once");
    shop.pass(DAY_MS);
    assert!(shop.due(planned).changes.is_empty(), "and it does not go");
}

#[test]
fn a_lead_that_closes_cancels_its_open_ones_and_its_undo_gives_them_back_exactly() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let ids = [shop.task("maria", HOUR_MS), shop.plans("maria", DAY_MS, "Still there?")];
    let done = shop.task("maria", HOUR_MS);
    shop.act(Act::EndFollowUps { ids: vec![done], done: true });
    let before: Vec<FollowUp> = shop.world.follow_ups().cloned().collect();
    let closed = shop.closes("maria");
    for id in ids {
        assert_eq!(shop.state(id), canceled(CancelWhy::LeadClosed), "I15");
    }
    assert_eq!(shop.state(done), FollowUpState::Done, "what is over stays as it was");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
    shop.pass(5_000);
    let undone = shop.act(closed.inverse.unwrap());
    assert_eq!(shop.world.follow_ups().cloned().collect::<Vec<_>>(), before, "golden 16");
    shop.act(undone.inverse.unwrap());
    for id in ids {
        assert_eq!(shop.state(id), canceled(CancelWhy::LeadClosed), "closed once more");
    }
}

#[test]
fn what_is_planned_goes_with_its_lead_to_somebody_else_and_comes_back_with_the_undo() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let (ana, bia, caio) = (shop.ana.member_id, shop.joins("Bia"), shop.joins("Caio"));
    let give = |shop: &Shop, to: Option<MemberId>| Act::ChangeLeads {
        lead_ids: vec![shop.lead_id("maria")],
        patch: LeadPatch { responsible_id: Some(to), ..LeadPatch::default() },
        bulk_id: None,
    };
    let own = shop.task("maria", HOUR_MS);
    let row = FollowUp { responsible_id: Some(caio), ..shop.planned("maria", 2 * HOUR_MS) };
    let others = shop.save(row);
    let done = shop.task("maria", 3 * HOUR_MS);
    shop.act(Act::EndFollowUps { ids: vec![done], done: true });
    let whose = |shop: &Shop| [own, others, done].map(|id| shop.follow_up(id).responsible_id.unwrap());
    assert_eq!(whose(&shop), [ana, caio, ana], "nobody looks after the lead: who plans it, unless somebody is named");

    let act = give(&shop, Some(bia));
    let to_bia = shop.act(act);
    assert_eq!(whose(&shop), [bia, caio, ana], "it goes along; what is Caio's or done stays");
    let row = FollowUp { responsible_id: Some(caio), ..shop.follow_up(own) };
    shop.save(row);
    let act = give(&shop, Some(ana));
    let to_ana = shop.act(act);
    assert_eq!(whose(&shop), [caio, caio, ana], "now it is Caio's on purpose, too");
    shop.act(to_ana.inverse.unwrap());
    let row = FollowUp { responsible_id: Some(bia), ..shop.follow_up(own) };
    shop.save(row);
    let row = FollowUp { responsible_id: Some(ana), ..shop.follow_up(others) };
    shop.save(row);

    let again = shop.act(to_bia.inverse.unwrap());
    assert_eq!(whose(&shop), [ana, ana, ana], "each goes back to whose it was");
    shop.act(again.inverse.unwrap());
    assert_eq!(whose(&shop), [bia, ana, ana], "and the same ones go again: the other one was given to Ana");

    let act = give(&shop, None);
    shop.act(act);
    assert_eq!(whose(&shop), [bia, ana, ana], "a follow-up without anybody would be nobody's work");
}

#[test]
fn a_lead_that_was_opened_by_mistake_and_has_one_does_not_go() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.closes("maria");
    let new = NewLead { lead_id: LeadId(shop.id()), contact_id: shop.contact("maria").id, joins: false };
    let opened = shop.act(Act::OpenLeads {
        leads: vec![new],
        status_id: None,
        stage: None,
        source_id: None,
        again: false,
        note: String::new(),
    });
    shop.task("maria", HOUR_MS);
    assert_eq!(shop.refused(opened.inverse.unwrap()), Refusal::ChangedMeanwhile, "something has happened to it");
}

#[test]
fn a_history_event_of_a_follow_up_is_no_handle_to_its_lead() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.task("maria", HOUR_MS);
    let made = shop.world.rows.values().find_map(|row| match row {
        Row::History(event) if event.kind == HistoryKind::FollowUpMade => Some(event.id),
        _ => None,
    });
    let refusal = shop.refused(Act::UndoLeads { event_ids: vec![made.unwrap()] });
    assert_eq!(refusal, Refusal::ChangedMeanwhile);
}

#[test]
fn an_erased_line_takes_planned_words_along_and_cancels_them() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let contact_id = shop.contact("maria").id;
    shop.act(Act::PatchContact {
        contact_id,
        patch: ContactPatch { saved: Some(true), ..ContactPatch::default() },
        expect: None,
    });
    let closed_with = shop.plans("maria", HOUR_MS, "a secret of theirs");
    let closing = shop.closes("maria");
    shop.act(closing.inverse.clone().unwrap());
    let task = shop.task("maria", HOUR_MS);
    let (line_id, conversation_id) = (shop.line, shop.conversation_id("maria"));
    shop.act(Act::RemoveLine { line_id, erase: true });
    let message_ids: Vec<MessageId> = shop.world.messages().map(|message| message.id).collect();
    shop.hub(HubAct::EraseMessages { line_id, conversation_id, message_ids });
    shop.hub(HubAct::EraseConversation { line_id, conversation_id });
    assert_eq!(shop.state(closed_with), canceled(CancelWhy::LineErased));
    assert_eq!(shop.state(task), FollowUpState::Scheduled, "what a person is to do has nothing to do with the line");
    let left = serde_json::to_string(&shop.world.rows.values().collect::<Vec<_>>()).unwrap();
    assert!(!left.contains("a secret of theirs"), "also not in what history keeps for an undo");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn what_was_due_in_a_lost_life_of_the_hub_asks_and_what_is_to_come_stays() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let (due, to_come) = (shop.plans("maria", HOUR_MS, "one"), shop.plans("maria", DAY_MS, "two"));
    shop.pass(HOUR_MS);
    for id in [due, to_come] {
        shop.hub(HubAct::FollowUpPerhapsSent { id });
    }
    assert_eq!(shop.state(due), FollowUpState::Asking, "it may have gone, and nobody guesses");
    assert_eq!(shop.state(to_come), FollowUpState::Scheduled);
}

#[test]
fn what_was_written_of_somebody_erased_does_not_stay_in_their_history() {
    for with_history in [false, true] {
        let mut shop = Shop::open();
        shop.writes("maria", "hi");
        shop.closes("maria");
        let contact_id = shop.contact("maria").id;
        let lead_id = LeadId(shop.id());
        shop.act(Act::OpenLeads {
            leads: vec![NewLead { lead_id, contact_id, joins: false }],
            status_id: None,
            stage: None,
            source_id: None,
            again: true,
            note: "secret: her husband called".to_owned(),
        });
        let task = FollowUp { note: "secret: call her mother".to_owned(), ..shop.planned("maria", HOUR_MS) };
        shop.save(task);
        shop.plans("maria", HOUR_MS, "secret: happy birthday");
        // The archiving of the lead, which cancels both.
        shop.act(Act::DeleteContacts { contact_ids: vec![contact_id], with_history });
        let written = |shop: &Shop| {
            let rows = shop.world.rows.values().filter(|row| matches!(row, Row::History(_) | Row::FollowUp(_)));
            rows.filter(|row| format!("{row:?}").contains("secret")).count()
        };
        assert!(written(&shop) > 3, "until then they can be restored");
        let kinds = shop.kinds_of(contact_id);
        shop.pass(KEPT_FOR_MS);
        shop.hub(HubAct::EraseContact { contact_id, message_ids: Vec::new() });
        assert!(shop.world.contact(contact_id).unwrap().erased);
        assert_eq!(written(&shop), 0);
        assert_eq!(shop.kinds_of(contact_id), kinds, "what happened stays told: its numbers count");
        assert_eq!(shop.world.faults(), Vec::<String>::new());
    }
}

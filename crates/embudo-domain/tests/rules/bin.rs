//! The bin: who is in it, what goes with them, and what comes back (DIR-03).

#![allow(clippy::unwrap_used)]

use crate::people::*;
use crate::shop::*;
use embudo_domain::rules::Actor;
use embudo_domain::*;

#[test]
fn only_owners_and_admins_delete_and_never_who_has_messages_waiting() {
    let mut shop = Shop::open();
    shop.writes("maria", "hello");
    let maria = shop.contact("maria").id;
    let delete = Act::DeleteContacts { contact_ids: vec![maria], with_history: false };
    let seller = Actor { role: Role::Seller, ..shop.ana };
    let stamp = shop.stamp();
    assert_eq!(shop.world.apply(&delete, seller, stamp), Err(Refusal::NotAllowed));
    let message = shop.sends("maria", "one moment");
    let name = shop.contact("maria").display_name.clone();
    assert_eq!(shop.refused(delete.clone()), Refusal::HasQueued { contact_id: maria, name });
    shop.goes(message);
    shop.act(delete);
    assert!(shop.contact("maria").bin.is_some());
}

#[test]
fn the_bin_archives_and_closes_and_gives_back_what_was_there() {
    let mut shop = Shop::open();
    shop.writes("maria", "hello");
    let maria = shop.contact("maria").id;
    let lead = active(&shop, maria)[0].clone();
    let effects = shop.act(Act::DeleteContacts { contact_ids: vec![maria], with_history: true });
    assert!(active(&shop, maria).is_empty() && shop.chat("maria").state.is_closed());
    shop.act(effects.inverse.unwrap());
    assert_eq!(active(&shop, maria)[0].state, lead.state, "where it stood");
    assert_eq!(shop.chat("maria").state, ConversationState::Open);

    shop.act(Act::DeleteContacts { contact_ids: vec![maria], with_history: true });
    shop.writes("maria", "are you there?");
    assert!(shop.contact("maria").bin.is_none(), "who writes is out of the bin");
    shop.pass(KEPT_FOR_MS);
    shop.hub(HubAct::EraseContact { contact_id: maria, message_ids: Vec::new() });
    assert!(!shop.contact("maria").erased, "and is not erased");
}

#[test]
fn after_30_days_in_the_bin_nobody_is_left_and_messages_only_go_where_that_was_wanted() {
    for with_history in [false, true] {
        let mut shop = Shop::open();
        let mut message = from("maria", "my secret", "p1", shop.now_s());
        message.username = "maria_s".to_owned();
        shop.arrives(message);
        let maria = shop.contact("maria").id;
        let patch = ContactPatch { phone: Some("+5531988888888".to_owned()), ..ContactPatch::default() };
        shop.act(Act::PatchContact { contact_id: maria, patch, expect: None });
        shop.act(Act::DeleteContacts { contact_ids: vec![maria], with_history });
        let erase = |ids: Vec<MessageId>| HubAct::EraseContact { contact_id: maria, message_ids: ids };
        shop.hub(erase(Vec::new()));
        assert!(shop.contact("maria").bin.is_some(), "not before its time");
        shop.pass(KEPT_FOR_MS);
        let ids: Vec<MessageId> = shop.world.messages().map(|message| message.id).collect();
        let before = shop.world.clone();
        shop.time_is_sure = false;
        shop.hub(erase(ids.clone()));
        shop.hub(erase(Vec::new()));
        assert!(shop.world == before, "nor by a clock that may be wrong");
        shop.time_is_sure = true;
        shop.hub(erase(ids));
        shop.hub(erase(Vec::new()));
        let contact = shop.world.contact(maria).unwrap();
        assert!(contact.erased && contact.display_name.is_empty() && contact.channel_name.is_empty());
        assert!(shop.world.reach(maria).is_none(), "their number is gone");
        let kept = shop.world.messages().filter(|message| message.direction != Direction::Event).count();
        assert_eq!(kept, usize::from(!with_history), "messages go only with \"also delete history\"");
        assert_eq!(shop.world.conversations().count(), usize::from(!with_history));
        assert_eq!(shop.world.faults(), Vec::<String>::new());
    }
}

fn opening(shop: &mut Shop, contacts: &[ContactId]) -> Act {
    let leads =
        contacts.iter().map(|id| NewLead { lead_id: LeadId(shop.id()), contact_id: *id, joins: false }).collect();
    Act::OpenLeads { leads, status_id: None, stage: None, source_id: None, again: true, note: String::new() }
}

#[test]
fn nothing_is_begun_with_somebody_in_the_bin() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let failed = shop.sends("maria", "hello");
    shop.starts(failed);
    shop.ends(failed, SendOutcome::Failed { error: error("FILE_TOO_BIG") });
    let unsure = shop.sends("maria", "how are you?");
    shop.act(Act::CancelMessage { message_id: unsure });
    let (maria, identity) = (shop.contact("maria").id, shop.identity("maria").clone());
    let lead = active(&shop, maria)[0].clone();
    shop.act(Act::DeleteContacts { contact_ids: vec![maria], with_history: true });
    let archived = shop.world.leads().find(|row| row.id == lead.id).unwrap().last_event_id;
    let in_bin = Refusal::InBin { contact_id: maria };

    let send = shop.sending("maria", "an answer", SendWhen::Now);
    assert_eq!(shop.refused(send), in_bin, "it would go on day 30 with all the others");
    let send = shop.sending("maria", "an answer", SendWhen::TheyReply);
    assert_eq!(shop.refused(send), in_bin);
    assert_eq!(shop.refused(Act::RetryMessage { message_id: failed }), in_bin);
    assert_eq!(shop.refused(Act::RestoreMessage { message_id: unsure, to: Delivery::Queued }), in_bin);
    let other = LeadId(shop.id());
    let line_id = LineId(shop.id());
    let line = shop.line_row(line_id, "second", None);
    shop.act(Act::AddLine { line });
    let conversation_id = ConversationId(shop.id());
    let start = Act::StartConversation { conversation_id, identity_id: identity.id, contact_id: maria, line_id };
    assert_eq!(shop.refused(start), in_bin);
    let conversation_id = shop.conversation_id("maria");
    let snoozed = ConversationState::Snoozed { until_ms: None, until_reply: true, by: shop.ana.member_id };
    for to in [ConversationState::Open, snoozed] {
        let state = Act::SetConversationState { conversation_id, to, expect: None, undoes: None, seen: None };
        assert_eq!(shop.refused(state), in_bin, "a chat that would go on day 30 without a word");
    }
    let open = opening(&mut shop, &[maria]);
    assert_eq!(shop.refused(open), in_bin, "a sale with somebody who goes");
    assert_eq!(shop.refused(Act::UndoLeads { event_ids: vec![archived] }), in_bin, "the history offers it, too");
    let follow_up = FollowUp {
        id: FollowUpId(shop.id()),
        lead_id: lead.id,
        contact_id: maria,
        kind: FollowUpKind::Task,
        state: FollowUpState::Scheduled,
        due_at_ms: shop.now_ms + HOUR_MS,
        note: "call".to_owned(),
        message: None,
        cancel_if_reply: false,
        nudge_of: None,
        responsible_id: None,
        created_by: shop.ana.member_id,
        created_at_ms: shop.now_ms,
        ended_at_ms: None,
    };
    let plan = |lead_id: LeadId| Act::SaveFollowUp { follow_up: Box::new(FollowUp { lead_id, ..follow_up.clone() }) };
    assert_eq!(shop.refused(plan(lead.id)), in_bin);
    assert_eq!(shop.refused(plan(other)), Refusal::NotFound);

    shop.act(Act::RestoreContacts { contact_ids: vec![maria] });
    assert_eq!(active(&shop, maria)[0].id, lead.id, "restoring is the way out");
    shop.act(plan(lead.id));
    shop.sends("maria", "an answer");
}

#[test]
fn of_many_those_in_the_bin_get_no_lead() {
    let mut shop = Shop::open();
    let joao = created(&mut shop, "João", "");
    let ana = created(&mut shop, "Ana", "");
    shop.act(Act::DeleteContacts { contact_ids: vec![joao], with_history: false });
    let open = opening(&mut shop, &[joao, ana]);
    shop.act(open);
    assert_eq!((active(&shop, joao).len(), active(&shop, ana).len()), (0, 1));
}

#[test]
fn a_number_of_somebody_in_the_bin_is_refused_with_who_is_to_be_restored() {
    let mut shop = Shop::open();
    let joao = created(&mut shop, "João", "(31) 98888-8888");
    let ana = created(&mut shop, "Ana", "");
    shop.act(Act::DeleteContacts { contact_ids: vec![joao], with_history: false });
    let again = new_contact(&mut shop, "Joao", "+55 31 8888-8888");
    let in_bin = Refusal::InBin { contact_id: joao };
    assert_eq!(shop.refused(Act::CreateContact { contact: again.clone() }), in_bin, "no list shows them");
    let patch = ContactPatch { phone: Some("(31) 98888-8888".to_owned()), ..ContactPatch::default() };
    let patch = Act::PatchContact { contact_id: ana, patch, expect: None };
    assert_eq!(shop.refused(patch), in_bin);
    shop.act(Act::RestoreContacts { contact_ids: vec![joao] });
    let refusal = shop.refused(Act::CreateContact { contact: again });
    assert_eq!(refusal, Refusal::DuplicateNumber { contact_id: joao, name: "João".to_owned() }, "as for anybody");
}

#[test]
fn a_merge_is_not_taken_back_in_the_bin() {
    let mut shop = Shop::open();
    let (keep, gone) = (created(&mut shop, "Maria", ""), created(&mut shop, "Maria S.", ""));
    for id in [keep, gone] {
        let open = opening(&mut shop, &[id]);
        shop.act(open);
    }
    let record_id = merge(&mut shop, keep, gone);
    shop.act(Act::DeleteContacts { contact_ids: vec![keep], with_history: false });
    assert_eq!(shop.refused(Act::UndoMerge { record_id }), Refusal::InBin { contact_id: keep });
    shop.act(Act::RestoreContacts { contact_ids: vec![keep] });
    shop.act(Act::UndoMerge { record_id });
    assert_eq!((active(&shop, keep).len(), active(&shop, gone).len()), (1, 1), "each has their lead again");
}

#[test]
fn who_is_blocked_does_not_write_themselves_out_of_the_bin() {
    let mut shop = Shop::open();
    shop.writes("spam", "buy this");
    let contact_id = shop.contact("spam").id;
    shop.act(Act::SetBlocked { contact_id, blocked: true });
    shop.act(Act::DeleteContacts { contact_ids: vec![contact_id], with_history: true });
    shop.writes("spam", "buy that");
    assert!(shop.contact("spam").bin.is_some(), "nobody hears them");
    shop.act(Act::SetBlocked { contact_id, blocked: false });
    shop.writes("spam", "sorry");
    assert!(shop.contact("spam").bin.is_none(), "whoever else writes is out of it");
}

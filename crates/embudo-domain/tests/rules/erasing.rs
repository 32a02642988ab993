//! Erasing the history of a removed line (LIN-11): what goes, what stays, and what may not touch it.

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::rules::{self, Unreadable};
use embudo_domain::*;

fn remove(shop: &mut Shop, erase: bool) {
    let line_id = shop.line;
    shop.act(Act::RemoveLine { line_id, erase });
}

fn messages_of(shop: &Shop, conversation_id: ConversationId) -> Vec<MessageId> {
    shop.world.thread(conversation_id).iter().map(|message| message.id).collect()
}

/// As the hub does it: the messages, then the conversation.
fn erase(shop: &mut Shop, line_id: LineId, conversation_id: ConversationId) {
    let message_ids = messages_of(shop, conversation_id);
    shop.hub(HubAct::EraseMessages { line_id, conversation_id, message_ids });
    shop.hub(HubAct::EraseConversation { line_id, conversation_id });
}

fn rows(shop: &Shop, entity: Entity) -> usize {
    shop.world.rows.keys().filter(|key| key.entity == entity).count()
}

#[test]
fn a_removed_line_keeps_its_history_unless_asked_and_may_still_lose_it_later() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    remove(&mut shop, false);
    assert_eq!(shop.world.line(line_id).unwrap().history, LineHistory::Kept, "keeping is what happens unasked");
    remove(&mut shop, true);
    assert_eq!(shop.world.line(line_id).unwrap().history, LineHistory::Erasing);
    remove(&mut shop, false);
    assert_eq!(shop.world.line(line_id).unwrap().history, LineHistory::Erasing, "what began can't be undone");
    shop.hub(HubAct::LineErased { line_id });
    let line = shop.world.line(line_id).unwrap();
    assert_eq!((&line.state, line.history), (&LineState::Removed, LineHistory::Erased), "the mark stays");
    assert_eq!(shop.try_hub(HubAct::LineErased { line_id }), Err(Refusal::NotFound), "it ends once");
    remove(&mut shop, true);
    assert_eq!(shop.world.line(line_id).unwrap().history, LineHistory::Erased, "nor does it begin again");
}

#[test]
fn only_what_belongs_to_a_line_whose_history_goes_can_be_erased() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    let other_message = shop.writes("maria", "hi");
    shop.writes("joao", "hello");
    let (maria, joao) = (shop.conversation_id("maria"), shop.conversation_id("joao"));
    let message_ids = vec![other_message];
    let act = HubAct::EraseMessages { line_id, conversation_id: maria, message_ids: message_ids.clone() };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "the line is not even removed");
    remove(&mut shop, false);
    let act = HubAct::EraseConversation { line_id, conversation_id: maria };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "removed, and its history is kept");
    remove(&mut shop, true);
    let effects = shop.hub(HubAct::EraseMessages { line_id, conversation_id: joao, message_ids });
    assert!(effects.changes.is_empty(), "a message of another conversation stays: {effects:?}");
    let stranger = LineId(shop.id());
    let act = HubAct::EraseConversation { line_id: stranger, conversation_id: maria };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "so does a conversation of another line");
    let other = LineId(shop.id());
    shop.act(Act::AddLine { line: shop.line_row(other, "other", None) });
    shop.act(Act::RemoveLine { line_id: other, erase: true });
    let act = HubAct::EraseConversation { line_id: other, conversation_id: maria };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "also where that line's history goes too");
    let message_ids = vec![other_message];
    let act = HubAct::EraseMessages { line_id: other, conversation_id: maria, message_ids };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "and its messages with it");
    let act = HubAct::EraseConversation { line_id, conversation_id: ConversationId(shop.id()) };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "what is not there was named by mistake");
}

/// The lead that the first message opened, and the line of its history.
fn sale_of(shop: &Shop, contact_id: ContactId) -> Vec<RowKey> {
    let is_theirs = |row: &Row| match row {
        Row::Lead(row) => row.contact_id == contact_id,
        Row::History(row) => row.contact_id == contact_id,
        _ => false,
    };
    let keys: Vec<RowKey> = shop.world.rows.values().filter(|row| is_theirs(row)).map(Row::key).collect();
    assert_eq!(keys.len(), 2, "one lead and how it began");
    keys
}

#[test]
fn only_what_is_there_is_told_as_gone() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    let message_id = shop.writes("maria", "hi");
    let (chat, identity_id) = (shop.conversation_id("maria"), shop.identity("maria").id);
    let contact_id = shop.contact("maria").id;
    let shop_before = shop.clone();
    remove(&mut shop, true);
    shop.hub(HubAct::EraseMessages { line_id, conversation_id: chat, message_ids: vec![message_id] });
    let effects = shop.hub(HubAct::EraseConversation { line_id, conversation_id: chat });
    let mut gone: Vec<RowKey> = effects.changes.iter().map(Change::key).collect();
    gone.sort_unstable();
    let mut there = vec![
        RowKey { entity: Entity::Conversation, id: chat.0 },
        RowKey { entity: Entity::Identity, id: identity_id.0 },
        RowKey { entity: Entity::Contact, id: contact_id.0 },
    ];
    there.extend(sale_of(&shop_before, contact_id));
    there.sort_unstable();
    assert_eq!(gone, there, "nobody had typed anything there, and nobody had noted a number");
}

#[test]
fn a_conversation_takes_along_messages_events_drafts_and_who_is_known_from_it_alone() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    shop.writes("maria", "hi");
    shop.close("maria");
    let conversation_id = shop.conversation_id("maria");
    let contact_id = shop.contact("maria").id;
    shop.act(Act::PatchContact {
        contact_id,
        patch: ContactPatch { phone: Some("31 98888-8888".to_owned()), ..ContactPatch::default() },
        expect: None,
    });
    let draft = Draft {
        conversation_id,
        member_id: shop.ana.member_id,
        message_id: MessageId(shop.id()),
        text: "half a thought".to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: shop.now_ms,
    };
    shop.act(Act::SaveDraft { draft });
    remove(&mut shop, true);
    erase(&mut shop, line_id, conversation_id);
    for entity in
        [Entity::Message, Entity::Conversation, Entity::Draft, Entity::Identity, Entity::Contact, Entity::Reach]
    {
        assert_eq!(rows(&shop, entity), 0, "{entity:?}");
    }
    assert_eq!(rows(&shop, Entity::Line), 1, "the line itself keeps its place and its mark");
}

#[test]
fn a_saved_contact_stays_and_so_does_one_with_another_conversation() {
    let mut shop = Shop::open();
    let erased = shop.line;
    shop.writes("maria", "hi");
    shop.writes("rosa", "hello");
    let saved = shop.contact("rosa").id;
    let patch = ContactPatch { saved: Some(true), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id: saved, patch, expect: None });
    let (maria, rosa) = (shop.conversation_id("maria"), shop.conversation_id("rosa"));
    let both = shop.contact("maria").id;
    // The same account, connected again as a line of its own: the person is the same.
    remove(&mut shop, true);
    let again = LineId(shop.id());
    shop.act(Act::AddLine { line: shop.line_row(again, "shop", None) });
    shop.line = again;
    shop.writes("maria", "me again");
    erase(&mut shop, erased, maria);
    erase(&mut shop, erased, rosa);
    assert!(shop.world.contact(both).is_some(), "they still write on the other line");
    assert_eq!(shop.identity("maria").contact_id, both, "and are known there");
    assert_eq!(shop.thread("maria"), ["[Opened]", "me again"], "with what was said there only");
    assert!(shop.world.contact(saved).is_some(), "a person saved it");
    assert_eq!(rows(&shop, Entity::Identity), 1, "without what the channel knew them by");
}

/// What goes with a conversation where some rows can't be read, or are not there (`None`).
fn gone_without(
    shop: &mut Shop,
    conversation_id: ConversationId,
    rows: &[(RowKey, Option<Unreadable>)],
) -> Vec<RowKey> {
    let act = HubAct::EraseConversation { line_id: shop.line, conversation_id };
    let mut facts = shop.world.facts(|facts| rules::needs_hub(&act, facts));
    for (key, known) in rows {
        facts.rows.insert(*key, None);
        facts.unreadable.extend(known.map(|known| (*key, known)));
    }
    let effects = rules::decide_hub(&act, &facts, shop.stamp()).expect("its line is being erased");
    let mut gone: Vec<RowKey> = effects.changes.iter().map(Change::key).collect();
    gone.sort_unstable();
    gone
}

#[test]
fn by_what_a_person_is_known_goes_with_the_chat_that_used_it_and_with_no_other() {
    let mut shop = Shop::open();
    // One person, known by a name and by a number, with a chat each.
    shop.writes("maria", "hi");
    let contact_id = shop.contact("maria").id;
    let patch = ContactPatch { phone: Some("+55 31 98888-8888".to_owned()), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id, patch, expect: None });
    let mut message = from("553188888888", "me again", "w1", shop.now_s());
    message.phone_e164 = Some("+553188888888".to_owned());
    shop.arrives(message);
    let (chat, other) = (shop.conversation_id("maria"), shop.conversation_id("553188888888"));
    let (name, number) = (shop.identity("maria"), shop.identity("553188888888"));
    assert_eq!(number.contact_id, contact_id, "the same person");
    remove(&mut shop, true);
    let key = |entity, id| RowKey { entity, id };
    let the_chat = key(Entity::Conversation, chat.0);
    let the_other = key(Entity::Conversation, other.0);
    let its_name = key(Entity::Identity, name.id.0);
    let sorted = |mut keys: Vec<RowKey>| {
        keys.sort_unstable();
        keys
    };

    let known = Unreadable { contact_id: Some(contact_id), ..Unreadable::default() };
    let gone = gone_without(&mut shop, chat, &[(the_chat, Some(known))]);
    assert_eq!(gone, sorted(vec![the_chat, its_name]), "unreadable: whatever no other chat uses was its own");
    let gone = gone_without(&mut shop, chat, &[(the_other, Some(known))]);
    assert_eq!(gone, [the_chat], "nobody can tell by what the other one knows them");
    let gone = gone_without(&mut shop, chat, &[(the_other, None)]);
    let (its_number, person) = (key(Entity::Identity, number.id.0), key(Entity::Contact, contact_id.0));
    let mut all = vec![the_chat, its_name, its_number, person, key(Entity::Reach, contact_id.0)];
    all.extend(sale_of(&shop, contact_id));
    assert_eq!(gone, sorted(all), "with the last chat all of it");

    let unused = Identity { id: IdentityId(shop.id()), external_id: "mari".to_owned(), ..name };
    shop.world.rows.insert(key(Entity::Identity, unused.id.0), Row::Identity(unused));
    let gone = gone_without(&mut shop, chat, &[]);
    assert_eq!(gone, sorted(vec![the_chat, its_name]), "what this chat did not use is not its own");
}

#[test]
fn what_waits_to_leave_is_never_sent_once_it_is_erased() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    shop.writes("maria", "hi");
    shop.sends("maria", "hello");
    let under_way = shop.sends("maria", "and");
    shop.starts(under_way);
    let conversation_id = shop.conversation_id("maria");
    remove(&mut shop, true);
    let message_ids = messages_of(&shop, conversation_id);
    let effects = shop.hub(HubAct::EraseMessages { line_id, conversation_id, message_ids: message_ids.clone() });
    assert_eq!(effects.dropped_jobs, message_ids, "the jobs of all of them are off");
    assert!(shop.to_send().is_empty());
    let ended = SendOutcome::NotSent;
    let act = HubAct::SendEnded { message_id: under_way, attempt: 1, outcome: ended };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "the end of a try meets nothing");
}

#[test]
fn nothing_comes_back_into_a_line_that_is_erased() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    remove(&mut shop, true);
    let late = from("joao", "late", "p1", shop.now_s());
    let act = shop.inbound(late);
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "a poll on its way out brings nothing in");
    let send = shop.sending("maria", "late too", SendWhen::Now);
    assert!(matches!(shop.refused(send), Refusal::LineDown { .. }), "nor does a person");
    let id = shop.line;
    let same = shop.line_row(id, "shop", None);
    assert_eq!(
        shop.refused(Act::AddLine { line: same }),
        Refusal::ChangedMeanwhile,
        "the account comes back under a new id, or its new chats would be erased with the old ones"
    );
}

fn saves(shop: &mut Shop, customer: &str) -> ContactId {
    let contact_id = shop.contact(customer).id;
    let patch = ContactPatch { saved: Some(true), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id, patch, expect: None });
    contact_id
}

fn merges(shop: &mut Shop, keep: ContactId, gone: &[ContactId]) -> MergeId {
    let record_id = MergeId(shop.id());
    let gone = gone.to_vec();
    shop.act(Act::MergeContacts { record_id, keep, gone, fields: MergeFields::default() });
    record_id
}

fn is_told(shop: &Shop, word: &str) -> bool {
    shop.world.rows.values().any(|row| format!("{row:?}").contains(word))
}

#[test]
fn who_was_merged_and_then_erased_is_in_no_record_and_does_not_come_back() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    shop.writes("maria", "hi");
    shop.writes("rosa", "hello");
    let (maria, rosa) = (shop.contact("maria").id, saves(&mut shop, "rosa"));
    let chat = shop.conversation_id("maria");
    let record_id = merges(&mut shop, rosa, &[maria]);
    assert!(is_told(&shop, "maria of the channel"), "as long as it can be taken back");
    remove(&mut shop, true);
    erase(&mut shop, line_id, chat);
    assert!(!is_told(&shop, "maria"), "her name is nowhere");
    assert_eq!(shop.refused(Act::UndoMerge { record_id }), Refusal::NotFound, "there is nobody to separate");
    assert_eq!(shop.contact("rosa").id, rosa, "who was saved stays");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn of_several_who_were_merged_only_those_come_back_who_were_not_erased() {
    let mut shop = Shop::open();
    let (line_id, noon) = (shop.line, shop.now_ms);
    for customer in ["rosa", "maria", "joao"] {
        shop.writes(customer, "hi");
        let lead_id = shop.world.leads().find(|lead| lead.is_active()).unwrap().id;
        let status = StatusTo { status_id: seeded::ARCHIVED, reason_id: None };
        let patch = LeadPatch { status: Some(status), ..LeadPatch::default() };
        shop.act(Act::ChangeLeads { lead_ids: vec![lead_id], patch, bulk_id: None });
        shop.pass(HOUR_MS);
    }
    let (rosa, joao) = (saves(&mut shop, "rosa"), saves(&mut shop, "joao"));
    let (maria, chat) = (shop.contact("maria").id, shop.conversation_id("maria"));
    let record_id = merges(&mut shop, rosa, &[maria, joao]);
    remove(&mut shop, true);
    erase(&mut shop, line_id, chat);
    assert!(!is_told(&shop, "maria"), "her name is nowhere");
    shop.act(Act::UndoMerge { record_id });
    assert!(shop.world.contact(maria).is_none(), "she was erased");
    assert_eq!(shop.contact("joao").id, joao, "he is himself again");
    let cycles = |id: ContactId| {
        let mut of: Vec<&Lead> = shop.world.leads().filter(|lead| lead.contact_id == id).collect();
        of.sort_by_key(|lead| lead.opened_at_ms);
        let of = of.into_iter().map(|lead| (lead.cycle, lead.previous_lead_id.is_some(), lead.opened_at_ms - noon));
        of.collect::<Vec<_>>()
    };
    assert_eq!(cycles(rosa), [(1, false, 0), (2, true, HOUR_MS)], "what is left of Maria's sale stays with Rosa");
    assert_eq!(cycles(joao), [(1, false, 2 * HOUR_MS)]);
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn a_merge_is_not_taken_back_once_the_kept_one_was_erased() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    shop.writes("maria", "hi");
    shop.writes("rosa", "hello");
    let (maria, rosa) = (shop.contact("maria").id, saves(&mut shop, "rosa"));
    let (chat, other) = (shop.conversation_id("maria"), shop.conversation_id("rosa"));
    let record_id = merges(&mut shop, maria, &[rosa]);
    remove(&mut shop, true);
    let before = shop.clone();
    erase(&mut shop, line_id, other);
    shop.act(Act::UndoMerge { record_id });
    assert!(shop.world.contact(rosa).is_some(), "who was saved comes back without a chat");
    shop = before;
    erase(&mut shop, line_id, chat);
    assert_eq!(shop.refused(Act::UndoMerge { record_id }), Refusal::NotFound, "of Maria nothing is left");
    assert_eq!(shop.contact("rosa").id, maria, "who is here is the one that was saved");
}

#[test]
fn who_was_merged_twice_and_then_erased_does_not_come_back_by_two_undos() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    for customer in ["maria", "rosa", "joao"] {
        shop.writes(customer, "hi");
    }
    let (maria, chat) = (shop.contact("maria").id, shop.conversation_id("maria"));
    let (rosa, joao) = (saves(&mut shop, "rosa"), saves(&mut shop, "joao"));
    let first = merges(&mut shop, rosa, &[maria]);
    let second = merges(&mut shop, joao, &[rosa]);
    remove(&mut shop, true);
    erase(&mut shop, line_id, chat);
    assert!(!is_told(&shop, "maria"), "her name is nowhere");
    shop.act(Act::UndoMerge { record_id: second });
    assert!(shop.world.contact(rosa).is_some(), "the second merge is taken back");
    assert_eq!(shop.refused(Act::UndoMerge { record_id: first }), Refusal::NotFound, "of Maria nothing is left");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn a_merge_that_was_taken_back_keeps_nothing_of_how_they_were() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    shop.writes("maria", "hi");
    shop.writes("rosa", "hello");
    let (maria, rosa) = (shop.contact("maria").id, saves(&mut shop, "rosa"));
    let chat = shop.conversation_id("maria");
    let record_id = merges(&mut shop, rosa, &[maria]);
    shop.act(Act::UndoMerge { record_id });
    remove(&mut shop, true);
    erase(&mut shop, line_id, chat);
    assert!(!is_told(&shop, "maria"), "erased after it she is in no record either");
}

#[test]
fn who_was_kept_for_a_chat_that_was_brought_in_goes_once_that_is_taken_back() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let contact_id = shop.contact("maria").id;
    let (line_id, conversation_id) = (shop.line, shop.conversation_id("maria"));
    let import_id = ImportId(shop.id());
    shop.act(Act::ImportChat {
        import_id,
        part: 0,
        file_name: "chat.zip".to_owned(),
        contact_id,
        line_name: "History".to_owned(),
        messages: vec![ImportMessage {
            key: contact_id.0,
            at_s: NOON_S - 86_400,
            from_us: false,
            body: text("hola"),
            edited: false,
            deleted: false,
        }],
        left_out: 0,
    });
    remove(&mut shop, true);
    erase(&mut shop, line_id, conversation_id);
    assert!(shop.world.contact(contact_id).is_some(), "their old talk is still here");
    shop.act(Act::UndoImport { import_id, part: 0 });
    let of_them = |row: &&Row| match row {
        Row::Contact(row) => row.id == contact_id,
        Row::Identity(row) => row.contact_id == contact_id,
        Row::Conversation(row) => row.contact_id == contact_id,
        Row::Lead(row) => row.contact_id == contact_id,
        Row::History(row) => row.contact_id == contact_id,
        Row::Reach(row) => row.contact_id == contact_id,
        _ => false,
    };
    assert_eq!(shop.world.rows.values().filter(of_them).collect::<Vec<_>>(), Vec::<&Row>::new());
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

//! Chats that another program exported (IMP-06).

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::model::World;
use embudo_domain::rules::{HISTORY, MAX_CHAT_MESSAGES_OF_ACT};
use embudo_domain::*;
use std::collections::BTreeMap;
use uuid::Uuid;

const FILE: ImportId = ImportId(Uuid::from_u128(0xc4a7));
const LONGER: ImportId = ImportId(Uuid::from_u128(0xc4a8));

fn said(minute: i64, from_us: bool, words: &str) -> ImportMessage {
    let key = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{minute} {from_us} {words}").as_bytes());
    let at_s = NOON_S - 30 * 86_400 + minute * 60;
    ImportMessage { key, at_s, from_us, body: text(words), edited: false, deleted: false }
}

fn talk() -> Vec<ImportMessage> {
    vec![said(0, false, "hola"), said(1, true, "buenas"), said(2, false, "precio?")]
}

fn bring(import_id: ImportId, part: u32, contact_id: ContactId, messages: Vec<ImportMessage>) -> Act {
    let (file_name, line_name) = ("chat.zip".to_owned(), "WhatsApp (history)".to_owned());
    Act::ImportChat { import_id, part, file_name, contact_id, line_name, messages, left_out: 2 }
}

fn undo(import_id: ImportId, part: u32) -> Act {
    Act::UndoImport { import_id, part }
}

fn import(shop: &Shop, id: ImportId) -> Import {
    match shop.world.rows.get(&RowKey { entity: Entity::Import, id: id.0 }) {
        Some(Row::Import(row)) => row.clone(),
        _ => panic!("no import"),
    }
}

fn brought(shop: &Shop, id: ImportId) -> (u32, u32) {
    let chat = import(shop, id).chat.unwrap();
    (chat.messages, chat.known)
}

fn person(shop: &mut Shop) -> ContactId {
    let id = ContactId(shop.id());
    shop.act(Act::CreateContact { contact: new_contact(id, "Ana", "+5531988888888") });
    id
}

fn new_contact(contact_id: ContactId, name: &str, phone: &str) -> NewContact {
    NewContact {
        contact_id,
        name: name.to_owned(),
        phone: phone.to_owned(),
        email: String::new(),
        about: String::new(),
        tag_ids: Vec::new(),
        responsible_id: None,
        source_id: None,
        lead_id: None,
    }
}

fn history(shop: &Shop) -> Conversation {
    let mut found = shop
        .world
        .conversations()
        .filter(|row| shop.world.line(row.line_id).is_some_and(|line| line.line_type == LineType::WhatsappExport));
    let one = found.next().expect("a conversation of history").clone();
    assert!(found.next().is_none(), "there is one");
    one
}

fn words(world: &World, id: ConversationId) -> Vec<String> {
    world
        .thread(id)
        .iter()
        .map(|message| match &message.body {
            Body::Text { text } => text.clone(),
            other => format!("[{}]", other.kind_name()),
        })
        .collect()
}

/// Everything but what tells of imports, and the line, which stays for the next chat.
fn domain_rows(world: &World) -> BTreeMap<RowKey, Row> {
    let told = |entity| matches!(entity, Entity::Import | Entity::ImportPart | Entity::Line);
    world.rows.iter().filter(|(key, _)| !told(key.entity)).map(|(key, row)| (*key, row.clone())).collect()
}

#[test]
fn a_chat_stands_there_as_closed_and_read_history_and_wakes_nobody() {
    let mut shop = Shop::open();
    let ana = person(&mut shop);
    let before = domain_rows(&shop.world);
    shop.act(bring(FILE, 0, ana, talk()));
    let chat = history(&shop);
    assert_eq!(words(&shop.world, chat.id), ["hola", "buenas", "precio?"]);
    assert_eq!(chat.state, ConversationState::Closed { reason: None });
    assert_eq!((chat.unread(), chat.manual_unread, chat.waiting_since_ms, chat.last_inbound_s), (0, false, None, None));
    assert_eq!(chat.last_at_ms, (NOON_S - 30 * 86_400 + 120) * 1000, "it stands in the list where it was");
    assert_eq!(chat.preview.unwrap().text, "precio?");
    let thread = shop.world.thread(chat.id);
    assert_eq!(thread[1].direction, Direction::Out);
    assert_eq!((thread[1].author.clone(), thread[1].delivery), (Author::Phone, Delivery::Sent));
    assert!(thread.iter().all(|message| message.inbound_no.is_none()), "nothing of it counts as unread");
    let more: Vec<Entity> =
        domain_rows(&shop.world).keys().filter(|key| !before.contains_key(key)).map(|key| key.entity).collect();
    assert!(!more.iter().any(|entity| matches!(entity, Entity::Lead | Entity::History | Entity::FollowUp)), "{more:?}");
    assert!(shop.world.jobs.is_empty(), "no channel has anything to do");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
    let told = import(&shop, FILE).chat.unwrap();
    assert_eq!((told.messages, told.known, told.left_out), (3, 0, 2));
    assert_eq!(told.from_s + 120, told.to_s);
}

#[test]
fn the_same_file_adds_nothing_and_a_longer_one_only_what_is_new() {
    let mut shop = Shop::open();
    let ana = person(&mut shop);
    shop.act(bring(FILE, 0, ana, talk()));
    let once = domain_rows(&shop.world);
    shop.act(bring(FILE, 0, ana, vec![said(9, false, "other")]));
    assert_eq!(domain_rows(&shop.world), once, "a part is taken once, whatever it says");
    let again = ImportId(shop.id());
    shop.act(bring(again, 0, ana, talk()));
    assert_eq!(domain_rows(&shop.world), once);
    assert_eq!(brought(&shop, again), (0, 3));
    let mut longer = talk();
    longer.insert(1, said(0, false, "¿están?"));
    longer.push(said(5, true, "diez"));
    longer.push(said(5, true, "diez"));
    shop.act(bring(LONGER, 0, ana, longer));
    assert_eq!(brought(&shop, LONGER), (2, 4), "one key is one message, also inside a part");
    assert_eq!(words(&shop.world, history(&shop).id), ["hola", "¿están?", "buenas", "precio?", "diez"]);
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn nothing_can_be_sent_by_it_and_nobody_connects_it() {
    let mut shop = Shop::open();
    let ana = person(&mut shop);
    shop.act(bring(FILE, 0, ana, talk()));
    let chat = history(&shop);
    let no = |result: Result<_, Refusal>| {
        assert_eq!(
            result.map(|_: embudo_domain::rules::Effects| ()),
            Err(Refusal::LineDown { line_id: chat.line_id, reason: HISTORY.to_owned() })
        );
    };
    for when in [SendWhen::Now, SendWhen::TheyReply] {
        let send = Act::SendMessage {
            message_id: MessageId(shop.id()),
            conversation_id: chat.id,
            body: text("hola"),
            reply_to: None,
            clicked_at_ms: shop.now_ms,
            send_whenever: false,
            when,
        };
        no(shop.try_act(send));
    }
    no(shop.try_act(Act::SetLineWanted { line_id: chat.line_id, wanted: true }));
    let line = Line { id: LineId(shop.id()), ..shop.world.line(chat.line_id).unwrap().clone() };
    assert_eq!(shop.try_act(Act::AddLine { line }).unwrap_err(), Refusal::NotAllowed, "no second one by hand");
    assert_eq!(history(&shop), chat, "it is as it was");
}

#[test]
fn undo_takes_out_what_it_added_and_nothing_else() {
    let mut shop = Shop::open();
    let ana = person(&mut shop);
    let before = domain_rows(&shop.world);
    shop.act(bring(FILE, 0, ana, talk()));
    let first = domain_rows(&shop.world);
    shop.act(bring(LONGER, 0, ana, vec![said(1, true, "a"), said(3, false, "b")]));
    shop.act(bring(LONGER, 1, ana, vec![said(0, false, "c"), said(9, false, "d")]));
    assert_eq!(shop.refused(undo(FILE, 0)), Refusal::ChangedMeanwhile, "a later file is there since");
    assert_eq!(shop.refused(undo(LONGER, 0)), Refusal::ChangedMeanwhile, "and a later part");
    assert_eq!((import(&shop, FILE).undone, import(&shop, FILE).parts), (None, 1), "it can still be asked for");
    shop.act(undo(LONGER, 1));
    shop.act(undo(LONGER, 0));
    assert_eq!(domain_rows(&shop.world), first, "the order, the preview and the place are as they were");
    assert_eq!(import(&shop, LONGER).undone.unwrap().messages, 4);
    shop.act(undo(FILE, 0));
    assert_eq!(import(&shop, FILE).undone.unwrap().messages, 3, "the later one is gone");
    assert_eq!(domain_rows(&shop.world), before);
    assert_eq!(shop.world.faults(), Vec::<String>::new());
    let mut shop = Shop::open();
    let ana = person(&mut shop);
    shop.act(bring(FILE, 0, ana, talk()));
    shop.act(undo(FILE, 0));
    assert_eq!(domain_rows(&shop.world).keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    shop.act(bring(LONGER, 0, ana, talk()));
    assert_eq!(words(&shop.world, history(&shop).id), ["hola", "buenas", "precio?"], "and it can come again");
}

#[test]
fn undo_leaves_a_conversation_that_somebody_touched() {
    type Touch = fn(&mut Shop, ConversationId);
    let touch: [(Touch, ChatKept); 3] = [
        (|shop, id| drop(shop.act(Act::MarkUnread { conversation_id: id })), ChatKept::MarkedUnread),
        (
            |shop, id| {
                let to = ConversationState::Open;
                let act = Act::SetConversationState { conversation_id: id, to, expect: None, undoes: None, seen: None };
                drop(shop.act(act));
            },
            ChatKept::Reopened,
        ),
        (
            |shop, id| {
                let contact_ids = vec![shop.world.conversation(id).unwrap().contact_id];
                drop(shop.act(Act::DeleteContacts { contact_ids, with_history: false }));
            },
            ChatKept::InBin,
        ),
    ];
    for (touch, why) in touch {
        let mut shop = Shop::open();
        let ana = person(&mut shop);
        shop.act(bring(FILE, 0, ana, talk()));
        let id = history(&shop).id;
        touch(&mut shop, id);
        let now = domain_rows(&shop.world);
        shop.act(undo(FILE, 0));
        assert_eq!(domain_rows(&shop.world), now);
        let undone = import(&shop, FILE).undone.unwrap();
        assert_eq!((undone.messages_kept, undone.kept_because), (3, Some(why)), "and it says why");
    }
}

#[test]
fn who_was_made_for_the_chat_goes_with_it() {
    let mut shop = Shop::open();
    let before = domain_rows(&shop.world);
    let contact_id = ContactId(shop.id());
    let row = ImportRow {
        row: 1,
        contact_id: Some(contact_id),
        name: "Bia".to_owned(),
        phone_e164: Some("+5531977777777".to_owned()),
        ..ImportRow::default()
    };
    shop.act(Act::ImportContacts {
        import_id: FILE,
        part: 0,
        file_name: "chat.zip".to_owned(),
        rows: vec![row],
        duplicates: Duplicates::Skip,
        defaults: ImportDefaults::default(),
        failed: 0,
    });
    shop.act(bring(FILE, 1, contact_id, talk()));
    shop.act(bring(LONGER, 0, contact_id, vec![said(9, false, "later")]));
    for part in [1, 0] {
        assert_eq!(shop.refused(undo(FILE, part)), Refusal::ChangedMeanwhile, "they stay as long as their chat");
    }
    shop.act(undo(LONGER, 0));
    shop.act(undo(FILE, 1));
    shop.act(undo(FILE, 0));
    assert_eq!(domain_rows(&shop.world), before);
}

#[test]
fn a_merge_takes_the_history_along_and_the_next_export_finds_it() {
    let mut shop = Shop::open();
    let ana = person(&mut shop);
    shop.act(bring(FILE, 0, ana, talk()));
    shop.writes("maria", "hi");
    let maria = shop.contact("maria").id;
    let merge = Act::MergeContacts {
        record_id: MergeId(shop.id()),
        keep: maria,
        gone: vec![ana],
        fields: MergeFields::default(),
    };
    shop.act(merge);
    // Named as it was when the file was opened.
    shop.act(bring(LONGER, 0, ana, talk()));
    assert_eq!(brought(&shop, LONGER), (0, 3));
    assert_eq!(history(&shop).contact_id, maria);
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn what_is_too_much_or_no_message_is_refused() {
    let mut shop = Shop::open();
    let ana = person(&mut shop);
    let many = (0..=MAX_CHAT_MESSAGES_OF_ACT as i64).map(|n| said(n, false, "x")).collect();
    let refused = shop.try_act(bring(FILE, 0, ana, many)).unwrap_err();
    assert_eq!(refused, Refusal::TooMany { limit: MAX_CHAT_MESSAGES_OF_ACT as u32 });
    let event = ImportMessage { body: Body::Event { event: ConversationEvent::Opened }, ..said(0, false, "") };
    assert_eq!(shop.try_act(bring(FILE, 0, ana, vec![event])).unwrap_err(), Refusal::FileMissing);
    let nobody = ContactId(shop.id());
    assert_eq!(shop.try_act(bring(FILE, 0, nobody, talk())).unwrap_err(), Refusal::NotFound);
    shop.act(Act::DeleteContacts { contact_ids: vec![ana], with_history: true });
    assert_eq!(shop.try_act(bring(FILE, 0, ana, talk())).unwrap_err(), Refusal::InBin { contact_id: ana });
}

#[test]
fn a_removed_line_comes_back_and_an_erased_one_never_does() {
    let mut shop = Shop::open();
    let ana = person(&mut shop);
    shop.act(bring(FILE, 0, ana, talk()));
    let line_id = history(&shop).line_id;
    shop.act(Act::RemoveLine { line_id, erase: false });
    shop.act(bring(LONGER, 0, ana, vec![said(5, false, "more")]));
    assert_eq!(history(&shop).line_id, line_id);
    assert_ne!(shop.world.line(line_id).unwrap().state, LineState::Removed, "somebody brings a chat in again");
    shop.act(Act::RemoveLine { line_id, erase: true });
    shop.act(bring(ImportId(Uuid::from_u128(8)), 0, ana, talk()));
    let other: Vec<LineId> = shop
        .world
        .conversations()
        .filter(|row| row.contact_id == ana && row.line_id != line_id)
        .map(|row| row.line_id)
        .collect();
    assert_eq!(other.len(), 1, "what is being erased gets nothing new");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

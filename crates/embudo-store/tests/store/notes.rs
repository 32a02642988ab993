//! Notes and calls as the panel reads them, found by their words, and everything that happened with a
//! contact in one line of time.

use crate::support::*;
use embudo_domain::*;
use embudo_store::*;
use std::collections::BTreeSet;

fn note(number: u128, to: Customer, at_ms: i64, text: &str) -> Note {
    Note {
        id: NoteId(id(7_000 + number)),
        contact_id: to.contact,
        conversation_id: Some(to.conversation),
        by: ACTOR.member_id,
        at_ms,
        edited_at_ms: None,
        edited_by: None,
        text: text.to_owned(),
        call: None,
    }
}

fn call(number: u128, to: Customer, at_ms: i64, text: &str) -> Note {
    let call = Call { direction: Direction::In, outcome: CallOutcome::Answered, minutes: Some(4) };
    Note { call: Some(call), ..note(number, to, at_ms, text) }
}

fn numbers(notes: &[Note]) -> Vec<u128> {
    notes.iter().map(|note| note.id.0.as_u128() - id(7_000).as_u128()).collect()
}

async fn hits(store: &Store, text: &str) -> Vec<String> {
    let hits = store.search_notes(text, None, 50).await.unwrap().into_iter();
    let said = |hit: NoteHit| hit.snippet.into_iter().map(|part| part.text).collect::<String>();
    hits.map(|hit| (hit.name.clone(), said(hit))).map(|(name, text)| format!("{name}: {text}")).collect()
}

#[tokio::test]
async fn notes_and_calls_are_apart_the_newest_first_page_by_page() {
    let (mut hub, store) = (Hub::new(), memory().await);
    for number in [1, 2] {
        hub.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    // Two at the same time: the place is the time and the id.
    for (number, at_ms) in [(1, 10), (2, 30), (3, 30), (4, 20)] {
        hub.put(Row::Note(Box::new(note(number, customer(1), at_ms, "a note"))));
    }
    hub.put(Row::Note(Box::new(call(5, customer(1), 25, "a call"))));
    hub.put(Row::Note(Box::new(note(6, customer(2), 40, "of somebody else"))));
    hub.sync(&store).await;
    let contact = customer(1).contact;
    let first = store.notes_of_contact(contact, false, "", None, 3).await.unwrap();
    assert_eq!(numbers(&first), [3, 2, 4]);
    let rest = store.notes_of_contact(contact, false, "", Some(Place::of(&first[2])), 3).await.unwrap();
    assert_eq!(numbers(&rest), [1], "none twice and none left out");
    assert_eq!(numbers(&store.notes_of_contact(contact, true, "", None, 9).await.unwrap()), [5]);
    assert_eq!(store.note_counts(contact).await.unwrap(), (4, 1));
}

#[tokio::test]
async fn a_note_is_found_by_its_words_without_their_accents_until_it_says_something_else() {
    let (mut hub, store) = (Hub::new(), memory().await);
    for number in [1, 2] {
        hub.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    hub.put(Row::Note(Box::new(note(1, customer(1), 10, "Prefiere el sillón azul"))));
    hub.put(Row::Note(Box::new(call(2, customer(2), 20, "Pidió un sillón rojo"))));
    hub.put(Row::Note(Box::new(call(3, customer(2), 30, ""))));
    hub.sync(&store).await;
    let both = hits(&store, "sillon").await;
    assert_eq!(both.len(), 2, "what was said in a call is found as well: {both:?}");
    assert!(both[0].contains("rojo"), "what was written last first");
    assert_eq!(hits(&store, "sillon az").await.len(), 1, "the last word may be unfinished");
    assert_eq!(hits(&store, "s").await, Vec::<String>::new(), "one letter waits for the next");
    assert_eq!(hits(&store, "from:me sillon").await, Vec::<String>::new(), "that asks for messages");
    let found = store.notes_of_contact(customer(1).contact, false, "azul", None, 9).await.unwrap();
    assert_eq!(numbers(&found), [1], "the same in the panel");
    assert!(store.notes_of_contact(customer(1).contact, false, "rojo", None, 9).await.unwrap().is_empty());

    hub.put(Row::Note(Box::new(note(1, customer(1), 10, "Prefiere la mesa"))));
    hub.delete(RowKey { entity: Entity::Note, id: id(7_002) });
    hub.put(Row::Note(Box::new(call(3, customer(2), 30, "Sillón, al final"))));
    hub.sync(&store).await;
    let left = hits(&store, "sillon").await;
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].contains("al final"), "words that came to a call that had none");
    assert_eq!(hits(&store, "mesa").await.len(), 1);
    let found = store.check(Depth::Everything).await.unwrap();
    assert!(found.is_empty(), "the index is what the table says: {found:?}");
}

#[tokio::test]
async fn an_older_note_of_a_line_is_found_behind_all_the_newer_ones_of_another() {
    let (mut hub, store) = (Hub::new(), memory().await);
    hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    let other = Line { id: LineId(id(70)), external_id: "sim2".to_owned(), ..hub.world.line(LINE).unwrap().clone() };
    let elsewhere = Conversation {
        id: ConversationId(id(71)),
        line_id: other.id,
        ..hub.world.conversation(customer(1).conversation).unwrap().clone()
    };
    let chat = elsewhere.id;
    hub.put(Row::Line(other.clone()));
    hub.put(Row::Conversation(elsewhere));
    hub.put(Row::Note(Box::new(note(1, customer(1), 10, "paga al contado"))));
    for number in 2..=12 {
        let beside = Note { conversation_id: Some(chat), ..note(number, customer(1), 20, "paga en cuotas") };
        hub.put(Row::Note(Box::new(beside)));
    }
    hub.put(Row::Note(Box::new(Note { conversation_id: None, ..note(13, customer(1), 30, "paga tarde") })));
    hub.sync(&store).await;
    let found = async |text: &str, lines: Option<&[LineId]>| {
        let hits = store.search_notes(text, lines, 8).await.unwrap().into_iter();
        hits.map(|hit| hit.note_id.0.as_u128() - id(7_000).as_u128()).collect::<Vec<u128>>()
    };
    assert_eq!(found("paga", None).await, [13, 12, 11, 10, 9, 8, 7, 6], "the newest of all");
    assert_eq!(found("paga", Some(&[LINE])).await, [1], "of eight that are newer none is of this line");
    assert_eq!(found("in:\"Sales 1\" paga", Some(&[LINE])).await, [1], "as it is typed");
    assert_eq!(found("paga", Some(&[LINE, other.id])).await.len(), 8);
    assert_eq!(found("paga", Some(&[])).await, Vec::<u128>::new(), "no line is called so");
    assert_eq!(found("in:\"Sales 1\" paga", None).await, Vec::<u128>::new(), "nobody has said which line that is");
}

#[tokio::test]
async fn what_was_taken_back_says_so_in_the_activity_until_that_was_taken_back_too() {
    let (mut hub, store) = (Hub::new(), memory().await);
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    let lead_id = hub.world.leads().next().unwrap().id;
    let mark = Act::ChangeLeads {
        lead_ids: vec![lead_id],
        patch: LeadPatch { marker: Some(Marker::Urgent), ..LeadPatch::default() },
        bulk_id: None,
    };
    let last = |hub: &Hub| hub.world.leads().next().unwrap().last_event_id;
    hub.act(&mark, ActId(id(8_001)));
    let marked = last(&hub);
    let steps = async |hub: &mut Hub, before: Option<Place>| {
        hub.sync(&store).await;
        let rows = store.activity(maria.contact, &[ActivityKind::Lead], before, 50).await.unwrap();
        let step = |row: ActivityRow| match row.what {
            Activity::History { event, undone, .. } => (event.id, undone),
            other => panic!("of leads alone, not {other:?}"),
        };
        rows.into_iter().map(step).collect::<Vec<_>>()
    };
    let undone_of = |steps: &[(HistoryId, Option<Undone>)], id| {
        steps.iter().find(|(step, _)| *step == id).unwrap_or_else(|| panic!("no {id:?} in {steps:?}")).1.clone()
    };
    let stands = steps(&mut hub, None).await;
    assert!(stands.iter().all(|(_, undone)| undone.is_none()), "it stands: {stands:?}");

    hub.act(&Act::UndoLeads { event_ids: vec![marked] }, ActId(id(8_002)));
    let taken_back = last(&hub);
    let all = steps(&mut hub, None).await;
    let undone = undone_of(&all, marked).unwrap();
    assert_eq!(undone.by, ChangedBy::Member { id: ACTOR.member_id }, "by whom");
    assert_eq!(undone_of(&all, taken_back), None, "the taking back itself stands");
    let newest = store.activity(maria.contact, &[ActivityKind::Lead], None, 1).await.unwrap()[0].place;
    let older = steps(&mut hub, Some(newest)).await;
    assert_eq!(undone_of(&older, marked), Some(undone), "also where what took it back is on the page before");

    hub.act(&Act::UndoLeads { event_ids: vec![taken_back] }, ActId(id(8_003)));
    let all = steps(&mut hub, None).await;
    assert_eq!(undone_of(&all, marked), None, "it was given back");
    assert!(undone_of(&all, taken_back).is_some());
}

#[tokio::test]
async fn what_was_taken_back_of_a_follow_up_says_by_whom_until_it_is_given_back() {
    let (mut hub, store) = (Hub::new(), memory().await);
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    let lead_id = hub.world.leads().find(|lead| lead.contact_id == maria.contact).unwrap().id;
    let task = FollowUp {
        id: FollowUpId(id(8_300)),
        lead_id,
        contact_id: maria.contact,
        kind: FollowUpKind::Task,
        state: FollowUpState::Scheduled,
        due_at_ms: NOW_MS + 86_400_000,
        note: "call".to_owned(),
        message: None,
        cancel_if_reply: false,
        nudge_of: None,
        responsible_id: None,
        created_by: ACTOR.member_id,
        created_at_ms: NOW_MS,
        ended_at_ms: None,
    };
    hub.act(&Act::SaveFollowUp { follow_up: Box::new(task.clone()) }, ActId(id(8_301)));
    let done = hub.act(&Act::EndFollowUps { ids: vec![task.id], done: true }, ActId(id(8_302)));
    let back = hub.act(&done.unwrap(), ActId(id(8_303)));
    hub.sync(&store).await;
    let struck = async || {
        let rows = store.activity(maria.contact, &[ActivityKind::FollowUp], None, 50).await.unwrap();
        let struck = rows.into_iter().filter_map(|row| match row.what {
            Activity::History { event, undone, .. } => undone.map(|undone| (event.kind, undone.by)),
            other => panic!("of follow-ups alone, not {other:?}"),
        });
        struck.collect::<Vec<_>>()
    };
    let me = ChangedBy::Member { id: ACTOR.member_id };
    assert_eq!(struck().await, [(HistoryKind::FollowUpDone, me.clone())], "it is not done any more");
    hub.act(&back.unwrap(), ActId(id(8_304)));
    hub.sync(&store).await;
    assert_eq!(struck().await, [(HistoryKind::FollowUpUndone, me)], "it is done after all");
}

#[tokio::test]
async fn a_change_names_whose_notes_and_history_it_is_about() {
    let (mut hub, store) = (Hub::new(), memory().await);
    for number in [1, 2] {
        hub.receive_text(customer(number), NOW_MS / 1000, "hello");
    }
    hub.sync(&store).await;
    let (maria, other) = (customer(1), customer(2));
    hub.put(Row::Note(Box::new(note(1, maria, 10, "a note"))));
    let changed = hub.deliver(&store).await;
    assert_eq!(changed.notes.into_iter().collect::<Vec<_>>(), [maria.contact]);
    assert!(changed.history.is_empty(), "nothing happened to a lead");
    hub.put(Row::Note(Box::new(Note { contact_id: other.contact, ..note(1, maria, 10, "a note") })));
    let changed = hub.deliver(&store).await;
    let both: Vec<ContactId> = BTreeSet::from([maria.contact, other.contact]).into_iter().collect();
    assert_eq!(changed.notes.into_iter().collect::<Vec<_>>(), both, "whose it was has one less");
    hub.delete(RowKey { entity: Entity::Note, id: id(7_001) });
    let changed = hub.deliver(&store).await;
    assert_eq!(changed.notes.into_iter().collect::<Vec<_>>(), [other.contact]);

    let lead_id = hub.world.leads().find(|lead| lead.contact_id == maria.contact).unwrap().id;
    let mark = Act::ChangeLeads {
        lead_ids: vec![lead_id],
        patch: LeadPatch { marker: Some(Marker::Urgent), ..LeadPatch::default() },
        bulk_id: None,
    };
    hub.act(&mark, ActId(id(8_001)));
    let changed = hub.deliver(&store).await;
    assert_eq!(changed.history.into_iter().collect::<Vec<_>>(), [maria.contact]);
    assert!(changed.notes.is_empty());
}

fn kinds_of(rows: &[ActivityRow]) -> Vec<&'static str> {
    rows.iter()
        .map(|row| match &row.what {
            Activity::Conversation { .. } => "conversation",
            Activity::History { event, .. } if event.follow_up.is_some() => "follow-up",
            Activity::History { .. } => "lead",
            Activity::Note(note) if note.call.is_some() => "call",
            Activity::Note(_) => "note",
            Activity::Merge { undone: false, .. } => "merge",
            Activity::Merge { .. } => "undone",
            Activity::Import(_) => "import",
            Activity::Brought { .. } => "brought",
        })
        .collect()
}

#[tokio::test]
async fn the_activity_is_everything_once_in_the_order_of_time_whatever_the_page() {
    let (mut hub, store) = (Hub::new(), memory().await);
    let (maria, other) = (customer(1), customer(2));
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.receive_text(other, NOW_MS / 1000, "hello");
    let close = Act::SetConversationState {
        conversation_id: maria.conversation,
        to: ConversationState::Closed { reason: None },
        expect: None,
        undoes: None,
        seen: None,
    };
    hub.act(&close, ActId(id(8_001)));
    for number in 1..=30 {
        let at_ms = NOW_MS + (number as i64 % 7) * 1_000;
        let row = if number % 3 == 0 { call(number, maria, at_ms, "") } else { note(number, maria, at_ms, "said") };
        hub.put(Row::Note(Box::new(row)));
    }
    hub.put(Row::Note(Box::new(note(99, other, NOW_MS, "of somebody else"))));
    let merge = Act::MergeContacts {
        record_id: MergeId(id(8_100)),
        keep: maria.contact,
        gone: vec![other.contact],
        fields: MergeFields::default(),
    };
    hub.act(&merge, ActId(id(8_002)));
    hub.sync(&store).await;
    let all = store.activity(maria.contact, &ActivityKind::ALL, None, 1_000).await.unwrap();
    for kind in ["conversation", "lead", "note", "call", "merge"] {
        assert!(kinds_of(&all).contains(&kind), "no {kind} in {:?}", kinds_of(&all));
    }
    let places: Vec<Place> = all.iter().map(|row| row.place).collect();
    assert!(places.is_sorted_by(|one, next| one > next), "the newest first, none twice");
    let calls = all.iter().filter(|row| matches!(&row.what, Activity::Note(note) if note.call.is_some())).count();
    assert_eq!(calls, 10, "every third of thirty");

    for limit in [1, 3, 7] {
        let (mut paged, mut before) = (Vec::new(), None);
        loop {
            let page = store.activity(maria.contact, &ActivityKind::ALL, before, limit).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.place);
            paged.extend(page);
        }
        assert_eq!(paged, all, "in pages of {limit}");
    }
    let mut apart = Vec::new();
    for kind in ActivityKind::ALL {
        apart.extend(store.activity(maria.contact, &[kind], None, 1_000).await.unwrap());
    }
    let of = |rows: &[ActivityRow]| rows.iter().map(|row| row.place).collect::<BTreeSet<_>>();
    assert_eq!((apart.len(), of(&apart)), (all.len(), of(&all)), "each is of exactly one kind");
    let asked_by_old_name = store.activity(other.contact, &ActivityKind::ALL, None, 1_000).await.unwrap();
    assert_eq!(asked_by_old_name, all, "who was merged is asked for by what is still on the screen");
}

#[tokio::test]
async fn who_has_bought_is_a_customer_whatever_came_after() {
    let (mut hub, store) = (Hub::new(), memory().await);
    let (buyer, browser) = (customer(1), customer(2));
    for who in [buyer, browser] {
        hub.receive_text(who, NOW_MS / 1000, "hello");
    }
    let lead_of = |hub: &Hub, who: Customer| {
        hub.world.leads().find(|lead| lead.contact_id == who.contact && lead.is_active()).unwrap().id
    };
    let close = |lead_id, status_id| Act::ChangeLeads {
        lead_ids: vec![lead_id],
        patch: LeadPatch { status: Some(StatusTo { status_id, reason_id: None }), ..LeadPatch::default() },
        bulk_id: None,
    };
    hub.act(&close(lead_of(&hub, buyer), seeded::CONVERTED), ActId(id(8_001)));
    hub.act(&close(lead_of(&hub, browser), seeded::ARCHIVED), ActId(id(8_002)));
    let again = NewLead { lead_id: LeadId(id(8_003)), contact_id: buyer.contact, joins: false };
    let open = Act::OpenLeads {
        leads: vec![again],
        status_id: None,
        stage: None,
        source_id: None,
        again: false,
        note: String::new(),
    };
    hub.act(&open, ActId(id(8_004)));
    hub.sync(&store).await;
    let customers = store.customers(&[buyer.contact, browser.contact]).await.unwrap();
    assert_eq!(customers.into_iter().collect::<Vec<_>>(), [buyer.contact]);
    let rows = store.contact_rows(&[buyer.contact, browser.contact]).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.is_customer).collect::<Vec<_>>(),
        [true, false],
        "the directory says the same"
    );
}

//! The list: pages, counts and filters against a plain reading of all rows.

use crate::support::*;
use embudo_domain::*;
use embudo_store::{
    InboxFilter, InboxKey, InboxOrder, InboxRow, InboxScope, InboxTab, InboxView, LocalDraft, Store, WaitingOn,
    WindowFilter,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

const HOUR_MS: i64 = 3_600_000;

/// 200 conversations on three lines in every state.
async fn filled() -> (Hub, Store, Vec<Conversation>) {
    let mut hub = Hub::with_window(Some(24 * HOUR_MS));
    let mut rng = StdRng::seed_from_u64(3);
    let tags: Vec<TagId> = (0..3).map(|number| TagId(id((11 << 100) | number))).collect();
    for tag in &tags {
        hub.put(Row::Tag(Tag { id: *tag, name: format!("{tag}"), color: "#000000".into() }));
    }
    let lines: Vec<LineId> = (0..3).map(|number| LineId(id((20 << 100) | number))).collect();
    for (at, line) in lines.iter().enumerate() {
        hub.put(Row::Line(Line {
            id: *line,
            line_type: if at == 0 { LineType::TelegramBot } else { LineType::Simulator },
            display_name: format!("Line {at}"),
            external_id: format!("l{at}"),
            color: "#123456".into(),
            state: LineState::Connected,
            base_url: None,
            created_at_ms: NOW_MS,
            window_ms: (at > 0).then_some(24 * HOUR_MS),
            history: LineHistory::Kept,
            auto_lead: None,
        }));
    }
    let mut all = Vec::new();
    for number in 0..200u128 {
        let who = customer(number);
        let mut tag_ids: Vec<TagId> = tags.iter().filter(|_| rng.random_range(0..3) == 0).copied().collect();
        tag_ids.dedup();
        let blocked = rng.random_range(0..12) == 0;
        hub.put(Row::Contact(Contact {
            id: who.contact,
            display_name: format!("Name {number}"),
            name_source: NameSource::User,
            channel_name: String::new(),
            saved: true,
            blocked,
            tag_ids,
            language: None,
            about: String::new(),
            photo: None,
            responsible_id: None,
            source_id: None,
            bin: None,
            fields: Vec::new(),
            brought: Vec::new(),
            erased: false,
            created_at_ms: NOW_MS,
        }));
        let state = match rng.random_range(0..6) {
            0 => ConversationState::Closed { reason: None },
            1 => ConversationState::Snoozed { until_ms: Some(NOW_MS), until_reply: true, by: ACTOR.member_id },
            _ => ConversationState::Open,
        };
        let inbound_count = rng.random_range(0..5);
        let conversation = Conversation {
            id: who.conversation,
            contact_id: who.contact,
            identity_id: who.identity,
            line_id: lines[rng.random_range(0..3)],
            state,
            blocked,
            last_inbound_s: rng.random::<bool>().then(|| (NOW_MS - rng.random_range(0..30) * HOUR_MS) / 1000),
            // Few moments: there are ties.
            last_at_ms: NOW_MS - rng.random_range(0..40) * HOUR_MS,
            waiting_since_ms: rng.random::<bool>().then(|| NOW_MS - rng.random_range(0..20) * HOUR_MS),
            pending_answers: Vec::new(),
            closes_at_ms: None,
            head_seq: 10,
            inbound_count,
            read_inbound: rng.random_range(0..=inbound_count),
            manual_unread: rng.random_range(0..8) == 0,
            failed_count: i64::from(rng.random_range(0..10) == 0),
            preview: None,
            created_at_ms: NOW_MS,
        };
        hub.put(Row::Conversation(conversation.clone()));
        all.push(conversation);
    }
    let store = memory().await;
    hub.deliver(&store).await;
    (hub, store, all)
}

fn matches(hub: &Hub, row: &Conversation, view: &InboxView, drafts: &[ConversationId]) -> bool {
    let filter = &view.filter;
    let line = hub.world.line(row.line_id).unwrap();
    let closes = row.last_inbound_s.zip(line.window_ms).map(|(at, window)| at * 1000 + window);
    let unread = row.unread() > 0 || row.manual_unread;
    let scope = match view.scope {
        InboxScope::Open => !row.blocked && row.state == ConversationState::Open,
        InboxScope::Snoozed => !row.blocked && matches!(row.state, ConversationState::Snoozed { .. }),
        InboxScope::Closed => !row.blocked && matches!(row.state, ConversationState::Closed { .. }),
        InboxScope::Blocked => row.blocked,
        InboxScope::Everything => !row.blocked,
    };
    let order = match view.order {
        InboxOrder::Newest | InboxOrder::Marker => true,
        InboxOrder::OldestUnread => unread,
        InboxOrder::WaitingLongest => row.waiting_since_ms.is_some(),
        InboxOrder::WindowClosing => closes.is_some_and(|at| at > NOW_MS),
    };
    let window = match filter.window {
        None => true,
        Some(WindowFilter::Open) => closes.is_none_or(|at| at > NOW_MS),
        Some(WindowFilter::ClosingSoon) => closes.is_some_and(|at| at > NOW_MS && at <= NOW_MS + 4 * HOUR_MS),
        Some(WindowFilter::Closed) => closes.is_some_and(|at| at <= NOW_MS),
    };
    let tags = &hub.world.contact(row.contact_id).unwrap().tag_ids;
    scope
        && order
        && window
        && (view.tab == InboxTab::All || unread)
        && (filter.line_ids.is_empty() || filter.line_ids.contains(&row.line_id))
        && (filter.line_types.is_empty() || filter.line_types.contains(&line.line_type))
        && filter.since_ms.is_none_or(|since| row.last_at_ms >= since)
        && filter.until_ms.is_none_or(|until| row.last_at_ms < until)
        && filter.waiting_on.is_none_or(|on| (on == WaitingOn::Us) == row.waiting_since_ms.is_some())
        && (filter.tag_ids.is_empty() || filter.tag_ids.iter().any(|tag| tags.contains(tag)))
        && (!filter.has_draft || drafts.contains(&row.id))
        && (!filter.has_failed || row.failed_count > 0)
}

fn views(rng: &mut StdRng) -> InboxView {
    let scopes =
        [InboxScope::Open, InboxScope::Snoozed, InboxScope::Closed, InboxScope::Blocked, InboxScope::Everything];
    let orders = [InboxOrder::Newest, InboxOrder::WaitingLongest, InboxOrder::WindowClosing, InboxOrder::OldestUnread];
    let mut some = |of: u32| rng.random_range(0..of) == 0;
    let (tab, lines, types, since, until, waiting, window, tags, drafts, failed) =
        (some(2), some(3), some(6), some(6), some(6), some(4), some(3), some(3), some(8), some(6));
    let line_ids = if lines {
        (0..rng.random_range(1..3)).map(|number| LineId(id((20 << 100) | number))).collect()
    } else {
        Vec::new()
    };
    let tag_ids = if tags {
        (0..rng.random_range(1..3)).map(|number| TagId(id((11 << 100) | number))).collect()
    } else {
        Vec::new()
    };
    InboxView {
        scope: scopes[rng.random_range(0..5)],
        tab: if tab { InboxTab::Unread } else { InboxTab::All },
        order: orders[rng.random_range(0..4)],
        filter: InboxFilter {
            line_ids,
            line_types: if types { vec![LineType::Simulator] } else { Vec::new() },
            since_ms: since.then_some(NOW_MS - 20 * HOUR_MS),
            until_ms: until.then_some(NOW_MS - 5 * HOUR_MS),
            waiting_on: waiting.then(|| if rng.random() { WaitingOn::Us } else { WaitingOn::Customer }),
            window: window
                .then(|| [WindowFilter::Open, WindowFilter::ClosingSoon, WindowFilter::Closed][rng.random_range(0..3)]),
            tag_ids,
            has_draft: drafts,
            has_failed: failed,
            ..InboxFilter::default()
        },
    }
}

async fn pages(store: &Store, view: &InboxView, limit: u32) -> Vec<InboxRow> {
    let mut rows = Vec::new();
    let mut after: Option<InboxKey> = None;
    loop {
        let page = store.inbox_page(view, after, limit, NOW_MS).await.unwrap();
        rows.extend(page.rows);
        assert!(rows.len() <= 1_000, "the pages come to an end: {view:?}");
        match page.next {
            Some(next) => after = Some(next),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn every_view_shows_each_of_its_conversations_once_and_in_order() {
    let (hub, store, all) = filled().await;
    let mut drafts = Vec::new();
    for conversation in all.iter().step_by(17) {
        let draft = LocalDraft {
            conversation_id: conversation.id,
            message_id: MessageId(id(1)),
            text: "typed".into(),
            attachments: Vec::new(),
            reply_to: None,
            updated_at_ms: NOW_MS,
        };
        store.save_draft(&draft).await.unwrap();
        drafts.push(conversation.id);
    }
    let mut rng = StdRng::seed_from_u64(11);
    for _ in 0..400 {
        let view = views(&mut rng);
        let rows = pages(&store, &view, 7).await;
        let mut expected: Vec<ConversationId> =
            all.iter().filter(|row| matches(&hub, row, &view, &drafts)).map(|row| row.id).collect();
        let mut shown: Vec<ConversationId> = rows.iter().map(|row| row.id).collect();
        let ids = store.inbox_ids(&view, NOW_MS).await.unwrap();
        assert_eq!(ids, shown, "all ids come in the order of the pages: {view:?}");
        let key = |row: &InboxRow| match view.order {
            InboxOrder::Newest => -row.last_at_ms,
            InboxOrder::OldestUnread => row.last_at_ms,
            InboxOrder::WaitingLongest => row.waiting_since_ms.unwrap(),
            InboxOrder::WindowClosing => row.window_closes_at_ms.unwrap(),
            InboxOrder::Marker => unreachable!("asked for by the test of what speaks of leads"),
        };
        assert!(rows.windows(2).all(|pair| key(&pair[0]) <= key(&pair[1])), "in order: {view:?}");
        let counts = store.inbox_counts(&view, NOW_MS).await.unwrap();
        let whole = InboxView { tab: InboxTab::All, ..view.clone() };
        let count = all.iter().filter(|row| matches(&hub, row, &whole, &drafts)).count() as i64;
        let unread = InboxView { tab: InboxTab::Unread, ..view.clone() };
        let unread = all.iter().filter(|row| matches(&hub, row, &unread, &drafts)).count() as i64;
        assert_eq!((counts.all, counts.unread), (count, unread), "counts are exact: {view:?}");
        if let Some(at) = (!rows.is_empty()).then(|| rng.random_range(0..rows.len())) {
            let here = store.inbox_page_at(&view, at as i64, 3, NOW_MS).await.unwrap();
            let ids: Vec<_> = here.rows.iter().map(|row| row.id).collect();
            assert_eq!(ids, shown[at..(at + 3).min(shown.len())], "the window at a row number: {view:?}");
            let key = InboxKey { sort: key(&rows[at]).abs(), id: rows[at].id };
            assert_eq!(store.inbox_position(&view, key, NOW_MS).await.unwrap(), at as i64, "its place: {view:?}");
        }
        let by_id = store.inbox_rows(&view, &all.iter().map(|row| row.id).collect::<Vec<_>>(), NOW_MS).await.unwrap();
        let mut in_view: Vec<ConversationId> = by_id.iter().filter(|at| at.in_view).map(|at| at.row.id).collect();
        expected.sort();
        shown.sort();
        in_view.sort();
        assert_eq!(shown, expected, "each once, none else: {view:?}");
        assert_eq!(in_view, expected, "rows by id know whether they are in the view: {view:?}");
    }
    let badge = all
        .iter()
        .filter(|row| !row.blocked && row.state == ConversationState::Open && (row.unread() > 0 || row.manual_unread));
    let counts = store.inbox_counts(&InboxView::default(), NOW_MS).await.unwrap();
    assert_eq!(counts.badge, badge.count() as i64, "the badge counts unread open conversations");
}

#[tokio::test]
async fn the_list_goes_on_behind_a_chat_that_is_gone_meanwhile_and_shows_none_twice() {
    const NOW_S: i64 = NOW_MS / 1000;
    let mut hub = Hub::new();
    let store = memory().await;
    // Of one moment, as far as anybody can tell.
    for number in 1..=3 {
        hub.receive_text(customer(number), NOW_S, "hi");
    }
    let older = customer(4);
    hub.receive_text(older, NOW_S - 60, "hi");
    hub.deliver(&store).await;
    let gone = InboxKey { sort: NOW_MS, id: ConversationId(id(999)) };
    for scope in [InboxScope::Open, InboxScope::Everything] {
        let newest = InboxView { scope, ..InboxView::default() };
        let oldest = InboxView { order: InboxOrder::OldestUnread, ..newest.clone() };
        let behind = async |view: &InboxView| {
            let page = store.inbox_page(view, Some(gone), 10, NOW_MS).await.unwrap();
            page.rows.iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(behind(&newest).await, [older.conversation], "{scope:?}");
        assert_eq!(behind(&oldest).await, [], "{scope:?}, the other way round");
        let before = async |view: &InboxView| store.inbox_position(view, gone, NOW_MS).await.unwrap();
        assert_eq!((before(&newest).await, before(&oldest).await), (0, 1), "where it stood: {scope:?}");
    }
}

#[tokio::test]
async fn a_row_shows_name_line_preview_draft_and_held_message() {
    let mut hub = Hub::with_window(Some(24 * HOUR_MS));
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "how much is it?");
    hub.deliver(&store).await;
    let row = store.inbox_page(&InboxView::default(), None, 50, NOW_MS).await.unwrap().rows.remove(0);
    assert_eq!((row.name.as_str(), row.saved, row.unread), ("Customer 1", false, 1));
    assert_eq!((row.line_name.as_str(), row.line_color.as_str(), row.line_connected), ("Sales 1", "#112233", true));
    assert_eq!(row.preview.as_ref().unwrap().text, "how much is it?");
    assert_eq!(row.window_closes_at_ms, Some(NOW_MS / 1000 * 1000 + 24 * HOUR_MS), "24 h after their message");
    assert_eq!((row.draft_text, row.held), (None, None));
    let held = embudo_store::HeldMessage {
        place: 0,
        message_id: MessageId(id(55)),
        conversation_id: maria.conversation,
        body: Body::Text { text: "it is 120".into() },
        reply_to: None,
        clicked_at_ms: NOW_MS,
        until_ms: NOW_MS + 5_000,
        send_whenever: false,
        when: SendWhen::Now,
        asks: false,
    };
    store.hold(&[held]).await.unwrap();
    let row = store.inbox_page(&InboxView::default(), None, 50, NOW_MS).await.unwrap().rows.remove(0);
    assert_eq!((row.held, row.held_text.as_deref()), (Some(MessageId(id(55))), Some("it is 120")));
}

#[tokio::test]
async fn a_changed_window_moves_every_conversation_of_its_line() {
    let mut hub = Hub::new();
    let store = memory().await;
    hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    let closing = InboxView { order: InboxOrder::WindowClosing, ..InboxView::default() };
    assert!(store.inbox_page(&closing, None, 50, NOW_MS).await.unwrap().rows.is_empty(), "no window, nothing closes");
    let line = hub.world.line(LINE).unwrap().clone();
    hub.put(Row::Line(Line { window_ms: Some(24 * HOUR_MS), ..line }));
    let changed = hub.deliver(&store).await;
    assert!(changed.everything, "a line stands in every row");
    assert_eq!(store.inbox_page(&closing, None, 50, NOW_MS).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn a_renamed_contact_names_its_conversations() {
    let mut hub = Hub::new();
    let store = memory().await;
    hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    let patch = ContactPatch { display_name: Some("Maria".into()), ..ContactPatch::default() };
    let act = Act::PatchContact { contact_id: customer(1).contact, patch, expect: None };
    let applied = store.apply_act(&act, ACTOR, stamp(1, NOW_MS)).await.unwrap();
    assert!(applied.changed.conversations.contains(&customer(1).conversation), "its list row has another name now");
}

#[tokio::test]
async fn a_second_tag_beside_one_that_stays_is_taken() {
    let (mut hub, store) = (Hub::new(), memory().await);
    hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    let (one, other) = (TagId(id(51)), TagId(id(52)));
    for tag_ids in [vec![one], vec![one, other], vec![other, one], vec![other], Vec::new()] {
        let contact = hub.world.contact(customer(1).contact).unwrap().clone();
        hub.put(Row::Contact(Contact { tag_ids: tag_ids.clone(), ..contact }));
        hub.deliver(&store).await;
        for tag in [one, other] {
            let filter = InboxFilter { tag_ids: vec![tag], ..InboxFilter::default() };
            let page = store.inbox_page(&InboxView { filter, ..InboxView::default() }, None, 10, NOW_MS).await.unwrap();
            assert_eq!(page.rows.len(), usize::from(tag_ids.contains(&tag)), "{tag_ids:?}: the list by {tag:?}");
        }
    }
}

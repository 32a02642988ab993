//! The inbox by what is said of leads, against the words over all rows; asked along with the
//! questions of `lead_index`.

use crate::lead_index::{MEMBERS, OTHER_LINE, Rows, TAGS, member, some, tag};
use crate::support::*;
use embudo_domain::*;
use embudo_store::*;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

fn leads(rows: &Rows) -> impl Iterator<Item = &Lead> {
    rows.values().filter_map(|row| match row {
        Row::Lead(row) => Some(&**row),
        _ => None,
    })
}

fn newest_lead(rows: &Rows, contact_id: ContactId) -> Option<&Lead> {
    leads(rows).filter(|lead| lead.contact_id == contact_id).max_by_key(|lead| (lead.cycle, lead.id))
}

fn closes_at_ms(rows: &Rows, row: &Conversation) -> Option<i64> {
    let line = rows.get(&RowKey { entity: Entity::Line, id: row.line_id.0 });
    let Some(Row::Line(Line { window_ms, .. })) = line else { return None };
    row.last_inbound_s.zip(*window_ms).map(|(at_s, window_ms)| at_s * 1000 + window_ms)
}

fn is_in_view(rows: &Rows, row: &Conversation, view: &InboxView, now_ms: i64) -> bool {
    let filter = &view.filter;
    let line = rows.values().find_map(|other| match other {
        Row::Line(line) if line.id == row.line_id => Some(line),
        _ => None,
    });
    let closes = closes_at_ms(rows, row);
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
        InboxOrder::WindowClosing => closes.is_some_and(|at| at > now_ms),
    };
    let window = match filter.window {
        None => true,
        Some(WindowFilter::Open) => closes.is_none_or(|at| at > now_ms),
        Some(WindowFilter::ClosingSoon) => closes.is_some_and(|at| at > now_ms && at <= now_ms + 4 * 3_600_000),
        Some(WindowFilter::Closed) => closes.is_some_and(|at| at <= now_ms),
    };
    let tag_ids = match rows.get(&RowKey { entity: Entity::Contact, id: row.contact_id.0 }) {
        Some(Row::Contact(contact)) => contact.tag_ids.clone(),
        _ => Vec::new(),
    };
    let tags = match filter.all_tags {
        true => filter.tag_ids.iter().all(|tag| tag_ids.contains(tag)),
        false => filter.tag_ids.is_empty() || filter.tag_ids.iter().any(|tag| tag_ids.contains(tag)),
    };
    scope
        && order
        && window
        && tags
        && (view.tab == InboxTab::All || unread)
        && (filter.line_ids.is_empty() || filter.line_ids.contains(&row.line_id))
        && (filter.line_types.is_empty() || line.is_some_and(|line| filter.line_types.contains(&line.line_type)))
        && filter.since_ms.is_none_or(|since| row.last_at_ms >= since)
        && filter.until_ms.is_none_or(|until| row.last_at_ms < until)
        && filter.waiting_on.is_none_or(|on| (on == WaitingOn::Us) == row.waiting_since_ms.is_some())
        && (!filter.has_failed || row.failed_count > 0)
        && lead_is_meant(newest_lead(rows, row.contact_id), filter)
}

fn lead_is_meant(lead: Option<&Lead>, filter: &InboxFilter) -> bool {
    fn any<T: PartialEq>(wanted: &[T], value: Option<T>) -> bool {
        wanted.is_empty() || value.is_some_and(|value| wanted.contains(&value))
    }
    let of_responsible = filter.nobodys || !filter.responsible_ids.is_empty();
    let speaks = of_responsible
        || !(filter.lead_status_ids.is_empty()
            && filter.funnel_ids.is_empty()
            && filter.stage_ids.is_empty()
            && filter.markers.is_empty()
            && filter.source_ids.is_empty());
    let Some(lead) = lead else { return filter.without_lead || !speaks };
    let state = &lead.state;
    let responsible = match state.responsible_id {
        None => filter.nobodys,
        Some(id) => filter.responsible_ids.contains(&id),
    };
    (speaks || !filter.without_lead)
        && any(&filter.lead_status_ids, Some(state.status_id))
        && any(&filter.funnel_ids, state.funnel_id)
        && any(&filter.stage_ids, Some(state.stage_id))
        && any(&filter.markers, Some(state.marker))
        && any(&filter.source_ids, lead.source_id)
        && (!of_responsible || responsible)
}

fn random_view(rng: &mut StdRng, rows: &Rows, now_ms: i64) -> InboxView {
    let scopes = [InboxScope::Open, InboxScope::Closed, InboxScope::Blocked, InboxScope::Everything];
    let orders = [
        InboxOrder::Newest,
        InboxOrder::Marker,
        InboxOrder::WaitingLongest,
        InboxOrder::WindowClosing,
        InboxOrder::OldestUnread,
    ];
    let mut filter = InboxFilter::default();
    let all: Vec<&Lead> = leads(rows).collect();
    for _ in 0..rng.random_range(1..=3) {
        match rng.random_range(0..14) {
            0 => filter.lead_status_ids = some(rng, all.iter().map(|lead| lead.state.status_id), LeadStatusId(id(404))),
            1 => filter.funnel_ids = some(rng, all.iter().filter_map(|lead| lead.state.funnel_id), FunnelId(id(404))),
            2 => filter.stage_ids = some(rng, all.iter().map(|lead| lead.state.stage_id), StageId(id(404))),
            3 => filter.markers = some(rng, Marker::ALL.into_iter(), Marker::None),
            4 => filter.source_ids = some(rng, all.iter().filter_map(|lead| lead.source_id), SourceId(id(404))),
            5 => filter.responsible_ids = some(rng, (0..MEMBERS).map(member), ACTOR.member_id),
            6 => filter.nobodys = true,
            7 => filter.without_lead = true,
            8 => {
                filter.tag_ids = some(rng, (0..TAGS).map(tag), TagId(id(404)));
                filter.all_tags = rng.random();
            }
            9 => filter.line_ids = some(rng, [LINE, OTHER_LINE].into_iter(), LineId(id(404))),
            10 => filter.line_types = vec![*[LineType::Simulator, LineType::TelegramBot].choose(rng).unwrap()],
            11 => filter.waiting_on = [WaitingOn::Us, WaitingOn::Customer].choose(rng).copied(),
            12 => {
                filter.window =
                    [WindowFilter::Open, WindowFilter::ClosingSoon, WindowFilter::Closed].choose(rng).copied()
            }
            _ if rng.random() => filter.has_failed = true,
            _ => filter.since_ms = Some(now_ms - rng.random_range(0..2_000_000)),
        }
    }
    let of_leads = InboxFilter {
        lead_status_ids: filter.lead_status_ids.clone(),
        funnel_ids: filter.funnel_ids.clone(),
        stage_ids: filter.stage_ids.clone(),
        markers: filter.markers.clone(),
        source_ids: filter.source_ids.clone(),
        responsible_ids: filter.responsible_ids.clone(),
        nobodys: filter.nobodys,
        without_lead: filter.without_lead,
        ..InboxFilter::default()
    };
    // The other lists are those of the tests of the inbox.
    let order = match of_leads == InboxFilter::default() {
        true => InboxOrder::Marker,
        false => *orders.choose(rng).unwrap(),
    };
    InboxView {
        scope: *scopes.choose(rng).unwrap(),
        tab: if rng.random_range(0..4) == 0 { InboxTab::Unread } else { InboxTab::All },
        order,
        filter,
    }
}

/// The lower the earlier; ties are the store's own to order.
fn place(row: &InboxRow, closes: Option<i64>, order: InboxOrder) -> (i64, i64) {
    match order {
        InboxOrder::Newest => (-row.last_at_ms, 0),
        InboxOrder::OldestUnread => (row.last_at_ms, 0),
        InboxOrder::WaitingLongest => (row.waiting_since_ms.unwrap(), 0),
        InboxOrder::WindowClosing => (closes.unwrap(), 0),
        InboxOrder::Marker => {
            (row.lead.filter(|lead| !lead.is_closed).map_or(Marker::None, |lead| lead.marker).weight(), -row.last_at_ms)
        }
    }
}

/// A few questions; gives how many conversations the answers named.
pub async fn assert_chats(rng: &mut StdRng, hub: &Hub, store: &Store, why: &str) -> usize {
    let (rows, now_ms) = (rows_of(store).await, hub.now_ms);
    let chats: Vec<&Conversation> = rows
        .values()
        .filter_map(|row| match row {
            Row::Conversation(row) => Some(row),
            _ => None,
        })
        .collect();
    let mut named = 0;
    for _ in 0..6 {
        let view = random_view(rng, &rows, now_ms);
        let why = format!("{why}: {view:?}");
        let count = |tab| {
            let view = InboxView { tab, ..view.clone() };
            chats.iter().filter(|row| is_in_view(&rows, row, &view, now_ms)).count() as i64
        };
        let mut wanted: Vec<ConversationId> =
            chats.iter().filter(|row| is_in_view(&rows, row, &view, now_ms)).map(|row| row.id).collect();
        named += wanted.len();
        let (mut shown, mut after) = (Vec::new(), None);
        loop {
            let page = store.inbox_page(&view, after, 3, now_ms).await.unwrap();
            shown.extend(page.rows);
            assert!(shown.len() <= chats.len(), "{why}: the pages come to an end");
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        // The line of a chat changes here as it never does: its row keeps the window of the first one.
        let closes =
            |id: ConversationId| chats.iter().find(|row| row.id == id).and_then(|row| closes_at_ms(&rows, row));
        let order: Vec<(i64, i64)> = shown.iter().map(|row| place(row, closes(row.id), view.order)).collect();
        assert!(order.is_sorted(), "{why}: in order");
        let mut ids: Vec<ConversationId> = shown.iter().map(|row| row.id).collect();
        assert_eq!(store.inbox_ids(&view, now_ms).await.unwrap(), ids, "{why}: all ids in the order of the pages");
        let counts = store.inbox_counts(&view, now_ms).await.unwrap();
        assert_eq!((counts.all, counts.unread), (count(InboxTab::All), count(InboxTab::Unread)), "{why}: counts");
        if let Some(at) = (!ids.is_empty()).then(|| rng.random_range(0..ids.len())) {
            let here = store.inbox_page_at(&view, at as i64, 2, now_ms).await.unwrap();
            let here: Vec<ConversationId> = here.rows.iter().map(|row| row.id).collect();
            assert_eq!(here, ids[at..(at + 2).min(ids.len())], "{why}: the window at a row number");
            let key = store.inbox_rows(&view, &[ids[at]], now_ms).await.unwrap()[0].key;
            assert_eq!(store.inbox_position(&view, key, now_ms).await.unwrap(), at as i64, "{why}: its place");
        }
        let everybody: Vec<ConversationId> = chats.iter().map(|row| row.id).collect();
        let by_id = store.inbox_rows(&view, &everybody, now_ms).await.unwrap();
        assert_eq!(by_id.len(), chats.len(), "{why}: every row by its id");
        let mut in_view: Vec<ConversationId> = by_id.iter().filter(|at| at.in_view).map(|at| at.row.id).collect();
        ids.sort();
        wanted.sort();
        in_view.sort();
        assert_eq!(ids, wanted, "{why}: each once, none else");
        assert_eq!(in_view, wanted, "{why}: rows by id know whether they are in the view");
    }
    named
}

#[tokio::test]
async fn drafts_and_leads_are_asked_for_together() {
    let (mut hub, store) = (Hub::new(), memory().await);
    for number in 1..=3 {
        hub.receive_text(customer(number), NOW_MS / 1000 + number as i64, "hello");
    }
    hub.deliver(&store).await;
    let draft = LocalDraft {
        conversation_id: customer(2).conversation,
        message_id: MessageId(id(1)),
        text: "typed".into(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: NOW_MS,
    };
    store.save_draft(&draft).await.unwrap();
    let filter = InboxFilter { has_draft: true, lead_status_ids: vec![seeded::NEW], ..InboxFilter::default() };
    let view = InboxView { filter, ..InboxView::default() };
    assert_eq!(store.inbox_ids(&view, NOW_MS).await.unwrap(), [customer(2).conversation]);
    let filter = InboxFilter { lead_status_ids: vec![seeded::LOST], ..view.filter };
    assert!(store.inbox_ids(&InboxView { filter, ..InboxView::default() }, NOW_MS).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_filter_that_an_older_program_kept_is_read_and_narrows_by_no_lead() {
    let old = r#"{"line_ids":[],"line_types":[],"since_ms":null,"until_ms":null,"waiting_on":"us","window":null,"tag_ids":[],"has_draft":false,"has_failed":false}"#;
    let filter: InboxFilter = serde_json::from_str(old).unwrap();
    assert_eq!(filter, InboxFilter { waiting_on: Some(WaitingOn::Us), ..InboxFilter::default() });
}

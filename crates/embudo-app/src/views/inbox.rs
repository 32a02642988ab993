//! Rows of the list.

use crate::api;
use crate::catalogue::Catalogue;
use embudo_domain::{ContactId, NextFollowUp};
use embudo_store as store;
use std::collections::{HashMap, HashSet};

pub fn to_store_view(view: &api::InboxView) -> store::InboxView {
    store::InboxView {
        scope: match view.scope {
            api::InboxScope::Open => store::InboxScope::Open,
            api::InboxScope::Snoozed => store::InboxScope::Snoozed,
            api::InboxScope::Closed => store::InboxScope::Closed,
            api::InboxScope::Blocked => store::InboxScope::Blocked,
            api::InboxScope::Everything => store::InboxScope::Everything,
        },
        tab: match view.tab {
            api::InboxTab::All => store::InboxTab::All,
            api::InboxTab::Unread => store::InboxTab::Unread,
        },
        order: match view.order {
            api::InboxOrder::Newest => store::InboxOrder::Newest,
            api::InboxOrder::WaitingLongest => store::InboxOrder::WaitingLongest,
            api::InboxOrder::WindowClosing => store::InboxOrder::WindowClosing,
            api::InboxOrder::OldestUnread => store::InboxOrder::OldestUnread,
            api::InboxOrder::Marker => store::InboxOrder::Marker,
        },
        filter: store::InboxFilter {
            line_ids: view.filter.line_ids.clone(),
            line_types: view.filter.line_types.clone(),
            since_ms: view.filter.since_ms,
            until_ms: view.filter.until_ms,
            waiting_on: view.filter.waiting_on.map(|on| match on {
                api::WaitingOn::Us => store::WaitingOn::Us,
                api::WaitingOn::Customer => store::WaitingOn::Customer,
            }),
            window: view.filter.window.map(|window| match window {
                api::WindowFilter::Open => store::WindowFilter::Open,
                api::WindowFilter::ClosingSoon => store::WindowFilter::ClosingSoon,
                api::WindowFilter::Closed => store::WindowFilter::Closed,
            }),
            tag_ids: view.filter.tag_ids.clone(),
            has_draft: view.filter.has_draft,
            has_failed: view.filter.has_failed,
            all_tags: view.filter.all_tags,
            lead_status_ids: view.filter.lead_status_ids.clone(),
            funnel_ids: view.filter.funnel_ids.clone(),
            stage_ids: view.filter.stage_ids.clone(),
            markers: view.filter.markers.clone(),
            source_ids: view.filter.source_ids.clone(),
            responsible_ids: view.filter.responsible_ids.clone(),
            nobodys: view.filter.nobodys,
            without_lead: view.filter.without_lead,
        },
    }
}

pub fn page_key(key: store::InboxKey) -> api::PageKey {
    api::PageKey { sort: key.sort, id: key.id }
}

/// What rows show of who they are of.
#[derive(Default)]
pub struct OfContacts {
    pub next: HashMap<ContactId, NextFollowUp>,
    pub customers: HashSet<ContactId>,
}

/// `held`: what this device holds, also of other rows.
pub fn inbox_row(
    row: store::InboxRow,
    held: &[store::HeldMessage],
    of: &OfContacts,
    catalogue: &Catalogue,
) -> api::InboxRow {
    let preview = preview(&row, held);
    api::InboxRow {
        next_follow_up: of.next.get(&row.contact_id).cloned(),
        is_customer: of.customers.contains(&row.contact_id),
        id: row.id,
        contact_id: row.contact_id,
        saved: row.saved,
        line: api::LineBrief {
            id: row.line_id,
            line_type: row.line_type,
            name: row.line_name,
            color: row.line_color,
            connected: row.line_connected,
        },
        name: row.name,
        state: row.state,
        blocked: row.blocked,
        last_at_ms: row.last_at_ms,
        preview,
        unread: row.unread,
        manual_unread: row.manual_unread,
        waiting_since_ms: row.waiting_since_ms,
        window_closes_at_ms: row.window_closes_at_ms,
        draft_text: row.draft_text,
        failed_count: row.failed_count,
        tags: catalogue.tag_views(&row.tag_ids),
        photo: row.photo_hash,
        lead: row.lead.map(|lead| api::RowLead {
            id: lead.id,
            status_id: lead.status_id,
            stage_id: lead.stage_id,
            marker: lead.marker,
            is_closed: lead.is_closed,
        }),
    }
}

/// A message that this device holds is newer than what the hub knows.
fn preview(row: &store::InboxRow, held: &[store::HeldMessage]) -> Option<api::PreviewView> {
    if let Some(message_id) = row.held {
        let kind = held.iter().find(|held| held.message_id == message_id).map_or("text", |held| held.body.kind_name());
        return Some(api::PreviewView {
            message_id,
            from_us: true,
            kind: kind.to_owned(),
            text: row.held_text.clone().unwrap_or_default(),
            delivery: embudo_domain::Delivery::Queued,
            held: true,
        });
    }
    row.preview.as_ref().map(preview_view)
}

pub fn preview_view(preview: &embudo_domain::Preview) -> api::PreviewView {
    api::PreviewView {
        message_id: preview.message_id,
        from_us: preview.from_us,
        kind: preview.kind.clone(),
        text: preview.text.clone(),
        delivery: preview.delivery,
        held: false,
    }
}

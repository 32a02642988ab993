//! The list of notifications as the window asks of it.

use crate::api::*;
use crate::workspace::Workspace;
use crate::{App, failure};
use embudo_domain::alerts::{MAX_TEXT, NoticeKind, one_line};
use embudo_domain::{ActId, ConversationId, FollowUpId, preview_text};
use embudo_store::{AgendaPart, ConversationHead, NoticeFilter, NoticePick, NoticeRow, ReviewRow, ThreadRow};
use std::collections::HashMap;

const PAGE: u32 = 100;

pub(super) async fn list_notices(app: &App, args: ListNotices) -> Result<NoticePage, ApiError> {
    let workspace = app.workspace()?;
    let filter = NoticeFilter { unread: args.unread, kinds: args.kinds };
    let mut rows = workspace.store.notices(&filter, args.before, PAGE + 1).await.map_err(failure::store)?;
    let has_more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    Ok(NoticePage { rows: views_of(&workspace, rows).await?, has_more })
}

pub(super) async fn get_notice_counts(app: &App, _args: Nothing) -> Result<NoticeCounts, ApiError> {
    let counts = app.workspace()?.store.notice_counts().await.map_err(failure::store)?;
    Ok(NoticeCounts { all: counts.all, unread: counts.unread })
}

/// Gives those that were unread: what takes it back.
pub(super) async fn mark_notices_read(app: &App, args: MarkNoticesRead) -> Result<NoticeNos, ApiError> {
    let workspace = app.workspace()?;
    let which = args.nos.map_or(NoticePick::Kinds(args.kinds), NoticePick::Nos);
    mark(&workspace, &which, Some(workspace.clock.now_ms())).await
}

pub(super) async fn mark_notices_unread(app: &App, args: NoticeNos) -> Result<NoticeNos, ApiError> {
    mark(&*app.workspace()?, &NoticePick::Nos(args.nos), None).await
}

async fn mark(workspace: &Workspace, which: &NoticePick, read_at_ms: Option<i64>) -> Result<NoticeNos, ApiError> {
    let marked = workspace.store.mark_notices(which, read_at_ms).await;
    let nos = marked.map_err(|error| workspace.noted(error))?;
    if !nos.is_empty() {
        workspace.bus.put(AppEvent::NoticesChanged);
    }
    Ok(NoticeNos { nos })
}

async fn views_of(workspace: &Workspace, rows: Vec<NoticeRow>) -> Result<Vec<NoticeView>, ApiError> {
    let catalogue = workspace.catalogue();
    let ids: Vec<_> = rows.iter().filter_map(|row| row.notice.message_id).collect();
    let messages = workspace.store.thread_rows(&ids).await.map_err(failure::store)?;
    let messages: HashMap<_, ThreadRow> = messages.into_iter().map(|row| (row.id, row)).collect();
    let mut review: HashMap<ActId, ReviewRow> = HashMap::new();
    if rows.iter().any(|row| row.notice.kind == NoticeKind::ReviewItem) {
        let lying = workspace.store.review().await.map_err(failure::store)?;
        review.extend(lying.into_iter().map(|row| (row.act_id, row)));
    }
    let follow_ups: Vec<FollowUpId> = rows.iter().filter_map(|row| row.notice.follow_up_id).collect();
    let follow_ups = workspace.store.follow_ups(&follow_ups).await.map_err(failure::store)?;
    let follow_ups = super::follow_ups::views_of(workspace, follow_ups).await?;
    let follow_ups: HashMap<FollowUpId, FollowUpView> =
        follow_ups.into_iter().map(|view| (view.follow_up.id, view)).collect();
    let me = Some(workspace.actor.member_id);
    let asking = workspace.store.agenda_counts(&[AgendaPart::Asking], me).await.map_err(failure::store)?;
    let asking = asking.first().map_or(0, |count| u32::try_from(*count).unwrap_or(u32::MAX));
    let mut heads: HashMap<ConversationId, Option<ConversationHead>> = HashMap::new();
    let mut views = Vec::with_capacity(rows.len());
    for NoticeRow { no, notice, read, ended, too_late } in rows {
        let change = notice.act_id.and_then(|id| review.get(&id));
        let conversation_id = notice.conversation_id.or(change.and_then(|row| row.conversation_id));
        if let Some(id) = conversation_id
            && !heads.contains_key(&id)
        {
            heads.insert(id, workspace.store.conversation_head(id).await.map_err(failure::store)?);
        }
        let head = conversation_id.and_then(|id| heads.get(&id)).and_then(Option::as_ref);
        let message = notice.message_id.and_then(|id| messages.get(&id));
        let follow_up = notice.follow_up_id.and_then(|id| follow_ups.get(&id));
        if notice.follow_up_id.is_some() && follow_up.is_none() {
            continue;
        }
        // Erased between two reads.
        if notice.conversation_id.is_some() && head.is_none() || notice.message_id.is_some() && message.is_none() {
            continue;
        }
        let of_line = notice.line_id.map(|id| catalogue.line_brief(id).name);
        let of_chat = head.map(|head| head.contact.display_name.clone());
        views.push(NoticeView {
            no,
            kind: notice.kind,
            code: notice.code,
            at_ms: notice.at_ms,
            read,
            ended,
            too_late,
            // A reminder leads to whom it is about.
            conversation_id: notice.conversation_id.or_else(|| Some(follow_up?.conversation.as_ref()?.id)),
            follow_up_id: notice.follow_up_id,
            count: if notice.kind == NoticeKind::FollowUpsAsking { asking } else { 0 },
            message_id: notice.message_id,
            line_id: notice.line_id,
            closes_at_ms: notice.closes_at_ms,
            name: of_chat
                .or(of_line)
                .or_else(|| follow_up.map(|view| view.name.clone()))
                .or_else(|| change.and_then(|row| row.about.as_ref()).map(|about| about.name.clone()))
                .unwrap_or_default(),
            line: head.map(|head| catalogue.line_brief(head.line.id)),
            refusal: change.map(|row| row.refusal.clone()),
            text: message
                .filter(|row| row.deleted_at_ms.is_none())
                .map(|row| preview_text(&row.body))
                .or_else(|| change.and_then(|row| row.text.as_deref()).map(|text| one_line(text, MAX_TEXT)))
                .or_else(|| follow_up.map(|view| one_line(&view.follow_up.note, MAX_TEXT)))
                .unwrap_or_default(),
            body_kind: message.map(|row| row.body.kind_name().to_owned()),
        });
    }
    Ok(views)
}

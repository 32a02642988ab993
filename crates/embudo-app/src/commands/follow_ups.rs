//! The agenda, and what is done to follow-ups (product.md 4.8).

use super::composer::values_of;
use super::leads::{UnderWay, count, fixed, in_chunks, left_leads};
use super::sale::views as card_views;
use crate::App;
use crate::api::*;
use crate::failure;
use crate::quick_reply;
use crate::workspace::Workspace;
use chrono::{Days, Local, TimeZone};
use embudo_domain::rules::{MAX_LEADS_OF_ACT, MAX_NOTE_CHARS, window_closes_at_ms};
use embudo_domain::*;
use embudo_store::{AgendaPart, CardRow};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Rows of one call.
const MOST: u32 = 200;
/// Shown before a lead is closed.
const SHOWN_BEFORE_CLOSING: usize = 20;
const MOST_DAYS: usize = 62;

/// With everything that their rows show; three reads, however many they are.
pub(crate) async fn views_of(workspace: &Workspace, rows: Vec<FollowUp>) -> Result<Vec<FollowUpView>, ApiError> {
    let leads: HashSet<LeadId> = rows.iter().map(|row| row.lead_id).collect();
    let leads: Vec<LeadId> = leads.into_iter().collect();
    let cards = workspace.store.cards(&leads).await.map_err(failure::store)?;
    let cards: HashMap<LeadId, CardView> =
        card_views(workspace, cards, HashMap::new()).into_iter().map(|card| (card.lead.id, card)).collect();
    let sent: Vec<MessageId> = rows
        .iter()
        .filter_map(|row| match row.state {
            FollowUpState::Sent { message_id } => Some(message_id),
            _ => None,
        })
        .collect();
    let deliveries = if sent.is_empty() {
        HashMap::new()
    } else {
        workspace.store.deliveries(&sent).await.map_err(failure::store)?
    };
    let catalogue = workspace.catalogue();
    let view = |follow_up: FollowUp| {
        // Its lead may come in a later batch.
        let card = cards.get(&follow_up.lead_id)?;
        let responsible = follow_up.responsible_id.map(|id| catalogue.author_name(&Author::Member { id }));
        let delivery = match follow_up.state {
            FollowUpState::Sent { message_id } => deliveries.get(&message_id).copied(),
            _ => None,
        };
        Some(FollowUpView {
            name: card.name.clone(),
            photo: card.photo.clone(),
            lead_number: card.lead.number,
            lead_status_id: card.lead.state.status_id,
            stage_id: card.lead.state.stage_id,
            marker: card.lead.state.marker,
            conversation: card.conversation.clone(),
            responsible_name: responsible.unwrap_or_default(),
            delivery,
            follow_up,
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

pub(super) async fn save_follow_up(app: &App, args: SaveFollowUp) -> Result<SaveOutcome, ApiError> {
    let workspace = app.workspace()?;
    let now = workspace.clock.now();
    if now.is_sure() && args.due_at_ms <= now.ms() {
        return Err(failure::refused(&Refusal::FollowupPast));
    }
    let closes_at_ms = match (&args.message, args.kind) {
        (Some(message), FollowUpKind::Message) => {
            window_will_close(&workspace, message.conversation_id, args.due_at_ms).await?
        }
        _ => None,
    };
    if let (Some(closes_at_ms), false) = (closes_at_ms, args.even_so) {
        return Err(failure::refused(&Refusal::FollowupWindow { closes_at_ms }));
    }
    let message = args.message.map(|message| PlannedMessage {
        conversation_id: message.conversation_id,
        message_id: MessageId(Uuid::now_v7()),
        body: message.body,
    });
    let lead = workspace.store.lead(args.lead_id).await.map_err(failure::store)?.ok_or_else(failure::not_found)?;
    let me = workspace.actor.member_id;
    let follow_up = FollowUp {
        id: args.follow_up_id,
        lead_id: lead.id,
        contact_id: lead.contact_id,
        kind: args.kind,
        state: FollowUpState::Scheduled,
        due_at_ms: args.due_at_ms,
        note: args.note,
        message,
        cancel_if_reply: args.cancel_if_reply,
        nudge_of: args.nudge_of,
        responsible_id: args.responsible_id,
        created_by: me,
        created_at_ms: now.ms(),
        ended_at_ms: None,
    };
    let applied = workspace.act(Act::SaveFollowUp { follow_up: Box::new(follow_up) }).await?;
    Ok(SaveOutcome {
        undo: workspace.undo.push(applied.inverse.into_iter().collect()),
        warning: closes_at_ms.map(|_| SaveWarning::WindowWillClose),
    })
}

/// One for each lead, in acts of 200 with one undo for all (LED-07). Where the window will be closed
/// by then it is planned all the same, and asks when it is due.
pub(super) async fn bulk_follow_up(app: &App, args: BulkFollowUp) -> Result<LeadBulkReport, ApiError> {
    let workspace = app.workspace()?;
    let under_way = UnderWay::begin(&workspace, args.id);
    let now = workspace.clock.now();
    if now.is_sure() && args.due_at_ms <= now.ms() {
        return Err(failure::refused(&Refusal::FollowupPast));
    }
    let is_message = args.kind == FollowUpKind::Message;
    let text = args.text.trim();
    if is_message && text.is_empty() {
        return Err(failure::refused(&Refusal::FollowupEmpty));
    }
    if !is_message && text.chars().count() > MAX_NOTE_CHARS as usize {
        return Err(failure::refused(&Refusal::TextTooLong { max_chars: MAX_NOTE_CHARS }));
    }
    let (ids, without) = fixed(&workspace, args.target).await?;
    let (mut rows, mut left) = (HashMap::with_capacity(ids.len()), Vec::new());
    let gone = || WhyLeft::Refused { refusal: Refusal::NotFound };
    let mut follow_up_ids = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(MAX_LEADS_OF_ACT) {
        let cards = workspace.store.cards(chunk).await.map_err(failure::store)?;
        let there: HashSet<LeadId> = cards.iter().map(|card| card.lead.id).collect();
        left.extend(chunk.iter().filter(|id| !there.contains(id)).map(|id| (*id, gone())));
        for card in cards {
            // One alone is refused with its reason.
            if ids.len() > 1 && !card.lead.is_active() {
                left.push((card.lead.id, WhyLeft::Closed));
                continue;
            }
            let message = if is_message && card.lead.is_active() {
                match planned(&workspace, &card, text).await? {
                    Some(message) => Some(message),
                    None => {
                        left.push((card.lead.id, WhyLeft::NoWay));
                        continue;
                    }
                }
            } else {
                None
            };
            let id = FollowUpId(Uuid::now_v7());
            follow_up_ids.push(id);
            let row = FollowUp {
                id,
                lead_id: card.lead.id,
                contact_id: card.lead.contact_id,
                kind: args.kind,
                state: FollowUpState::Scheduled,
                due_at_ms: args.due_at_ms,
                note: if is_message { String::new() } else { text.to_owned() },
                message,
                cancel_if_reply: args.cancel_if_reply,
                nudge_of: None,
                responsible_id: args.responsible_id,
                created_by: workspace.actor.member_id,
                created_at_ms: now.ms(),
                ended_at_ms: None,
            };
            rows.insert(id, row);
        }
    }
    let act = |ids: Vec<FollowUpId>| Act::PlanFollowUps {
        follow_ups: ids.iter().filter_map(|id| rows.get(id).cloned()).collect(),
    };
    let mut report = in_chunks(&under_way, &follow_up_ids, MAX_LEADS_OF_ACT, Entity::FollowUp, act).await?;
    report.skipped += count(left.len() + without.len());
    let left_alone = std::mem::take(&mut report.left_alone).into_iter();
    left.extend(left_alone.filter_map(|(id, why)| rows.get(&FollowUpId(id)).map(|row| (row.lead_id, why))));
    report.left_out = left_leads(&workspace, left, without).await;
    Ok(report)
}

/// By the newest chat that messages can leave by, in the words for this person. `None`: there is no
/// such chat, or nothing for a variable.
async fn planned(workspace: &Workspace, card: &CardRow, text: &str) -> Result<Option<PlannedMessage>, ApiError> {
    let catalogue = workspace.catalogue();
    let can_send = |line_id: LineId| catalogue.line(line_id).is_some_and(|line| !line.line_type.is_history());
    let newest = card.conversation.as_ref().map(|chat| (chat.id, chat.line_id)).filter(|(_, line)| can_send(*line));
    let names_reach = text.contains("contact.phone") || text.contains("contact.email");
    let panel = if newest.is_some() && !names_reach {
        None
    } else {
        workspace.store.contact_panel(card.lead.contact_id).await.map_err(failure::store)?
    };
    let other = || {
        let mut chats = panel.iter().flat_map(|panel| &panel.conversations);
        chats.find(|chat| can_send(chat.line_id)).map(|chat| (chat.conversation_id, chat.line_id))
    };
    let Some((conversation_id, line_id)) = newest.or_else(other) else { return Ok(None) };
    let line = catalogue.line_brief(line_id).name;
    let reach = panel.and_then(|panel| panel.reach);
    let filled = quick_reply::fill(text, &values_of(workspace, &card.name, &line, reach));
    if !filled.missing.is_empty() {
        return Ok(None);
    }
    let body = Body::Text { text: filled.text };
    Ok(Some(PlannedMessage { conversation_id, message_id: MessageId(Uuid::now_v7()), body }))
}

/// When the window closes, if that is before the message is due and they do not write.
async fn window_will_close(
    workspace: &Workspace,
    conversation_id: ConversationId,
    due_at_ms: i64,
) -> Result<Option<i64>, ApiError> {
    let conversation = workspace.head(conversation_id).await?.conversation;
    let catalogue = workspace.catalogue();
    let line = catalogue.line(conversation.line_id);
    let closes_at_ms = match line.and_then(|line| line.window_ms.map(|_| line)) {
        None => return Ok(None),
        // Who never wrote can't be written to.
        Some(line) => window_closes_at_ms(line, &conversation).unwrap_or_default(),
    };
    Ok((closes_at_ms < due_at_ms).then_some(closes_at_ms))
}

/// In acts of at most 200 and about as many each, one undo for all. One alone that is refused is
/// an error with its reason; of many the refused ones are counted.
async fn run(
    workspace: &Workspace,
    ids: Vec<FollowUpId>,
    act: impl Fn(Vec<FollowUpId>) -> Act,
) -> Result<FollowUpsReport, ApiError> {
    let mut seen = HashSet::new();
    let ids: Vec<FollowUpId> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
    let acts = ids.len().div_ceil(MAX_LEADS_OF_ACT).max(1);
    let (mut done, mut inverses) = (0, Vec::new());
    let mut error = None;
    for chunk in ids.chunks(ids.len().div_ceil(acts).max(1)) {
        match workspace.act(act(chunk.to_vec())).await {
            Ok(applied) => {
                done += applied.changed.ids(Entity::FollowUp).filter(|id| chunk.contains(&FollowUpId(*id))).count();
                inverses.extend(applied.inverse);
            }
            Err(failed) => {
                error = Some(failed);
                break;
            }
        }
    }
    if let Some(error) = error.take_if(|_| done == 0) {
        return Err(error);
    }
    Ok(FollowUpsReport {
        error,
        done: u32::try_from(done).unwrap_or(u32::MAX),
        skipped: u32::try_from(ids.len().saturating_sub(done)).unwrap_or(u32::MAX),
        undo: workspace.undo.push(inverses),
        next: None,
    })
}

pub(super) async fn move_follow_ups(app: &App, args: MoveFollowUps) -> Result<FollowUpsReport, ApiError> {
    let workspace = app.workspace()?;
    let (now, due_at_ms) = (workspace.clock.now(), args.due_at_ms);
    if now.is_sure() && due_at_ms <= now.ms() {
        return Err(failure::refused(&Refusal::FollowupPast));
    }
    run(&workspace, args.ids, |ids| Act::MoveFollowUps { ids, due_at_ms }).await
}

pub(super) async fn end_follow_ups(app: &App, args: EndFollowUps) -> Result<FollowUpsReport, ApiError> {
    let workspace = app.workspace()?;
    let done = args.done;
    let report = run(&workspace, args.ids.clone(), |ids| Act::EndFollowUps { ids, done }).await?;
    let next = next_after(&workspace, &args.ids).await?;
    Ok(FollowUpsReport { next, ..report })
}

/// Of the same lead, where they were of one; else the next of mine.
async fn next_after(workspace: &Workspace, ended: &[FollowUpId]) -> Result<Option<FollowUpView>, ApiError> {
    let some = &ended[..ended.len().min(MOST as usize)];
    let rows = workspace.store.follow_ups(some).await.map_err(failure::store)?;
    let leads: HashSet<LeadId> = rows.iter().map(|row| row.lead_id).collect();
    let mut next = None;
    if let (1, Some(lead_id)) = (leads.len(), leads.iter().next()) {
        let open = workspace.store.open_follow_ups_of(&[*lead_id]).await.map_err(failure::store)?;
        next = open.into_iter().next();
    }
    if next.is_none() {
        let part = AgendaPart::Due { from_ms: None, until_ms: None };
        let (rows, _) =
            workspace.store.agenda(part, Some(workspace.actor.member_id), 0, 1).await.map_err(failure::store)?;
        next = rows.into_iter().next();
    }
    Ok(views_of(workspace, next.into_iter().collect()).await?.pop())
}

pub(super) async fn send_follow_up(app: &App, args: FollowUpOnly) -> Result<FollowUpsReport, ApiError> {
    let workspace = app.workspace()?;
    let clicked_at_ms = workspace.clock.now_ms();
    run(&workspace, vec![args.id], |_| Act::SendFollowUp { id: args.id, clicked_at_ms }).await
}

fn own(workspace: &Workspace, scope: AgendaScope) -> Option<MemberId> {
    (scope == AgendaScope::Mine).then_some(workspace.actor.member_id)
}

/// Where the day of a moment begins `days` later, in this computer's zone.
fn day_begins_ms(at_ms: i64, days: u64) -> i64 {
    let Some(at) = Local.timestamp_millis_opt(at_ms).single() else { return at_ms };
    let date = at.date_naive().checked_add_days(Days::new(days));
    let begins = date.and_then(|date| date.and_hms_opt(0, 0, 0));
    // Where the clock is put forward at midnight the day begins with its first moment.
    let begins = begins.and_then(|begins| {
        (0..4).find_map(|hours| Local.from_local_datetime(&(begins + chrono::Duration::hours(hours))).earliest())
    });
    begins.map_or(at_ms, |begins| begins.timestamp_millis())
}

pub(super) async fn list_follow_ups(app: &App, args: ListFollowUps) -> Result<FollowUpPage, ApiError> {
    let workspace = app.workspace()?;
    let now_ms = workspace.clock.now_ms();
    let (tomorrow, after) = (day_begins_ms(now_ms, 1), day_begins_ms(now_ms, 2));
    let (least, most) = match args.bucket {
        AgendaBucket::Overdue => (i64::MIN, now_ms),
        AgendaBucket::Today => (now_ms, tomorrow),
        AgendaBucket::Tomorrow => (tomorrow, after),
        AgendaBucket::Later => (after, i64::MAX),
        AgendaBucket::Asking | AgendaBucket::Ended => (i64::MIN, i64::MAX),
    };
    let from_ms = Some(args.from_ms.map_or(least, |from| from.max(least)));
    let until_ms = Some(args.until_ms.map_or(most, |until| until.min(most)));
    let part = match args.bucket {
        AgendaBucket::Asking => AgendaPart::Asking,
        AgendaBucket::Ended => AgendaPart::Ended { from_ms, until_ms },
        _ => AgendaPart::Due { from_ms, until_ms },
    };
    let limit = args.limit.clamp(1, MOST);
    let page = workspace.store.agenda(part, own(&workspace, args.scope), args.offset, limit).await;
    let (rows, total) = page.map_err(failure::store)?;
    Ok(FollowUpPage { rows: views_of(&workspace, rows).await?, total })
}

pub(super) async fn count_follow_ups(app: &App, args: CountFollowUps) -> Result<FollowUpCounts, ApiError> {
    let workspace = app.workspace()?;
    let now_ms = workspace.clock.now_ms();
    let after = day_begins_ms(args.day_end_ms, 1);
    let due = |from_ms, until_ms| AgendaPart::Due { from_ms, until_ms };
    let parts = [
        due(None, Some(now_ms)),
        due(Some(now_ms), Some(args.day_end_ms)),
        due(Some(now_ms.max(args.day_end_ms)), Some(after)),
        due(Some(now_ms.max(after)), None),
        AgendaPart::Asking,
        AgendaPart::Ended { from_ms: Some(args.day_start_ms), until_ms: Some(args.day_end_ms) },
    ];
    let counts = workspace.store.agenda_counts(&parts, own(&workspace, args.scope)).await.map_err(failure::store)?;
    let at = |at: usize| counts.get(at).copied().unwrap_or_default();
    Ok(FollowUpCounts {
        overdue: at(0),
        today: at(1),
        tomorrow: at(2),
        later: at(3),
        asking: at(4),
        ended_today: at(5),
    })
}

pub(super) async fn follow_up_days(app: &App, args: FollowUpDays) -> Result<Vec<DayCount>, ApiError> {
    let workspace = app.workspace()?;
    if args.days.len() > MOST_DAYS || args.days.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "at most 62 days, rising"));
    }
    let ends = args.days.iter().skip(1).copied().chain([args.until_ms]);
    let days: Vec<(i64, i64)> = args.days.iter().copied().zip(ends).collect();
    let part = |(from, until): &(i64, i64)| AgendaPart::OpenDue {
        from_ms: (*from).max(args.from_ms),
        until_ms: (*until).min(args.until_ms),
    };
    let parts: Vec<AgendaPart> = days.iter().map(part).collect();
    let counts = workspace.store.agenda_counts(&parts, own(&workspace, args.scope)).await.map_err(failure::store)?;
    Ok(days.iter().zip(counts).map(|((day_ms, _), open)| DayCount { day_ms: *day_ms, open }).collect())
}

pub(super) async fn list_follow_ups_of(app: &App, args: ContactOnly) -> Result<Vec<FollowUpView>, ApiError> {
    let workspace = app.workspace()?;
    let rows = workspace.store.follow_ups_of(args.contact_id, MOST).await.map_err(failure::store)?;
    views_of(&workspace, rows).await
}

pub(super) async fn get_close_preview(app: &App, args: GetClosePreview) -> Result<ClosePreview, ApiError> {
    let workspace = app.workspace()?;
    let ids = match args.target {
        ClosingTarget::Leads { target } => fixed(&workspace, *target).await?.0,
        ClosingTarget::Contacts { target } => super::directory::active_leads(&workspace, target).await?,
    };
    let mut open = workspace.store.open_follow_ups_of(&ids).await.map_err(failure::store)?;
    let total = open.len() as i64;
    let leads: HashSet<LeadId> = open.iter().map(|row| row.lead_id).collect();
    open.truncate(SHOWN_BEFORE_CLOSING);
    Ok(ClosePreview { follow_ups: views_of(&workspace, open).await?, total, leads: count(leads.len()) })
}

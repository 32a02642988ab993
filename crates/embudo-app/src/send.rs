//! Sending (CMP-04, CMP-13): from what stands in the composer to messages, held or queued.
//!
//! Invariants: the first message has the draft's id and the others have ids derived from it, so
//! that a second call with the same draft changes nothing; what cannot be sent is refused before
//! anything is written, and the draft stays.

use crate::abilities::{self, Abilities, units};
use crate::api::{ApiError, MessageView, SendMessage, SentView};
use crate::commands::views_of;
use crate::drafts;
use crate::failure;
use crate::files;
use crate::holds;
use crate::quick_reply;
use crate::workspace::Workspace;
use embudo_domain::*;
use embudo_store::{ConversationHead, HeldMessage};
use uuid::Uuid;

/// Files in one click (CMP-11).
const MAX_FILES: usize = 15;

pub async fn send(workspace: &Workspace, args: SendMessage) -> Result<SentView, ApiError> {
    let hold_s = workspace.catalogue().settings.undo_send_s;
    send_after(workspace, args, hold_s).await
}

/// Without a time to undo.
pub async fn send_at_once(workspace: &Workspace, args: SendMessage) -> Result<SentView, ApiError> {
    send_after(workspace, args, 0).await
}

async fn send_after(workspace: &Workspace, args: SendMessage, hold_s: u32) -> Result<SentView, ApiError> {
    let head = workspace.head(args.conversation_id).await?;
    if let Some(before) = already(workspace, &args).await? {
        return sent(workspace, args.conversation_id, before, None).await;
    }
    let abilities = abilities::of(head.line.line_type);
    check(workspace, &args, &head, &abilities)?;
    let when = if args.when_they_reply { SendWhen::TheyReply } else { SendWhen::Now };
    let clicked_at_ms = workspace.clock.now_ms();
    let parts = parts(&args, &abilities);
    let ids: Vec<MessageId> = parts.iter().map(|(id, _)| *id).collect();
    let next = drafts::empty(args.conversation_id, clicked_at_ms);
    if hold_s > 0 {
        let held: Vec<HeldMessage> = parts
            .into_iter()
            .enumerate()
            .map(|(place, (message_id, body))| HeldMessage {
                message_id,
                conversation_id: args.conversation_id,
                body,
                reply_to: args.reply_to.filter(|_| place == 0),
                clicked_at_ms,
                place: place as u32,
                until_ms: clicked_at_ms + i64::from(hold_s) * 1_000,
                send_whenever: args.send_whenever,
                when,
                asks: false,
            })
            .collect();
        let changed = workspace.store.hold(&held).await.map_err(|error| workspace.noted(error))?;
        workspace.set_disk(None);
        workspace.tell(changed).await;
        for id in &ids {
            holds::tell(workspace, args.conversation_id, *id);
        }
        workspace.holds.notify_one();
    } else {
        // What was held before in this chat leaves before this.
        holds::release_earlier(workspace, args.conversation_id).await?;
        let acts = parts.into_iter().enumerate().map(|(place, (message_id, body))| Act::SendMessage {
            message_id,
            conversation_id: args.conversation_id,
            body,
            reply_to: args.reply_to.filter(|_| place == 0),
            clicked_at_ms,
            send_whenever: args.send_whenever,
            when,
        });
        for outcome in workspace.act_many(acts.collect()).await? {
            outcome.map_err(|refusal| failure::refused(&refusal))?;
        }
    }
    sent(workspace, args.conversation_id, ids, Some(next)).await
}

/// The ids of a draft that was sent before; a double Enter, or a call whose answer was lost.
async fn already(workspace: &Workspace, args: &SendMessage) -> Result<Option<Vec<MessageId>>, ApiError> {
    let ids: Vec<MessageId> = (0..=args.attachments.len()).map(|place| part_id(args.message_id, place)).collect();
    let held = workspace.store.held(Some(args.conversation_id)).await.map_err(failure::store)?;
    let is_known = held.iter().any(|held| held.message_id == args.message_id)
        || !workspace.store.thread_rows(&[args.message_id]).await.map_err(failure::store)?.is_empty();
    Ok(is_known.then_some(ids))
}

async fn sent(
    workspace: &Workspace,
    conversation_id: ConversationId,
    ids: Vec<MessageId>,
    next: Option<embudo_store::LocalDraft>,
) -> Result<SentView, ApiError> {
    let messages: Vec<MessageView> = views_of(workspace, &ids).await?;
    // What was typed meanwhile under another id stands; else an empty composer.
    let stored = workspace.store.draft(conversation_id).await.map_err(failure::store)?;
    let draft = match (stored, next) {
        (Some(stored), _) if !ids.contains(&stored.message_id) => stored,
        (_, Some(next)) => next,
        (_, None) => drafts::empty(conversation_id, workspace.clock.now_ms()),
    };
    Ok(SentView { messages, draft: drafts::view(draft) })
}

fn part_id(first: MessageId, place: usize) -> MessageId {
    if place == 0 { first } else { MessageId(Uuid::new_v5(&first.0, place.to_string().as_bytes())) }
}

/// One message each: the text as the caption of the first file where the channel takes it, else
/// the text first.
fn parts(args: &SendMessage, abilities: &Abilities) -> Vec<(MessageId, Body)> {
    let text = args.text.trim_end().to_owned();
    let as_caption = match args.attachments.first() {
        Some(first) => {
            units(&text) <= abilities.max_caption_units as usize
                && !matches!(first.media, MediaKind::Sticker | MediaKind::Voice)
        }
        None => false,
    };
    let mut bodies = Vec::new();
    if !text.trim().is_empty() && !as_caption {
        bodies.push(Body::Text { text: text.clone() });
    }
    for (place, attachment) in args.attachments.iter().enumerate() {
        let caption = (place == 0 && as_caption && !text.trim().is_empty()).then(|| text.clone());
        bodies.push(files::to_body(attachment, caption));
    }
    bodies.into_iter().enumerate().map(|(place, body)| (part_id(args.message_id, place), body)).collect()
}

/// What the rules would refuse when the hold ends, said at the click.
fn check(
    workspace: &Workspace,
    args: &SendMessage,
    head: &ConversationHead,
    abilities: &Abilities,
) -> Result<(), ApiError> {
    let refuse = |refusal: Refusal| Err(failure::refused(&refusal).with("name", head.contact.display_name.clone()));
    if head.conversation.blocked {
        return refuse(Refusal::Blocked);
    }
    let down = match &head.line.state {
        LineState::Removed => Some("REMOVED"),
        _ if head.line.line_type.is_history() => Some(rules::HISTORY),
        LineState::Disconnected { code } if code == "ON_PURPOSE" => Some("ON_PURPOSE"),
        _ => None,
    };
    if let Some(reason) = down {
        let refusal = Refusal::LineDown { line_id: head.line.id, reason: reason.to_owned() };
        return Err(failure::refused(&refusal).with("line", head.line.display_name.clone()));
    }
    if args.text.trim().is_empty() && args.attachments.is_empty() {
        return refuse(Refusal::EmptyMessage);
    }
    if args.attachments.len() > MAX_FILES {
        return Err(ApiError::new("TOO_MANY_FILES").with("max", MAX_FILES.to_string()));
    }
    if units(&args.text) > abilities.max_text_units as usize {
        return refuse(Refusal::TextTooLong { max_chars: abilities.max_text_units });
    }
    if quick_reply::has_variable(&args.text) {
        return Err(ApiError::new("VARIABLE_MISSING"));
    }
    for attachment in &args.attachments {
        let max_bytes = abilities.limits().of(attachment.media);
        if attachment.size_bytes > max_bytes {
            return Err(failure::refused(&Refusal::FileTooBig { max_bytes })
                .with("name", attachment.name.clone())
                .with("size_bytes", attachment.size_bytes.to_string()));
        }
        let is_here = attachment.hash.parse().is_ok_and(|hash| workspace.media.exists(&hash));
        if !is_here {
            return Err(failure::refused(&Refusal::FileMissing).with("name", attachment.name.clone()));
        }
    }
    let now = workspace.clock.now();
    if let (false, true, Some(closes_at_ms)) = (args.when_they_reply, now.is_sure(), head.window_closes_at_ms)
        && closes_at_ms <= now.ms()
    {
        return refuse(Refusal::WindowClosed { closed_at_ms: closes_at_ms });
    }
    Ok(())
}

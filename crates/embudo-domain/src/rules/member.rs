//! What people do: each act to the rule that knows it.

use super::*;
use super::{aliases, bin, merge, merge_undo, new_contact};
use super::{
    catalogues, contacts, conversations, fields, follow_ups, import_chats, imports, leads, leads_remap, leads_undo,
    lines, messages, notes, own, sale_rows, tags, views,
};
use crate::sale::ChangedBy;

fn open_of(act: &Act) -> Option<leads::Open<'_>> {
    let Act::OpenLeads { leads, status_id, stage, source_id, again, note } = act else { return None };
    Some(leads::Open {
        leads,
        status_id: *status_id,
        stage: stage.as_ref(),
        source_id: *source_id,
        again: *again,
        note,
    })
}

fn bring_of(act: &Act) -> Option<imports::Bring<'_>> {
    let Act::ImportContacts { import_id, part, file_name, rows, duplicates, defaults, failed } = act else {
        return None;
    };
    Some(imports::Bring {
        import_id: *import_id,
        part: *part,
        file_name,
        rows,
        duplicates: *duplicates,
        defaults,
        failed: *failed,
    })
}

fn chat_of(act: &Act) -> Option<import_chats::Bring<'_>> {
    let Act::ImportChat { import_id, part, file_name, contact_id, line_name, messages, left_out } = act else {
        return None;
    };
    Some(import_chats::Bring {
        import_id: *import_id,
        part: *part,
        file_name,
        contact_id: *contact_id,
        line_name,
        messages,
        left_out: *left_out,
    })
}

pub(super) fn needs(act: &Act, actor: Actor, facts: &Facts) -> Vec<Need> {
    let mut needs = aliases::needs(act, facts);
    needs.extend(needs_of(&aliases::resolved(act, facts), actor, facts));
    needs
}

fn needs_of(act: &Act, actor: Actor, facts: &Facts) -> Vec<Need> {
    match act {
        Act::SendMessage { message_id, conversation_id, reply_to, .. } => {
            messages::needs_send(facts, actor, *message_id, *conversation_id, *reply_to)
        }
        Act::RetryMessage { message_id }
        | Act::RestoreMessage { message_id, .. }
        | Act::SettleMessage { message_id, .. } => messages::needs_again(facts, *message_id),
        Act::CancelMessage { message_id }
        | Act::ReleaseMessage { message_id }
        | Act::DiscardMessage { message_id }
        | Act::EditMessage { message_id, .. } => messages::needs_message(facts, *message_id),
        Act::SetConversationState { conversation_id, undoes, .. } => {
            conversations::needs_state(facts, *conversation_id, *undoes)
        }
        Act::MarkRead { conversation_id, .. }
        | Act::MarkUnread { conversation_id }
        | Act::RestoreRead { conversation_id, .. }
        | Act::NoReplyNeeded { conversation_id }
        | Act::RestoreWaiting { conversation_id, .. } => conversations::needs(*conversation_id),
        Act::StartConversation { identity_id, contact_id, line_id, .. } => {
            conversations::needs_start(facts, *identity_id, *contact_id, *line_id)
        }
        Act::PatchContact { contact_id, patch, .. } => contacts::needs_patch(facts, *contact_id, patch),
        Act::SetBlocked { contact_id, .. } => contacts::needs_blocked(facts, *contact_id),
        Act::TagContact { contact_id, tag_id, .. } => contacts::needs_tag(*contact_id, *tag_id),
        Act::CreateContact { contact } => new_contact::needs(facts, contact),
        Act::DiscardContact { contact } => new_contact::needs_discard(facts, contact),
        Act::SourceContacts { to } => new_contact::needs_source(to),
        Act::AssignContacts { to } => new_contact::needs_assign(facts, to),
        Act::MergeContacts { record_id, keep, gone, fields } => {
            merge::needs(facts, &merge::Merge { record_id: *record_id, keep: *keep, gone, fields })
        }
        Act::UndoMerge { record_id } => merge_undo::needs(facts, *record_id),
        Act::DeleteContacts { contact_ids, .. } => bin::needs_delete(facts, contact_ids),
        Act::RestoreContacts { contact_ids } => bin::needs_restore(facts, contact_ids),
        Act::ChangeLeads { lead_ids, patch, .. } => leads::needs_change(facts, lead_ids, patch),
        Act::OpenLeads { .. } => open_of(act).map(|open| leads::needs_open(facts, &open)).unwrap_or_default(),
        Act::UndoLeads { event_ids } => leads_undo::needs(facts, event_ids),
        Act::RemapLeads { lead_ids, remap } => leads_remap::needs(lead_ids, remap),
        Act::SaveFollowUp { follow_up } => follow_ups::needs_save(facts, actor, std::slice::from_ref(&**follow_up)),
        Act::PlanFollowUps { follow_ups } => follow_ups::needs_save(facts, actor, follow_ups),
        Act::MoveFollowUps { ids, .. } | Act::EndFollowUps { ids, .. } => follow_ups::needs(facts, ids),
        Act::RestoreFollowUps { steps } => follow_ups::needs_restore(facts, steps),
        Act::SendFollowUp { id, .. } => follow_ups::needs_send(facts, actor, *id),
        Act::SaveNote { note, .. } | Act::RestoreNote { note, .. } => notes::needs(note),
        Act::DeleteNote { id, .. } => notes::needs_gone(*id),
        Act::ImportContacts { .. } => bring_of(act).map(|bring| imports::needs(facts, &bring)).unwrap_or_default(),
        Act::ImportChat { .. } => chat_of(act).map(|bring| import_chats::needs(facts, &bring)).unwrap_or_default(),
        Act::UndoImport { import_id, part } => imports::needs_undo(facts, *import_id, *part),
        Act::SaveDraft { draft } => own::needs_save_draft(actor, draft),
        Act::DeleteDraft { conversation_id, .. } => own::needs_delete_draft(actor, *conversation_id),
        Act::PutSetting { key, .. } => own::needs_setting(actor, key),
        Act::ChangeViews { put, .. } => views::needs(actor, put, facts),
        Act::TagContacts { contact_ids, tag_id, .. } => tags::needs_contacts(contact_ids, *tag_id),
        Act::PutTag { .. } | Act::KeepTag { .. } => tags::needs(facts),
        Act::DeleteTag { id } => tags::needs_gone(*id),
        Act::PutQuickReply { reply, .. } => catalogues::needs_quick_reply(facts, reply.id, Some(&reply.shortcut)),
        Act::DeleteQuickReply { id } => catalogues::needs_quick_reply(facts, *id, None),
        Act::AddLine { line } => lines::needs_add(facts, line),
        Act::PatchLine { line_id, .. } | Act::SetLineWanted { line_id, .. } | Act::RemoveLine { line_id, .. } => {
            lines::needs(*line_id)
        }
        Act::SetAutoLead { line_id, auto_lead } => sale_rows::needs_auto_lead(*line_id, auto_lead),
        Act::PutLeadStatus { .. } => sale_rows::needs_statuses(facts),
        Act::DeleteLeadStatus { id } => sale_rows::needs_status_gone(facts, *id),
        Act::PutFunnel { funnel, stages, gone } => sale_rows::needs_funnel(facts, funnel, stages, gone),
        Act::StarFunnel { .. } => sale_rows::needs_star(facts),
        Act::DeleteFunnel { id } => sale_rows::needs_funnel_gone(facts, *id),
        Act::PutSource { .. } => sale_rows::needs_sources(facts),
        Act::DeleteSource { id } => sale_rows::needs_source_gone(facts, *id),
        Act::PutLostReason { .. } => sale_rows::needs_reasons(facts),
        Act::DeleteLostReason { id } => sale_rows::needs_reason_gone(*id),
        Act::PutField { field, gone } => fields::needs_put(facts, field, gone),
        Act::DeleteField { id, seen } => fields::needs_gone(facts, *id, *seen),
        Act::RefillField { field_id, rows } => filled::needs_refill(facts, *field_id, rows),
        Act::KeepSaleRow { row } => sale_rows::needs_kept(facts, row),
        Act::PutSaleSettings { .. } => sale_rows::needs_settings(),
        Act::RenameMe { .. } => catalogues::needs_me(actor),
        Act::RenameWorkspace { .. } => catalogues::needs_workspace(facts),
    }
}

pub(super) fn decide(act: &Act, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    match &*aliases::resolved(act, facts) {
        Act::SendMessage { message_id, conversation_id, body, reply_to, clicked_at_ms, send_whenever, when } => {
            let send = messages::Send {
                message_id: *message_id,
                conversation_id: *conversation_id,
                body,
                reply_to: *reply_to,
                clicked_at_ms: *clicked_at_ms,
                send_whenever: *send_whenever,
                when: *when,
                by_itself: false,
            };
            messages::send(send, actor, facts, stamp)
        }
        Act::RetryMessage { message_id } => messages::retry(*message_id, facts, stamp),
        Act::CancelMessage { message_id } => messages::cancel(*message_id, facts, stamp),
        Act::ReleaseMessage { message_id } => messages::release(*message_id, facts, stamp),
        Act::DiscardMessage { message_id } => messages::discard(*message_id, facts, stamp),
        Act::SettleMessage { message_id, arrived } => messages::settle(*message_id, *arrived, facts, stamp),
        Act::RestoreMessage { message_id, to } => messages::restore(*message_id, *to, facts, stamp),
        Act::EditMessage { message_id, text } => messages::edit(*message_id, text, facts, stamp),
        Act::SetConversationState { conversation_id, to, expect, undoes, seen } => {
            let taken_back = conversations::TakenBack { expect: expect.as_ref(), line: *undoes };
            conversations::set_state(*conversation_id, to, *seen, taken_back, actor, facts, stamp)
        }
        Act::MarkRead { conversation_id, up_to } => conversations::mark_read(*conversation_id, *up_to, facts, stamp),
        Act::MarkUnread { conversation_id } => conversations::mark_unread(*conversation_id, facts, stamp),
        Act::RestoreRead { conversation_id, read_inbound, manual_unread, expect_read_inbound } => {
            conversations::restore_read(
                *conversation_id,
                *read_inbound,
                *manual_unread,
                *expect_read_inbound,
                facts,
                stamp,
            )
        }
        Act::NoReplyNeeded { conversation_id } => conversations::no_reply_needed(*conversation_id, actor, facts, stamp),
        Act::RestoreWaiting { conversation_id, waiting_since_ms } => {
            conversations::restore_waiting(*conversation_id, *waiting_since_ms, facts, stamp)
        }
        Act::StartConversation { conversation_id, identity_id, contact_id, line_id } => {
            conversations::start(*conversation_id, *identity_id, *contact_id, *line_id, actor, facts, stamp)
        }
        Act::PatchContact { contact_id, patch, expect } => contacts::patch(*contact_id, patch, expect.as_ref(), facts),
        Act::SetBlocked { contact_id, blocked } => contacts::set_blocked(*contact_id, *blocked, actor, facts, stamp),
        Act::TagContact { contact_id, tag_id, on } => contacts::tag(*contact_id, *tag_id, *on, facts),
        Act::CreateContact { contact } => new_contact::create(contact, actor, facts, stamp),
        Act::DiscardContact { contact } => new_contact::discard(contact, actor, facts, stamp),
        Act::SourceContacts { to } => new_contact::source(to, facts),
        Act::AssignContacts { to } => new_contact::assign(to, facts),
        Act::MergeContacts { record_id, keep, gone, fields } => {
            let merge = merge::Merge { record_id: *record_id, keep: *keep, gone, fields };
            merge::merge(&merge, actor, facts, stamp)
        }
        Act::UndoMerge { record_id } => merge_undo::undo(*record_id, actor, facts, stamp),
        Act::DeleteContacts { contact_ids, with_history } => {
            bin::delete(contact_ids, *with_history, actor, facts, stamp)
        }
        Act::RestoreContacts { contact_ids } => bin::restore(contact_ids, actor, facts, stamp),
        Act::ChangeLeads { lead_ids, patch, .. } => {
            leads::change(lead_ids, patch, &ChangedBy::Member { id: actor.member_id }, facts, stamp)
        }
        Act::OpenLeads { .. } => open_of(&aliases::resolved(act, facts))
            .map_or(Err(Refusal::NotFound), |open| leads::open(&open, actor, facts, stamp)),
        Act::UndoLeads { event_ids } => leads_undo::undo(event_ids, actor, facts, stamp),
        Act::RemapLeads { lead_ids, remap } => leads_remap::remap(lead_ids, remap, facts),
        Act::SaveFollowUp { follow_up } => follow_ups::save(follow_up, actor, facts, stamp),
        Act::PlanFollowUps { follow_ups } => follow_ups::plan(follow_ups, actor, facts, stamp),
        Act::MoveFollowUps { ids, due_at_ms } => follow_ups::reschedule(ids, *due_at_ms, actor, facts, stamp),
        Act::EndFollowUps { ids, done } => follow_ups::end(ids, *done, actor, facts, stamp),
        Act::RestoreFollowUps { steps } => follow_ups::restore(steps, actor, facts, stamp),
        Act::SendFollowUp { id, clicked_at_ms } => follow_ups::send(*id, *clicked_at_ms, actor, facts, stamp),
        Act::SaveNote { note, expect } => notes::save(note, expect.as_deref(), actor, facts),
        Act::DeleteNote { id, expect } => notes::delete(*id, expect.as_deref(), facts),
        Act::RestoreNote { note, expect } => notes::restore(note, expect.as_deref(), facts),
        Act::ImportContacts { .. } => {
            bring_of(act).map_or(Err(Refusal::NotFound), |bring| imports::bring(&bring, actor, facts, stamp))
        }
        act @ Act::ImportChat { .. } => {
            chat_of(act).map_or(Err(Refusal::NotFound), |bring| import_chats::bring(&bring, actor, facts, stamp))
        }
        Act::UndoImport { import_id, part } => imports::undo(*import_id, *part, actor, facts, stamp),
        Act::SaveDraft { draft } => own::save_draft(draft, actor, facts),
        Act::DeleteDraft { conversation_id, message_id } => {
            own::delete_draft(*conversation_id, *message_id, actor, facts)
        }
        Act::PutSetting { key, value } => own::put_setting(key, value, actor, facts),
        Act::ChangeViews { put, gone } => views::change(put, gone, actor, facts),
        Act::TagContacts { contact_ids, tag_id, on } => tags::tag_contacts(contact_ids, *tag_id, *on, facts),
        Act::PutTag { tag } => tags::put(tag, facts),
        Act::KeepTag { tag } => tags::keep(tag, facts),
        Act::DeleteTag { id } => tags::delete(*id, facts),
        Act::PutQuickReply { reply, expect } => catalogues::put_quick_reply(reply, expect.as_ref(), facts),
        Act::DeleteQuickReply { id } => catalogues::delete_quick_reply(*id, facts),
        Act::AddLine { line } => lines::add(line, facts),
        Act::PatchLine { line_id, display_name, color, base_url } => {
            lines::patch(*line_id, display_name.as_ref(), color.as_ref(), base_url.as_ref(), facts)
        }
        Act::SetLineWanted { line_id, wanted } => lines::set_wanted(*line_id, *wanted, facts),
        Act::RemoveLine { line_id, erase } => lines::remove(*line_id, *erase, facts),
        Act::SetAutoLead { line_id, auto_lead } => sale_rows::set_auto_lead(*line_id, auto_lead, facts),
        Act::PutLeadStatus { status } => sale_rows::put_status(status, facts, stamp),
        Act::DeleteLeadStatus { id } => sale_rows::delete_status(*id, facts),
        Act::PutFunnel { funnel, stages, gone } => sale_rows::put_funnel(funnel, stages, gone, facts),
        Act::StarFunnel { id } => sale_rows::star(*id, facts),
        Act::DeleteFunnel { id } => sale_rows::delete_funnel(*id, facts),
        Act::PutSource { source } => sale_rows::put_source(source, facts, stamp),
        Act::DeleteSource { id } => sale_rows::delete_source(*id, facts),
        Act::PutLostReason { reason } => sale_rows::put_reason(reason, facts),
        Act::DeleteLostReason { id } => sale_rows::delete_reason(*id, facts),
        Act::PutField { field, gone } => fields::put(field, gone, facts),
        Act::DeleteField { id, seen } => fields::delete(*id, *seen, facts),
        Act::RefillField { field_id, rows } => filled::refill(*field_id, rows, facts),
        Act::KeepSaleRow { row } => sale_rows::keep(row, facts, stamp),
        Act::PutSaleSettings { settings } => sale_rows::put_settings(settings, facts, stamp),
        Act::RenameMe { name } => catalogues::rename_me(name, actor, facts),
        Act::RenameWorkspace { name, default_country } => catalogues::rename_workspace(name, default_country, facts),
    }
}

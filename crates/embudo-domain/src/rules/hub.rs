//! What the hub does for itself and for its channels: each act to the rule that knows it.

use super::inbound::Inbound;
use super::*;
use super::{bin, merge};
use super::{
    catalogues, changed, contacts, conversations, delivery, erase, follow_ups_alone, imports, inbound, lines, messages,
    quiet, sale_rows,
};

fn inbound_of(act: &HubAct) -> Option<Inbound<'_>> {
    let HubAct::Inbound { line_id, message, message_id, conversation_id, identity_id, contact_id } = act else {
        return None;
    };
    Some(Inbound {
        line_id: *line_id,
        message,
        message_id: *message_id,
        conversation_id: *conversation_id,
        identity_id: *identity_id,
        contact_id: *contact_id,
    })
}

pub(super) fn needs(act: &HubAct, facts: &Facts) -> Vec<Need> {
    match act {
        HubAct::Found { workspace, owner } => catalogues::needs_found(workspace, owner),
        HubAct::SetUpSale => sale_rows::needs_set_up(facts),
        HubAct::Inbound { .. } => inbound_of(act).map(|act| inbound::needs(&act, facts)).unwrap_or_default(),
        HubAct::Edited { line_id, provider_id, .. }
        | HubAct::Deleted { line_id, provider_id, .. }
        | HubAct::Reacted { line_id, provider_id, .. } => changed::needs_by_provider(facts, *line_id, provider_id),
        HubAct::Reported { line_id, provider_id, client_key, .. } => {
            delivery::needs_report(facts, *line_id, provider_id.as_ref(), *client_key)
        }
        HubAct::PhotoFetched { contact_id, .. } => contacts::needs_photo(*contact_id),
        HubAct::FileFetched { message_id, .. }
        | HubAct::FileGone { message_id }
        | HubAct::EditEnded { message_id, .. } => changed::needs_message(facts, *message_id),
        HubAct::SendStarted { message_id, .. } | HubAct::Aged { message_id } | HubAct::PerhapsLeft { message_id } => {
            messages::needs_message(facts, *message_id)
        }
        HubAct::SendEnded { message_id, outcome, .. } => delivery::needs_ended(facts, *message_id, outcome),
        HubAct::LineChanged { line_id, .. } => lines::needs(*line_id),
        HubAct::SnoozeDue { conversation_id, .. } => conversations::needs(*conversation_id),
        HubAct::QuietDue { conversation_id, .. } => quiet::needs_due(facts, *conversation_id),
        HubAct::FollowUpDue { id, .. } => follow_ups_alone::needs_due(facts, *id),
        HubAct::FollowUpPerhapsSent { id } => follow_ups_alone::needs_asked(*id),
        HubAct::ImportKept { import_id, part } => imports::needs_forgotten(*import_id, *part),
        HubAct::EraseMessages { line_id, conversation_id, message_ids } => {
            erase::needs_messages(*line_id, *conversation_id, message_ids)
        }
        HubAct::EraseConversation { line_id, conversation_id } => {
            erase::needs_conversation(facts, *line_id, *conversation_id)
        }
        HubAct::LineErased { line_id } => lines::needs(*line_id),
        HubAct::MergeKept { record_id } => merge::needs_kept(*record_id),
        HubAct::EraseContact { contact_id, message_ids } => bin::needs_erase(facts, *contact_id, message_ids),
    }
}

pub(super) fn decide(act: &HubAct, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    match act {
        HubAct::Found { workspace, owner } => catalogues::found(workspace, owner, facts),
        HubAct::SetUpSale => sale_rows::set_up(facts),
        HubAct::Inbound { .. } => {
            inbound_of(act).map_or(Err(Refusal::NotFound), |act| inbound::decide(&act, facts, stamp))
        }
        HubAct::Edited { line_id, provider_id, body, at_s } => {
            changed::edited(*line_id, provider_id, body, *at_s, facts, stamp)
        }
        HubAct::Deleted { line_id, provider_id, at_s } => changed::deleted(*line_id, provider_id, *at_s, facts, stamp),
        HubAct::Reacted { line_id, provider_id, emoji, from_us } => {
            changed::reacted(*line_id, provider_id, emoji, *from_us, facts, stamp)
        }
        HubAct::Reported { line_id, provider_id, client_key, status, at_s, error } => delivery::report(
            delivery::Report {
                line_id: *line_id,
                provider_id: provider_id.as_ref(),
                client_key: *client_key,
                status: *status,
                at_s: *at_s,
                error: error.as_ref(),
            },
            facts,
            stamp,
        ),
        HubAct::FileFetched { message_id, file } => changed::file_fetched(*message_id, file, facts, stamp),
        HubAct::PhotoFetched { contact_id, hash } => contacts::photo_fetched(*contact_id, hash.as_deref(), facts),
        HubAct::FileGone { message_id } => changed::file_gone(*message_id, facts, stamp),
        HubAct::SendStarted { message_id, attempt } => delivery::started(*message_id, *attempt, facts, stamp),
        HubAct::PerhapsLeft { message_id } => delivery::perhaps_left(*message_id, facts, stamp),
        HubAct::SendEnded { message_id, attempt, outcome } => {
            delivery::ended(*message_id, *attempt, outcome, facts, stamp)
        }
        HubAct::EditEnded { message_id, text, error } => {
            changed::edit_ended(*message_id, text, error.as_ref(), facts, stamp)
        }
        HubAct::Aged { message_id } => delivery::aged(*message_id, facts, stamp),
        HubAct::LineChanged { line_id, state } => lines::changed(*line_id, state, facts),
        HubAct::SnoozeDue { conversation_id, until_ms } => {
            conversations::snooze_due(*conversation_id, *until_ms, facts, stamp)
        }
        HubAct::QuietDue { conversation_id, due_at_ms } => quiet::due(*conversation_id, *due_at_ms, facts, stamp),
        HubAct::FollowUpDue { id, due_at_ms } => follow_ups_alone::due(*id, *due_at_ms, facts, stamp),
        HubAct::FollowUpPerhapsSent { id } => follow_ups_alone::perhaps_sent(*id, facts, stamp),
        HubAct::ImportKept { import_id, part } => imports::forgotten(*import_id, *part, facts, stamp),
        HubAct::EraseMessages { line_id, conversation_id, message_ids } => {
            erase::messages(*line_id, *conversation_id, message_ids, facts)
        }
        HubAct::EraseConversation { line_id, conversation_id } => {
            erase::conversation(*line_id, *conversation_id, facts, stamp)
        }
        HubAct::LineErased { line_id } => lines::erased(*line_id, facts),
        HubAct::MergeKept { record_id } => merge::kept(*record_id, facts, stamp),
        HubAct::EraseContact { contact_id, message_ids } => bin::erase(*contact_id, message_ids, facts, stamp),
    }
}

//! Sample customers whom the shop has known for a while stand on the board as they would after
//! a month of work, so that a first look shows a living one.

use crate::api::{ApiError, AppEvent};
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::*;
use embudo_simulator::script::{self, Plan, Regular, Sale};
use std::sync::{Arc, Weak};
use std::time::Duration;
use uuid::Uuid;

/// They come with the first poll of their line; one that never answers keeps nobody waiting.
const LONGEST: Duration = Duration::from_secs(600);

/// Waits for their past to arrive, and places each of them once.
pub fn place_when_they_come(workspace: &Arc<Workspace>) {
    let weak = Arc::downgrade(workspace);
    let events = workspace.bus.listen();
    tokio::spawn(async move {
        // Not all of them came, or the workspace was closed meanwhile.
        let _ = tokio::time::timeout(LONGEST, place_all(weak, events)).await;
    });
}

async fn place_all(workspace: Weak<Workspace>, mut events: tokio::sync::broadcast::Receiver<AppEvent>) {
    let mut waited_for: Vec<&Regular> = match script::regulars() {
        Ok(regulars) => regulars.iter().collect(),
        Err(error) => return tracing::error!(%error, "the sample customers' past can't be read"),
    };
    while !waited_for.is_empty() {
        let Some(workspace) = workspace.upgrade() else { return };
        let mut still = Vec::new();
        for regular in waited_for {
            match workspace.store.contact_by_external(LineType::Simulator, &regular.id).await {
                Ok(None) => still.push(regular),
                Ok(Some(contact_id)) => {
                    if let Err(error) = place(&workspace, contact_id, &regular.sale).await {
                        tracing::warn!(code = error.code, "a sample customer could not be placed on the board");
                    }
                }
                Err(error) => return tracing::warn!(%error, "the sample customers could not be read"),
            }
        }
        drop(workspace);
        waited_for = still;
        // Lagged is as good as an event.
        if !waited_for.is_empty()
            && matches!(events.recv().await, Err(tokio::sync::broadcast::error::RecvError::Closed))
        {
            return;
        }
    }
}

async fn place(workspace: &Workspace, contact_id: ContactId, sale: &Sale) -> Result<(), ApiError> {
    let leads = workspace.store.leads_of_contact(contact_id).await.map_err(failure::store)?;
    let stage = seeded::stages().into_iter().find(|stage| stage.code.as_deref() == Some(&sale.stage));
    let (Some(stage), true) = (stage, leads.is_empty()) else { return Ok(()) };
    let lead_id = LeadId(Uuid::now_v7());
    let act = Act::OpenLeads {
        leads: vec![NewLead { lead_id, contact_id, joins: false }],
        status_id: None,
        stage: Some(StageTo { stage_id: stage.id, position: None }),
        source_id: seeded::source_of("simulator"),
        again: false,
        note: String::new(),
    };
    workspace.act(act).await?;
    let marker = sale.marker.as_ref().and_then(|code| serde_json::from_value(code.as_str().into()).ok());
    let today = LeadPatch { marker, score: sale.score.map(Some), ..LeadPatch::default() };
    let statuses = seeded::statuses();
    let status = statuses.iter().find(|status| status.code.is_some() && status.code == sale.status);
    let reasons = seeded::lost_reasons();
    let reason = reasons.iter().find(|reason| reason.code.is_some() && reason.code == sale.reason);
    let end = LeadPatch {
        status: status.map(|status| StatusTo { status_id: status.id, reason_id: reason.map(|reason| reason.id) }),
        ..LeadPatch::default()
    };
    for patch in [today, end].into_iter().filter(|patch| *patch != LeadPatch::default()) {
        workspace.act(Act::ChangeLeads { lead_ids: vec![lead_id], patch, bulk_id: None }).await?;
    }
    match &sale.follow_up {
        Some(plan) => plan_for(workspace, lead_id, plan).await,
        None => Ok(()),
    }
}

/// One that is overdue is so for longer than a reminder is told: nobody begins with an alarm.
async fn plan_for(workspace: &Workspace, lead_id: LeadId, plan: &Plan) -> Result<(), ApiError> {
    let cards = workspace.store.cards(&[lead_id]).await.map_err(failure::store)?;
    let Some(card) = cards.into_iter().next() else { return Ok(()) };
    let message = match (&plan.message, &card.conversation) {
        (Some(text), Some(chat)) if chat.window_closes_at_ms.is_none() => Some(PlannedMessage {
            conversation_id: chat.id,
            message_id: MessageId(Uuid::now_v7()),
            body: Body::Text { text: text.clone() },
        }),
        // It could not go.
        (Some(_), _) => return Ok(()),
        (None, _) => None,
    };
    let now_ms = workspace.clock.now_ms();
    let follow_up = FollowUp {
        id: FollowUpId(Uuid::now_v7()),
        lead_id,
        contact_id: card.lead.contact_id,
        kind: if message.is_some() { FollowUpKind::Message } else { FollowUpKind::Task },
        state: FollowUpState::Scheduled,
        due_at_ms: now_ms + plan.in_min * 60_000,
        note: plan.note.clone(),
        cancel_if_reply: message.is_some(),
        message,
        nudge_of: None,
        responsible_id: None,
        created_by: workspace.actor.member_id,
        created_at_ms: now_ms,
        ended_at_ms: None,
    };
    workspace.act(Act::SaveFollowUp { follow_up: Box::new(follow_up) }).await?;
    Ok(())
}

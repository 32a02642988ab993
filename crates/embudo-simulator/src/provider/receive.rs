//! Our messages on their way to a customer: what is taken, what is refused, what gets lost.

use super::brain::{self, Arrived};
use super::{State, refused};
use crate::Result;
use crate::ledger::{self, Customer, NewDelivery};
use crate::script::{self, Trouble};
use embudo_channels::ChannelError;
use embudo_channels::simulator::{SimFile, SimResponse};
use embudo_domain::{Body, MessageId};
use sqlx::SqliteConnection;

pub(super) struct Incoming {
    pub message_id: MessageId,
    pub external_id: String,
    pub body: Body,
    pub file: Option<SimFile>,
    pub reply_to: Option<String>,
}

type Answer = std::result::Result<SimResponse, ChannelError>;

/// Books the attempt whatever its end.
pub(super) async fn send(
    conn: &mut SqliteConnection,
    state: &mut State,
    now_ms: i64,
    message: Incoming,
) -> Result<Answer> {
    let (key, customer) = (message.message_id, message.external_id.clone());
    let (answer, outcome) = attempt(conn, state, now_ms, message).await?;
    ledger::add_attempt(conn, key, &customer, now_ms, &outcome).await?;
    Ok(answer)
}

fn outcome_of(error: &ChannelError) -> String {
    match error {
        ChannelError::Refused(error) => error.code.clone(),
        ChannelError::SlowDown { .. } => "slow_down".into(),
        ChannelError::NotReached(_) => "not_reached".into(),
        ChannelError::Uncertain(_) => "uncertain".into(),
        ChannelError::Unauthorized => "unauthorized".into(),
        ChannelError::Conflict(_) => "conflict".into(),
    }
}

async fn attempt(
    conn: &mut SqliteConnection,
    state: &mut State,
    now_ms: i64,
    message: Incoming,
) -> Result<(Answer, String)> {
    let no = |error: ChannelError| {
        let outcome = outcome_of(&error);
        (Err(error), outcome)
    };
    if let Some(error) = state.down().or_else(|| planned_failure(state)) {
        return Ok(no(error));
    }
    if spend(&mut state.faults.drop_request_next) {
        let lost = ChannelError::Uncertain("the request was lost on the way".into());
        return Ok((Err(lost), "request_dropped".into()));
    }
    let Some(mut customer) = ledger::customer(conn, &message.external_id).await? else {
        return Ok(no(refused("CHAT_NOT_FOUND")));
    };
    let trouble = trouble_of(&customer)?;
    customer.standing.asked += 1;
    let refusal = trouble_with(&customer, trouble.as_ref()).or_else(|| wrong_with(state, &customer, &message, now_ms));
    if let Some(error) = refusal {
        ledger::save_customer(conn, &customer).await?;
        return Ok(no(error));
    }
    if state.rules.client_ids
        && let Some((provider_id, at_ms, _)) = ledger::delivery_of(conn, message.message_id).await?
    {
        ledger::count_repeat(conn, &provider_id).await?;
        let sent = SimResponse::Sent { provider_id, at_s: at_ms.div_euclid(1_000) };
        return Ok(finish(state, trouble.as_ref(), sent, "repeat"));
    }
    let new = NewDelivery {
        client_key: message.message_id,
        customer: &message.external_id,
        body: &message.body,
        file: message.file.as_ref(),
        reply_to: message.reply_to.as_deref(),
        at_ms: now_ms,
    };
    let provider_id = ledger::add_delivery(conn, new).await?;
    let arrived =
        Arrived { client_key: message.message_id, provider_id: &provider_id, body: &message.body, at_ms: now_ms };
    brain::react(conn, state, &mut customer, arrived).await?;
    ledger::save_customer(conn, &customer).await?;
    let sent = SimResponse::Sent { provider_id, at_s: now_ms.div_euclid(1_000) };
    Ok(finish(state, trouble.as_ref(), sent, "sent"))
}

/// The message is booked; does its answer get through?
fn finish(state: &mut State, trouble: Option<&Trouble>, sent: SimResponse, outcome: &str) -> (Answer, String) {
    if spend(&mut state.faults.drop_answer_next) || trouble == Some(&Trouble::NoAnswer) {
        return (Err(ChannelError::Uncertain("the answer was lost on the way".into())), "answer_dropped".into());
    }
    (Ok(sent), outcome.to_owned())
}

fn spend(counter: &mut u32) -> bool {
    let had = *counter > 0;
    *counter = counter.saturating_sub(1);
    had
}

fn planned_failure(state: &mut State) -> Option<ChannelError> {
    let faults = &mut state.faults;
    if spend(&mut faults.not_reached_next) {
        return Some(ChannelError::NotReached("the simulator plays a broken line".into()));
    }
    if spend(&mut faults.rate_limit_next) {
        return Some(ChannelError::SlowDown { retry_after_ms: faults.retry_after_ms });
    }
    if spend(&mut faults.fail_next) {
        return Some(refused(if faults.fail_code.is_empty() { "PROVIDER_400" } else { &faults.fail_code }));
    }
    None
}

fn trouble_of(customer: &Customer) -> Result<Option<Trouble>> {
    let script = match &customer.script {
        Some(id) => script::by_id(id)?,
        None => None,
    };
    Ok(script.and_then(|script| script.trouble.clone()))
}

fn trouble_with(customer: &Customer, trouble: Option<&Trouble>) -> Option<ChannelError> {
    match trouble? {
        Trouble::Blocked { after } if customer.standing.received >= *after => Some(refused("BLOCKED_BY_CUSTOMER")),
        Trouble::RateLimited { every, retry_after_ms }
            if (customer.standing.asked - 1).is_multiple_of((*every).max(2)) =>
        {
            Some(ChannelError::SlowDown { retry_after_ms: *retry_after_ms })
        }
        _ => None,
    }
}

/// What the channel itself refuses.
fn wrong_with(state: &State, customer: &Customer, message: &Incoming, now_ms: i64) -> Option<ChannelError> {
    let abilities = state.rules.abilities();
    let longer = |text: &str, max: u32| text.encode_utf16().count() > max as usize;
    if let Some(window_ms) = state.rules.window_ms
        && customer.last_inbound_ms.is_none_or(|last_ms| now_ms - last_ms > window_ms)
    {
        return Some(refused("WINDOW_CLOSED"));
    }
    match &message.body {
        Body::Text { text } if text.trim().is_empty() => Some(refused("TEXT_EMPTY")),
        Body::Text { text } if longer(text, abilities.max_text_chars) => Some(refused("TEXT_TOO_LONG")),
        Body::Media { caption: Some(caption), .. } if longer(caption, abilities.max_caption_chars) => {
            Some(refused("TEXT_TOO_LONG"))
        }
        Body::Media { .. } => match &message.file {
            None => Some(refused("FILE_GONE")),
            Some(file) if file.bytes.is_empty() => Some(refused("FILE_EMPTY")),
            Some(file) if file.bytes.len() as u64 > abilities.max_bytes(file.media) => Some(refused("FILE_TOO_BIG")),
            Some(_) => None,
        },
        Body::Poll { .. } | Body::Unsupported { .. } | Body::Event { .. } => Some(refused("UNSUPPORTED")),
        Body::Text { .. } | Body::Location { .. } | Body::Contact { .. } => None,
    }
}

pub(super) async fn edit(
    conn: &mut SqliteConnection,
    state: &State,
    customer: &str,
    provider_id: &str,
    text: &str,
) -> Result<Answer> {
    if let Some(error) = state.down() {
        return Ok(Err(error));
    }
    if !state.rules.can_edit || text.trim().is_empty() {
        return Ok(Err(refused(if state.rules.can_edit { "TEXT_EMPTY" } else { "CANNOT_EDIT" })));
    }
    let done = ledger::edit_delivery(conn, provider_id, customer, text).await?;
    Ok(if done { Ok(SimResponse::Edited) } else { Err(refused("CANNOT_EDIT")) })
}

pub(super) async fn look_up(conn: &mut SqliteConnection, state: &State, message_id: MessageId) -> Result<Answer> {
    if let Some(error) = state.down() {
        return Ok(Err(error));
    }
    if !state.rules.can_look_up {
        return Ok(Err(refused("CANNOT_TELL")));
    }
    let Some((provider_id, at_ms, customer)) = ledger::delivery_of(conn, message_id).await? else {
        return Ok(Ok(SimResponse::NotFound));
    };
    let silent = match ledger::customer(conn, &customer).await? {
        Some(customer) => trouble_of(&customer)? == Some(Trouble::NoAnswer),
        None => false,
    };
    if silent {
        return Ok(Err(refused("CANNOT_TELL")));
    }
    Ok(Ok(SimResponse::Found { provider_id, at_s: at_ms.div_euclid(1_000) }))
}

//! What a scripted customer does about a message of ours, and when.

use super::State;
use crate::Result;
use crate::ledger::{self, Customer, EventKind};
use crate::media;
use crate::roll::{between, roll};
use crate::script::{self, Saying, Script, Step, Trouble};
use crate::topics::{self, Topic};
use embudo_channels::Update;
use embudo_domain::{Body, Delivery, InboundMessage, MediaKind, MessageId};
use sqlx::SqliteConnection;

const EDIT_AFTER_MS: i64 = 6_000;

/// How a step becomes an update.
pub(super) struct Say<'a> {
    pub due_ms: i64,
    pub kind: EventKind,
    pub history: bool,
    pub from_us: bool,
    /// Our message, to quote or to react to.
    pub quoted: Option<&'a str>,
}

/// How long a step takes to write.
pub(super) fn writing_ms(state: &State, customer: &Customer, step: &Step) -> i64 {
    if let Some(after_ms) = step.after_ms {
        return after_ms;
    }
    let letters = match &step.what {
        Saying::Words(words) => words.chars().count() as i64,
        Saying::Photo { .. } | Saying::Document { .. } => 90,
        Saying::Voice { .. } => 110,
        Saying::Place { .. } | Saying::Card { .. } | Saying::Odd(_) => 60,
        Saying::React(_) | Saying::Nothing => 5,
    };
    let chance = roll(state.seed, "writing", &customer.id, customer.standing.said);
    (700 + letters * 40).min(6_000) + between(chance, 0, 1_500)
}

/// Puts a step on the clock.
pub(super) async fn say(
    conn: &mut SqliteConnection,
    state: &State,
    customer: &mut Customer,
    step: &Step,
    say: Say<'_>,
) -> Result<()> {
    customer.standing.said += 1;
    let at_s = say.due_ms.div_euclid(1_000);
    if let Saying::React(emoji) = &step.what {
        let Some(provider_id) = say.quoted else { return Ok(()) };
        let update = Update::Reacted { provider_id: provider_id.to_owned(), emoji: emoji.clone(), from_us: false };
        return ledger::add_event(conn, say.due_ms, &customer.id, EventKind::Other, &update).await;
    }
    let provider_id = format!("in-{}", ledger::next_event_no(conn).await?);
    let Some((body, file)) = media::body_of(&step.what, &format!("file:{provider_id}"))? else { return Ok(()) };
    if let Some(file) = file {
        ledger::put_file(conn, &format!("file:{provider_id}"), &file).await?;
    }
    let message = InboundMessage {
        provider_id: provider_id.clone(),
        external_id: customer.id.clone(),
        namespace: state.account.0.clone(),
        profile_name: customer.profile.name.clone(),
        username: customer.profile.username.clone(),
        phone_e164: customer.profile.phone.clone(),
        language: customer.profile.language.clone(),
        at_s,
        body,
        reply_to_provider_id: say.quoted.filter(|_| step.quote).map(str::to_owned),
        from_us: say.from_us,
        client_key: None,
        history: say.history,
    };
    ledger::add_event(conn, say.due_ms, &customer.id, say.kind, &Update::Message(Box::new(message))).await?;
    let corrected_ms = say.due_ms + EDIT_AFTER_MS;
    if let Some(text) = &step.edit_to {
        let body = Body::Text { text: text.clone() };
        let update = Update::Edited { provider_id: provider_id.clone(), body, at_s: corrected_ms.div_euclid(1_000) };
        ledger::add_event(conn, corrected_ms, &customer.id, EventKind::Other, &update).await?;
    }
    if step.take_back {
        let update = Update::Deleted { provider_id, at_s: corrected_ms.div_euclid(1_000) };
        ledger::add_event(conn, corrected_ms, &customer.id, EventKind::Other, &update).await?;
    }
    Ok(())
}

/// Our message that just arrived.
pub(super) struct Arrived<'a> {
    pub client_key: MessageId,
    pub provider_id: &'a str,
    pub body: &'a Body,
    pub at_ms: i64,
}

/// Receipts, then an answer, if there is one.
pub(super) async fn react(
    conn: &mut SqliteConnection,
    state: &State,
    customer: &mut Customer,
    arrived: Arrived<'_>,
) -> Result<()> {
    customer.standing.received += 1;
    let script = match &customer.script {
        Some(id) => script::by_id(id)?,
        None => None,
    };
    let trouble = script.as_ref().and_then(|script| script.trouble.clone());
    let read_ms = receipts(conn, state, customer, &arrived, trouble.as_ref()).await?;
    ledger::drop_nudges(conn, &customer.id).await?;
    let Some(script) = script.filter(|_| state.rules.customers_answer && !customer.standing.silent) else {
        return Ok(());
    };
    let busy = ledger::is_writing(conn, &customer.id).await?;
    let Some(steps) = choose(&script, customer, arrived.body, busy)? else { return Ok(()) };
    let chance = roll(state.seed, "pace", &customer.id, customer.standing.said);
    let mut due_ms = read_ms + between(chance, script.pace_ms / 3, script.pace_ms * 5 / 3);
    for step in &steps {
        due_ms += writing_ms(state, customer, step);
        let say =
            Say { due_ms, kind: EventKind::Message, history: false, from_us: false, quoted: Some(arrived.provider_id) };
        self::say(conn, state, customer, step, say).await?;
    }
    Ok(())
}

/// Delivered and read; returns when it is read.
async fn receipts(
    conn: &mut SqliteConnection,
    state: &State,
    customer: &Customer,
    arrived: &Arrived<'_>,
    trouble: Option<&Trouble>,
) -> Result<i64> {
    let chance = |purpose: &str| roll(state.seed, purpose, &customer.id, u64::from(customer.standing.received));
    let (delivered_ms, read_ms) = match trouble {
        Some(Trouble::Slow { delivered_after_ms, read_after_ms }) => {
            (arrived.at_ms + delivered_after_ms, arrived.at_ms + read_after_ms)
        }
        _ => {
            let delivered_ms = arrived.at_ms + between(chance("delivered"), 300, 1_400);
            (delivered_ms, delivered_ms + between(chance("read"), 900, 3_500))
        }
    };
    if !state.rules.receipts || matches!(trouble, Some(Trouble::NoAnswer)) {
        return Ok(read_ms);
    }
    let voice = matches!(arrived.body, Body::Media { media: MediaKind::Voice, .. });
    let played = voice.then_some((read_ms + 2_000, Delivery::Played));
    for (due_ms, status) in [(delivered_ms, Delivery::Delivered), (read_ms, Delivery::Read)].into_iter().chain(played) {
        let update = Update::Status {
            provider_id: Some(arrived.provider_id.to_owned()),
            client_key: state.rules.client_ids.then_some(arrived.client_key),
            status,
            at_s: due_ms.div_euclid(1_000),
            error: None,
        };
        ledger::add_event(conn, due_ms, &customer.id, EventKind::Status, &update).await?;
    }
    Ok(read_ms)
}

/// Picks the next part of the story and marks it told. `None`: they say nothing.
fn choose(script: &Script, customer: &mut Customer, body: &Body, busy: bool) -> Result<Option<Vec<Step>>> {
    let about = topics_of(body)?;
    let standing = &mut customer.standing;
    let unused = |index: &usize| !standing.used_turns.contains(index);
    let open: Vec<usize> = (0..script.turns.len()).filter(unused).collect();
    let matching = open.iter().find(|index| script.turns[**index].when.iter().any(|topic| about.contains(topic)));
    // Someone who is writing already hears the words that matter and lets the rest pass.
    let chosen = matching.or_else(|| open.iter().find(|index| script.turns[**index].when.is_empty() && !busy));
    if let Some(index) = chosen {
        let turn = &script.turns[*index];
        standing.used_turns.push(*index);
        standing.silent = turn.then_silent;
        return Ok(Some(turn.answer.clone()));
    }
    if busy {
        return Ok(None);
    }
    let said = standing.fallbacks as usize;
    standing.fallbacks += 1;
    if let Some(step) = script.fallback.get(said) {
        return Ok(Some(vec![step.clone()]));
    }
    let generic = script::generic_fallbacks(&script.language)?;
    let words = generic.get((said - script.fallback.len()) % generic.len().max(1));
    Ok(words.map(|words| {
        vec![Step { what: Saying::Words(words.clone()), after_ms: None, quote: false, edit_to: None, take_back: false }]
    }))
}

/// What a message of ours is about: its words, and what kind of thing it is.
fn topics_of(body: &Body) -> Result<Vec<Topic>> {
    let mut about = match body.searchable() {
        Some(words) => topics::topics_of(&words)?,
        None => vec![],
    };
    match body {
        Body::Media { media, .. } => about.push(match media {
            MediaKind::Image | MediaKind::Video | MediaKind::Sticker | MediaKind::Animation => Topic::Photo,
            MediaKind::Voice | MediaKind::Audio => Topic::Voice,
            MediaKind::Document => Topic::File,
        }),
        Body::Location { .. } => about.extend([Topic::Place, Topic::Address]),
        Body::Contact { .. } => about.push(Topic::Card),
        Body::Text { .. } | Body::Poll { .. } | Body::Unsupported { .. } | Body::Event { .. } => {}
    }
    Ok(about)
}

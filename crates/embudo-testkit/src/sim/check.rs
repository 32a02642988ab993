//! What must be true once everything is quiet.

use super::Failure;
use super::channel::Kind;
use super::world::{World, rows};
use embudo_domain::*;
use embudo_protocol::Versioned;
use embudo_store::{Batch, Key, Location, OpenOptions, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap};

type Checked = Result<(), Failure>;

pub async fn everything(world: &mut World) -> Checked {
    let me = world.me.id;
    let hub = world.hub.as_mut().ok_or_else(|| Failure::Broken("no hub".to_owned()))?;
    let (epoch, head) = (hub.epoch(), hub.head());
    let snapshot = hub.snapshot(me).await?;
    same_rows("the device", &world.store, &snapshot).await?;

    let fresh = Store::open(&OpenOptions { location: Location::Memory, key: Key::None }).await?;
    let epoch = epoch.ok_or_else(|| Failure::Broken("no epoch".to_owned()))?;
    let changes = snapshot.clone();
    fresh
        .apply_changes(&Batch { epoch, from: 0, to: head, head, changes, last_mid: 0, rejections: Vec::new() })
        .await?;
    same_rows("a fresh replica", &fresh, &snapshot).await?;

    let conversations: Vec<Conversation> = rows(&world.store, Entity::Conversation, |row| match row {
        Row::Conversation(row) => Some(row),
        _ => None,
    })
    .await?;
    let messages: Vec<Message> = rows(&world.store, Entity::Message, |row| match row {
        Row::Message(row) => Some(*row),
        _ => None,
    })
    .await?;
    let of_history = of_history(&snapshot);
    let (brought, messages): (Vec<Message>, Vec<Message>) =
        messages.into_iter().partition(|message| of_history.contains(&message.conversation_id));
    for message in messages.iter().filter(|message| message.direction == Direction::Out) {
        world.stats.ended(message);
    }
    world.stats.brought += brought.len() as u64;
    for conversation in &conversations {
        let is_history = of_history.contains(&conversation.id);
        let all = if is_history { &brought } else { &messages };
        let of_it: Vec<&Message> = all.iter().filter(|message| message.conversation_id == conversation.id).collect();
        one_conversation(conversation, &of_it, &world.said_arrived, is_history)?;
        if is_history {
            history(conversation, &of_it)?;
        }
        if let ConversationState::Snoozed { until_ms: Some(until_ms), .. } = conversation.state
            && until_ms <= world.now_ms
        {
            return broken(format!("{} was to wake {} ms ago", conversation.id, world.now_ms - until_ms));
        }
    }
    sale(&snapshot)?;
    planned(world, &snapshot)?;
    outgoing(world, &messages).await?;
    inbound(world, &messages)?;
    let found = world.store.check(embudo_store::Depth::Everything).await?;
    if !found.is_empty() {
        return broken(format!("the database does not pass its checks: {found:?}"));
    }
    let found = world.store.broken_invariants().await?;
    if !found.is_empty() {
        return broken(found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    Ok(())
}

/// What `sale_faults` knows of I11–I24, over the rows of the hub.
fn sale(snapshot: &[Versioned]) -> Checked {
    let mut world = embudo_domain::model::World::default();
    for versioned in snapshot {
        if let Change::Put(row) = &versioned.change {
            world.rows.insert(row.key(), row.clone());
        }
    }
    match world.sale_faults() {
        faults if faults.is_empty() => Ok(()),
        faults => broken(faults.join("\n")),
    }
}

/// What was planned reached its customer once at the most, and only where its follow-up says so;
/// none is still scheduled after its time, and none was silently sent late.
fn planned(world: &World, snapshot: &[Versioned]) -> Checked {
    let rows = || snapshot.iter().filter_map(|row| if let Change::Put(row) = &row.change { Some(row) } else { None });
    let message = |id: MessageId| {
        rows().find_map(|row| match row {
            Row::Message(row) if row.id == id => Some(&**row),
            _ => None,
        })
    };
    for row in rows() {
        let Row::FollowUp(row) = row else { continue };
        if row.fires_at_ms().is_some_and(|due_at_ms| due_at_ms <= world.now_ms) {
            return broken(format!("{} was due {} ms ago and nobody asks", row.id, world.now_ms - row.due_at_ms));
        }
        let Some(planned) = &row.message else { continue };
        let times = world.channel.times_received(planned.message_id);
        let is_sent = matches!(row.state, FollowUpState::Sent { .. });
        // A life of the hub that was lost may have sent it: nobody can tell, and it asks.
        let is_lost = world.stats.restores > 0;
        if times > 0 && !is_sent && !is_lost {
            return broken(format!("{} is {:?} and the customer has its message", row.id, row.state));
        }
        let by_itself = message(planned.message_id).filter(|_| is_sent);
        // Sent by hand it is clicked at another moment than it was due.
        if let (Some(message), Some(ended_at_ms)) = (by_itself, row.ended_at_ms)
            && message.created_at_ms == row.due_at_ms
            && ended_at_ms - row.due_at_ms > LATE_MS
        {
            return broken(format!("{} went {} ms late", row.id, ended_at_ms - row.due_at_ms));
        }
    }
    for message_id in &world.planned {
        let times = world.channel.times_received(*message_id);
        let again = world.sent_again.get(message_id).copied().unwrap_or(0);
        // Asked whether it goes after all, a person may say so once in each life of the hub.
        let asked = usize::try_from(world.stats.restores).unwrap_or(usize::MAX);
        let allowed = if world.channel.kind == Kind::Linked { 1 } else { 1 + again + asked };
        if times > allowed {
            return broken(format!("the planned {message_id} reached the customer {times} times"));
        }
    }
    Ok(())
}

/// After the line was removed with its history.
pub async fn erased(world: &mut World) -> Checked {
    let (me, line_id, now_ms) = (world.me.id, world.line_id, world.now_ms);
    let hub = world.hub.as_mut().ok_or_else(|| Failure::Broken("no hub".to_owned()))?;
    let snapshot = hub.snapshot(me).await?;
    let history = hub.line(line_id).map(|line| line.history);
    if history != Some(LineHistory::Erased) {
        return broken(format!("the history of the line is {history:?}"));
    }
    let (ready, _) = hub.next_jobs(64, now_ms).await?;
    if !ready.is_empty() {
        return broken(format!("there is still work for a line that is erased: {ready:?}"));
    }
    same_rows("the device", &world.store, &snapshot).await?;
    // Chats that were brought in are of another line.
    let kept = of_history(&snapshot);
    let has_history: BTreeSet<ContactId> = snapshot
        .iter()
        .filter_map(|versioned| match &versioned.change {
            Change::Put(Row::Conversation(row)) if kept.contains(&row.id) => Some(row.contact_id),
            _ => None,
        })
        .collect();
    for versioned in &snapshot {
        match &versioned.change {
            Change::Put(Row::Conversation(row)) if kept.contains(&row.id) => {}
            Change::Put(Row::Message(row)) if kept.contains(&row.conversation_id) => {}
            Change::Put(Row::Draft(row)) if kept.contains(&row.conversation_id) => {}
            Change::Put(Row::Identity(row)) if row.line_type.is_history() => {}
            Change::Put(Row::Contact(contact)) if has_history.contains(&contact.id) => {}
            Change::Put(Row::Conversation(_) | Row::Message(_) | Row::Draft(_) | Row::Identity(_)) => {
                return broken(format!("it was to be erased: {:?}", versioned.change));
            }
            // Of who was deleted before nothing is left but that a sale was there.
            Change::Put(Row::Contact(contact)) if !contact.saved && !contact.erased => {
                return broken(format!("nobody saved {contact:?}"));
            }
            _ => {}
        }
    }
    for message_id in world.sent.keys() {
        let times = world.channel.times_received(*message_id);
        let again = world.sent_again.get(message_id).copied().unwrap_or(0);
        if times > 1 + again {
            return broken(format!("{message_id} reached the customer {times} times, a person asked for {again} more"));
        }
    }
    let found = world.store.check(embudo_store::Depth::Everything).await?;
    if !found.is_empty() {
        return broken(format!("the database does not pass its checks: {found:?}"));
    }
    Ok(())
}

fn broken(what: String) -> Checked {
    Err(Failure::Broken(what))
}

/// A device counts the epochs that it has seen above this.
const SEQ: u64 = (1 << 48) - 1;

async fn same_rows(who: &str, store: &Store, snapshot: &[Versioned]) -> Checked {
    let mut expected: BTreeMap<RowKey, (&Row, u64)> = BTreeMap::new();
    for Versioned { ver, change } in snapshot {
        if let Change::Put(row) = change {
            expected.insert(row.key(), (row, *ver));
        }
    }
    for entity in Entity::ALL {
        for (row, ver) in store.all_rows(entity).await? {
            let (key, ver) = (row.key(), ver & SEQ);
            match expected.remove(&key) {
                None => return broken(format!("{who} has {row:?}, the hub does not")),
                Some((same, same_ver)) if *same == row && same_ver == ver => {}
                Some((other, other_ver)) => {
                    return broken(format!("{who} has (ver {ver}) {row:?}\nthe hub has (ver {other_ver}) {other:?}"));
                }
            }
        }
    }
    match expected.first_key_value() {
        Some((_, (row, _))) => broken(format!("{who} lacks {row:?}")),
        None => Ok(()),
    }
}

/// I7, I9 and what the list row shows, computed again from the messages.
fn one_conversation(
    conversation: &Conversation,
    messages: &[&Message],
    said_arrived: &BTreeSet<MessageId>,
    is_history: bool,
) -> Checked {
    let id = conversation.id;
    let seqs: BTreeSet<i64> = messages.iter().map(|message| message.conv_seq).collect();
    if seqs.len() != messages.len()
        || seqs.first().is_some_and(|first| *first != 1)
        || seqs.last().copied().unwrap_or(0) != conversation.head_seq
    {
        return broken(format!("{id}: conv_seq is not 1..={}: {seqs:?}", conversation.head_seq));
    }
    let numbers: BTreeSet<i64> = messages.iter().filter_map(|message| message.inbound_no).collect();
    let inbound = messages.iter().filter(|message| message.inbound_no.is_some()).count() as i64;
    if conversation.inbound_count != inbound
        || numbers.len() as i64 != inbound
        || numbers.last().copied().unwrap_or(0) != inbound
    {
        return broken(format!("{id}: {} inbound counted, numbers {numbers:?}", conversation.inbound_count));
    }
    if conversation.read_inbound < 0 || conversation.read_inbound > conversation.inbound_count {
        return broken(format!("{id}: read {} of {}", conversation.read_inbound, conversation.inbound_count));
    }
    let failed = messages
        .iter()
        .filter(|message| {
            message.deleted_at_ms.is_none() && matches!(message.delivery, Delivery::Failed | Delivery::Unknown)
        })
        .count() as i64;
    if conversation.failed_count != failed {
        return broken(format!("{id}: {} failed counted, {failed} are", conversation.failed_count));
    }
    // What was said elsewhere opens no window.
    let inbound = messages.iter().filter(|message| message.direction == Direction::In && !is_history);
    let newest_inbound = inbound.map(|message| message.sort_s.min(message.created_at_ms.div_euclid(1_000))).max();
    if conversation.last_inbound_s != newest_inbound {
        return broken(format!(
            "{id}: window counts from {:?}, newest inbound is {newest_inbound:?}",
            conversation.last_inbound_s
        ));
    }
    for message in messages {
        let sent = message.delivery.rank() >= Delivery::Sent.rank()
            && !matches!(message.delivery, Delivery::Failed | Delivery::Canceled);
        if message.direction == Direction::Out
            && sent
            && (message.sort_s == SORT_UNSENT_S || message.provider_id.is_none())
            && !said_arrived.contains(&message.id)
        {
            return broken(format!("{} is {:?} without an id or a time of the channel", message.id, message.delivery));
        }
        if message.delivery == Delivery::Sending {
            return broken(format!("{} is sending for ever", message.id));
        }
        let ended = matches!(message.delivery, Delivery::Failed | Delivery::Unknown | Delivery::Canceled);
        if ended && message.sort_s == SORT_UNSENT_S {
            return broken(format!("{} is {:?} and stands last for ever", message.id, message.delivery));
        }
        forward_only(message)?;
    }
    Ok(())
}

/// The conversations of imported chats.
fn of_history(snapshot: &[Versioned]) -> BTreeSet<ConversationId> {
    let rows = || snapshot.iter().filter_map(|row| if let Change::Put(row) = &row.change { Some(row) } else { None });
    let lines: BTreeSet<LineId> = rows()
        .filter_map(|row| match row {
            Row::Line(line) if line.line_type.is_history() => Some(line.id),
            _ => None,
        })
        .collect();
    rows()
        .filter_map(|row| match row {
            Row::Conversation(row) if lines.contains(&row.line_id) => Some(row.id),
            _ => None,
        })
        .collect()
}

/// An imported chat is read and waits for nobody, and each of its messages is what was said, once.
fn history(conversation: &Conversation, messages: &[&Message]) -> Checked {
    let id = conversation.id;
    if conversation.inbound_count != 0 || conversation.unread() != 0 {
        return broken(format!("{id}: history counts {} unread", conversation.unread()));
    }
    if conversation.waiting_since_ms.is_some() || !conversation.pending_answers.is_empty() {
        return broken(format!("{id}: nobody waits for an answer to history"));
    }
    for message in messages {
        if message.direction == Direction::Event {
            continue;
        }
        let direction = |said: &ImportMessage| if said.from_us { Direction::Out } else { Direction::In };
        let is_so = super::people::history::what_was(message).is_some_and(|said| {
            message.body == said.body
                && message.sort_s == said.at_s
                && message.direction == direction(&said)
                && message.deleted_at_ms.is_some() == said.deleted
        });
        if !is_so {
            return broken(format!("this was never said: {message:?}"));
        }
    }
    Ok(())
}

/// I8, read from the time line.
fn forward_only(message: &Message) -> Checked {
    let mut attempt = 0;
    for mark in &message.timeline {
        if mark.attempt < attempt {
            return broken(format!("{}: attempt {} after {attempt}", message.id, mark.attempt));
        }
        attempt = mark.attempt;
    }
    for window in message.timeline.windows(2) {
        let [before, after] = window else { continue };
        let proof = before.status.rank() >= Delivery::Delivered.rank() && before.status != Delivery::Canceled;
        if before.attempt == after.attempt && proof && after.status.rank() < before.status.rank() {
            return broken(format!("{}: {:?} after {:?}", message.id, after.status, before.status));
        }
    }
    Ok(())
}

/// Each outgoing message at most once at its customer, and either there or visibly not.
async fn outgoing(world: &World, messages: &[Message]) -> Checked {
    let by_id: HashMap<MessageId, &Message> = messages.iter().map(|message| (message.id, message)).collect();
    for list in world.channel.received.values() {
        for had in list {
            if !had.window_open {
                return broken(format!("{} left after the window had closed", had.message_id));
            }
            if world.sent.get(&had.message_id).is_some_and(|text| *text != had.text) {
                return broken(format!("{} reached the customer as {:?}", had.message_id, had.text));
            }
            // One that went by itself may be known to a lost life of the hub alone.
            let is_lost = world.stats.restores > 0 && world.planned.contains(&had.message_id);
            if !by_id.contains_key(&had.message_id) && !is_lost {
                return broken(format!("a customer has {} and nobody here knows it", had.message_id));
            }
        }
    }
    let review = world.store.review().await?;
    for (message_id, text) in &world.sent {
        let times = world.channel.times_received(*message_id);
        let again = world.sent_again.get(message_id).copied().unwrap_or(0);
        let allowed = if world.channel.kind == Kind::Linked { 1 } else { 1 + again };
        if times > allowed {
            return broken(format!("{message_id} reached the customer {times} times, a person asked for {allowed}"));
        }
        if world.customers_of(*message_id).len() > 1 {
            return broken(format!("{message_id} reached two customers"));
        }
        let Some(message) = by_id.get(message_id) else {
            let kept = review.iter().any(|item| item.text.as_deref() == Some(text.as_str()))
                || draft_holds(world, text).await?;
            if !kept {
                return broken(format!("the text {text:?} of {message_id} is nowhere"));
            }
            continue;
        };
        let proved =
            matches!(message.delivery, Delivery::Sent | Delivery::Delivered | Delivery::Read | Delivery::Played);
        if proved && times == 0 && !world.said_arrived.contains(message_id) {
            return broken(format!("{message_id} says {:?} and the customer has nothing", message.delivery));
        }
        let untold = matches!(
            message.delivery,
            Delivery::Queued | Delivery::Failed | Delivery::Canceled | Delivery::NeedsOk | Delivery::WaitingReply
        );
        if untold && times > 0 && again == 0 && message.attempt <= 1 {
            return broken(format!("{message_id} says {:?} and the customer has it", message.delivery));
        }
        // One that waits for a person's OK holds back what follows it in its own conversation.
        let held_back = messages.iter().any(|other| {
            other.conversation_id == message.conversation_id
                && other.conv_seq < message.conv_seq
                && other.delivery == Delivery::NeedsOk
        });
        if message.delivery == Delivery::Queued && !held_back {
            return broken(format!("{message_id} is still queued on a line that works"));
        }
        // A linked device's reports name the channel's id alone. That of a message which waited for
        // an answer and left in a life of the hub that was lost is lost with it: a person looks.
        let waited = |mark: &DeliveryMark| mark.attempt == message.attempt && mark.status == Delivery::WaitingReply;
        let id_is_lost = world.channel.kind == Kind::Linked
            && world.stats.restores > 0
            && message.provider_id.is_none()
            && message.timeline.iter().any(waited);
        if message.delivery == Delivery::Unknown && times > 0 && world.channel.kind != Kind::Bot && !id_is_lost {
            return broken(format!("{message_id} was reported and is still unknown"));
        }
    }
    Ok(())
}

async fn draft_holds(world: &World, text: &str) -> Result<bool, Failure> {
    for (row, _) in world.store.all_rows(Entity::Conversation).await? {
        if let Row::Conversation(conversation) = row
            && let Some(draft) = world.store.draft(conversation.id).await?
            && draft.text.contains(text)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Everything that a customer wrote is here once, as it was last written.
fn inbound(world: &World, messages: &[Message]) -> Checked {
    let mut here: BTreeMap<&str, Vec<&Message>> = BTreeMap::new();
    for message in messages.iter().filter(|message| message.direction == Direction::In) {
        here.entry(message.provider_id.as_deref().unwrap_or_default()).or_default().push(message);
    }
    for (provider_id, written) in &world.channel.written {
        match here.remove(provider_id.as_str()).as_deref() {
            Some([message]) if message.body == written.body => {}
            Some([message]) => {
                return broken(format!(
                    "{provider_id} reads {:?}, the customer wrote {:?}",
                    message.body, written.body
                ));
            }
            Some(many) => return broken(format!("{provider_id} is here {} times", many.len())),
            None => return broken(format!("{provider_id} is not here")),
        }
    }
    match here.first_key_value() {
        Some((provider_id, _)) => broken(format!("{provider_id} is here and nobody wrote it")),
        None => Ok(()),
    }
}

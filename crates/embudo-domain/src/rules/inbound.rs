//! A message from a channel: whose it is, where it belongs, what it wakes (I1, I2, I5–I7, I9).

use super::conversations::blank;
use super::messages::release_waiting;
use super::thread::{Thread, Wanted};
use super::*;
use super::{contacts, delivery};
use crate::act::InboundMessage;
use crate::message::*;

/// The act with the ids to use for rows that are new.
pub(super) struct Inbound<'a> {
    pub line_id: LineId,
    pub message: &'a InboundMessage,
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub identity_id: IdentityId,
    pub contact_id: ContactId,
}

impl Inbound<'_> {
    fn by_provider(&self, provider_id: &str) -> Lookup {
        Lookup::MessageByProvider { line_id: self.line_id, provider_id: provider_id.to_owned() }
    }

    fn identity_lookup(&self, line: &Line) -> Lookup {
        Lookup::IdentityByExternal {
            line_type: line.line_type,
            namespace: self.message.namespace.clone(),
            external_id: self.message.external_id.clone(),
        }
    }

    /// Our own message, come back as an echo with our key.
    fn echo(&self) -> Option<MessageId> {
        self.message.client_key.filter(|_| self.message.from_us)
    }

    /// The customer's own fresh word, as opposed to ours and to imported history.
    fn is_news(&self) -> bool {
        !self.message.from_us && !self.message.history
    }

    /// Ours, written elsewhere just now.
    fn is_ours_now(&self) -> bool {
        self.message.from_us && !self.message.history
    }
}

pub(super) fn needs(act: &Inbound<'_>, facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Line, act.line_id.0).find(act.by_provider(&act.message.provider_id));
    wanted.row(Entity::Message, act.message_id.0);
    if let Some(quoted) = &act.message.reply_to_provider_id {
        wanted.rows_of(facts, Entity::Message, act.by_provider(quoted));
    }
    let mut needs = wanted.done();
    if let Some(id) = act.echo() {
        needs.extend(delivery::needs_report(facts, act.line_id, Some(&act.message.provider_id), Some(id)));
    }
    if let Some(line) = facts.line(act.line_id) {
        needs.extend(needs_person(act, line, facts));
    }
    needs
}

fn needs_person(act: &Inbound<'_>, line: &Line, facts: &Facts) -> Vec<Need> {
    let lookup = act.identity_lookup(line);
    let mut wanted = Wanted::default();
    wanted.rows_of(facts, Entity::Identity, lookup.clone());
    if !facts.found.contains_key(&lookup) {
        return wanted.done();
    }
    let identity_id = facts.find(&lookup).first().map(|id| IdentityId(*id));
    let mut needs = needs_lead(act, line, identity_id, facts);
    if let Some(e164) = &act.message.phone_e164 {
        contacts::wants_by_phone(&mut wanted, facts, e164);
    }
    if let Some(identity_id) = identity_id {
        if let Some(identity) = facts.identity(identity_id) {
            wanted.row(Entity::Contact, identity.contact_id.0);
            if act.message.phone_e164.is_some() {
                wanted.row(Entity::Reach, identity.contact_id.0);
            }
        }
        let of = Lookup::ConversationOf { identity_id, line_id: act.line_id };
        if let (Some(id), true) = (facts.find(&of).first(), act.is_news()) {
            let waiting = Lookup::WaitingForReply { conversation_id: ConversationId(*id) };
            wanted.rows_of(facts, Entity::Message, waiting);
        }
        wanted.rows_of(facts, Entity::Conversation, of);
    }
    needs.extend(wanted.done());
    needs
}

/// What the sale asks: of whoever this is, or of nobody yet.
fn needs_lead(act: &Inbound<'_>, line: &Line, identity_id: Option<IdentityId>, facts: &Facts) -> Vec<Need> {
    let by_identity = identity_id.and_then(|id| facts.identity(id)).map(|identity| identity.contact_id);
    let by_phone =
        act.message.phone_e164.as_ref().and_then(|e164| contacts::by_phone(facts, e164).next()).map(|found| found.id);
    let contact_id = by_identity.or(by_phone);
    if act.is_news() {
        leads_alone::needs_message(facts, line, contact_id)
    } else if let (Some(contact_id), true) = (contact_id, act.is_ours_now()) {
        leads_alone::needs_contacted(facts, contact_id)
    } else {
        Vec::new()
    }
}

pub(super) fn decide(act: &Inbound<'_>, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    // What a poll on its way out still brings must not outlive what is being erased.
    let line = facts.line(act.line_id).filter(|line| line.history.is_kept()).ok_or(Refusal::NotFound)?;
    // Known already: webhooks are replayed, offsets are asked again (I6).
    let known = !facts.find(&act.by_provider(&act.message.provider_id)).is_empty();
    if known || facts.message(act.message_id).is_some() {
        return Ok(Effects::default());
    }
    if let Some(id) = act.echo().filter(|id| facts.message(*id).is_some()) {
        return delivery::report(
            delivery::Report {
                line_id: act.line_id,
                provider_id: Some(&act.message.provider_id),
                client_key: Some(id),
                status: Delivery::Sent,
                at_s: act.message.at_s,
                error: None,
            },
            facts,
            stamp,
        );
    }
    let person = person(act, line, facts, stamp);
    let of = Lookup::ConversationOf { identity_id: person.identity.id, line_id: act.line_id };
    let thread = match facts.find(&of).first() {
        Some(id) => Thread::load(facts, ConversationId(*id), stamp)?,
        None => open_thread(act, &person, facts, stamp),
    };
    let (canceled, over) = if act.is_news() && !person.contact.blocked {
        follow_ups_alone::they_wrote(person.contact.id, facts, stamp)
    } else {
        (0, Vec::new())
    };
    let mut effects = place(act, thread, canceled, facts, stamp);
    if person.asks_photo {
        effects.jobs.push(Job::Photo { message_id: act.message_id, line_id: act.line_id });
    }
    let mut changes = person.changes;
    if act.is_news() {
        let at_ms = stamp.heard_s(act.message.at_s).saturating_mul(1_000);
        let (opened, responsible) = leads_alone::customer_wrote(line, &person.contact, at_ms, facts, stamp);
        if responsible.is_some() {
            changes.retain(|change| change.key().entity != Entity::Contact);
            changes.push(Change::Put(Row::Contact(Contact { responsible_id: responsible, ..person.contact })));
        }
        changes.extend(opened);
        changes.extend(over);
    } else if act.is_ours_now() {
        changes.extend(leads_alone::contacted(person.contact.id, facts, stamp));
    }
    changes.extend(effects.changes);
    Ok(Effects { changes, ..effects })
}

struct Person {
    identity: Identity,
    contact: Contact,
    asks_photo: bool,
    /// Contact, number and identity, where they are new or changed.
    changes: Vec<Change>,
}

fn person(act: &Inbound<'_>, line: &Line, facts: &Facts, stamp: Stamp) -> Person {
    let known = facts.find(&act.identity_lookup(line)).first().and_then(|id| facts.identity(IdentityId(*id)));
    let by_phone = act.message.phone_e164.as_ref().and_then(|e164| contacts::by_phone(facts, e164).next());
    let old_contact = match known {
        Some(identity) => facts.contact(identity.contact_id),
        // The channel proves the number: a new identity belongs to who has it (I2).
        None => by_phone,
    };
    let mut changes = Vec::new();
    let contact = match old_contact {
        Some(old) => {
            let new = with_profile(old, act.message);
            if new != *old {
                changes.push(Change::Put(Row::Contact(new.clone())));
            }
            new
        }
        None => {
            let id = known.map_or(act.contact_id, |identity| identity.contact_id);
            let new = new_contact(id, act.message, stamp);
            changes.push(Change::Put(Row::Contact(new.clone())));
            new
        }
    };
    // A number goes onto the card where nobody has it. Beside the card of another one it makes two
    // contacts that already exist a merge suggestion (3.13).
    if let Some(e164) = &act.message.phone_e164
        && contacts::by_phone(facts, e164).all(|holder| holder.id != contact.id)
    {
        let old = facts.reach(contact.id);
        let is_free = old.is_none_or(|old| old.phone_e164.is_none() && old.phone_text.is_empty());
        if is_free && by_phone.is_none() {
            let email = old.map(|old| old.email.clone()).unwrap_or_default();
            let reach =
                Reach { contact_id: contact.id, phone_e164: Some(e164.clone()), phone_text: String::new(), email };
            changes.push(Change::Put(Row::Reach(reach)));
        } else {
            let other = OtherReach::new(contact.id, ReachKind::Phone, e164.clone());
            changes.push(Change::Put(Row::OtherReach(other)));
        }
    }
    let username = &act.message.username;
    let mut identity = match known {
        Some(old) if username.is_empty() || act.message.history => old.clone(),
        Some(old) => Identity { username: username.clone(), ..old.clone() },
        None => Identity {
            id: act.identity_id,
            contact_id: contact.id,
            line_type: line.line_type,
            namespace: act.message.namespace.clone(),
            external_id: act.message.external_id.clone(),
            username: username.clone(),
            photo_asked_at_ms: None,
        },
    };
    let asks_photo = act.is_news() && !contact.blocked && photo_is_old(&identity, stamp);
    if asks_photo {
        identity.photo_asked_at_ms = Some(stamp.now_ms);
    }
    if known != Some(&identity) {
        changes.push(Change::Put(Row::Identity(identity.clone())));
    }
    Person { identity, contact, asks_photo, changes }
}

/// People change their picture now and then; looking once a week is enough.
fn photo_is_old(identity: &Identity, stamp: Stamp) -> bool {
    const WEEK_MS: i64 = 7 * 24 * 3_600 * 1_000;
    identity.photo_asked_at_ms.is_none_or(|asked_at_ms| stamp.now_ms.saturating_sub(asked_at_ms) >= WEEK_MS)
}

/// The name that the channel shows is always kept; it is the shown name until a person chose
/// another (I4). History may carry names of long ago.
fn with_profile(old: &Contact, message: &InboundMessage) -> Contact {
    let mut new = old.clone();
    let name = message.profile_name.trim();
    if !name.is_empty() && (!message.history || old.channel_name.is_empty()) {
        new.channel_name = name.to_owned();
        if new.name_source == NameSource::Channel {
            new.display_name = name.to_owned();
        }
    }
    if !message.from_us && !message.history {
        // Who writes is somebody again; who is blocked is not heard, and stays in the bin or gone.
        if !old.blocked {
            new.erased = false;
            new.bin = None;
        }
    }
    if message.language.is_some() && !message.history {
        new.language.clone_from(&message.language);
    }
    new
}

fn new_contact(id: ContactId, message: &InboundMessage, stamp: Stamp) -> Contact {
    // Never a bare number: who may not see numbers must not read one as a name.
    let name = match message.profile_name.trim() {
        "" if !message.username.is_empty() => format!("@{}", message.username.trim_start_matches('@')),
        name => name.to_owned(),
    };
    Contact {
        id,
        display_name: name.clone(),
        name_source: NameSource::Channel,
        channel_name: name,
        saved: false,
        blocked: false,
        tag_ids: Vec::new(),
        language: message.language.clone(),
        about: String::new(),
        photo: None,
        responsible_id: None,
        source_id: None,
        fields: Vec::new(),
        brought: Vec::new(),
        bin: None,
        erased: false,
        created_at_ms: stamp.now_ms,
    }
}

fn open_thread<'a>(act: &Inbound<'_>, person: &Person, facts: &'a Facts, stamp: Stamp) -> Thread<'a> {
    let conversation = blank(act.conversation_id, &person.identity, act.line_id, person.contact.blocked, stamp.now_ms);
    let mut thread = Thread::new(facts, conversation, stamp);
    if act.message.history {
        // Old talk is nothing to answer: imported threads do not flood the inbox.
        thread.conversation.state = ConversationState::Closed { reason: None };
    } else {
        let id = MessageId(stamp.act_id.derived("event"));
        thread.event_as(id, ConversationEvent::Opened, writer(act), stamp.clamp_s(act.message.at_s));
    }
    thread
}

fn writer(act: &Inbound<'_>) -> Author {
    if act.message.from_us { Author::Phone } else { Author::Customer }
}

/// An event line that a message causes stands right before it; one that a late message causes
/// stands at its own moment, or it would precede the closing that it undoes.
fn cause_sort_s(sort_s: i64, stamp: Stamp) -> i64 {
    const LATE_S: i64 = 60;
    if sort_s + LATE_S >= stamp.now_s() { sort_s } else { stamp.now_s() }
}

/// `canceled`: follow-ups that this message ends.
fn place(act: &Inbound<'_>, mut thread: Thread<'_>, canceled: u32, facts: &Facts, stamp: Stamp) -> Effects {
    let sort_s = stamp.clamp_s(act.message.at_s);
    let blocked = thread.conversation.blocked;
    let mut jobs = Vec::new();
    let mut inbound_no = None;
    if act.is_news() {
        inbound_no = customer_wrote(act, &mut thread, sort_s, stamp);
    } else if act.message.from_us && !act.message.history && !blocked {
        // A reply from the phone answers what came before it, not what came since.
        if thread.conversation.last_inbound_s.is_none_or(|last_s| sort_s >= last_s) {
            thread.reopen(Author::Phone, cause_sort_s(sort_s, stamp));
            thread.answered();
        }
    }
    if !act.message.from_us {
        let heard_s = stamp.heard_s(act.message.at_s);
        let last_s = &mut thread.conversation.last_inbound_s;
        *last_s = Some(last_s.map_or(heard_s, |last_s| last_s.max(heard_s)));
        if act.is_news() && !blocked {
            thread.conversation.closes_at_ms = last_s.and_then(|last_s| quiet::closes_at_ms(last_s, facts));
        }
    }
    let message = new_message(act, &mut thread, sort_s, inbound_no, facts, stamp);
    if let Body::Media { file: FileRef { file: FileState::Waiting { remote }, .. }, .. } = &message.body {
        jobs.push(Job::Fetch { message_id: message.id, line_id: act.line_id, remote: remote.clone() });
    }
    thread.lift(sort_s.saturating_mul(1000));
    thread.put(message);
    if canceled > 0 {
        // Right behind what ends them.
        let id = MessageId(stamp.act_id.derived("follow-ups canceled"));
        let event = ConversationEvent::FollowUpsCanceled { count: canceled };
        thread.event_as(id, event, Author::System, cause_sort_s(sort_s, stamp));
    }
    if act.is_news() && !blocked {
        jobs.extend(release_waiting(&mut thread, facts, stamp));
    }
    Effects { jobs, ..thread.into_effects() }
}

/// Unread, waiting and the state; gives the number of the message, or none if it must not
/// count: of a blocked contact it is stored and nothing more.
fn customer_wrote(act: &Inbound<'_>, thread: &mut Thread<'_>, sort_s: i64, stamp: Stamp) -> Option<i64> {
    if thread.conversation.blocked {
        return None;
    }
    let keeps_snoozed = matches!(thread.conversation.state, ConversationState::Snoozed { until_reply: false, .. });
    if !keeps_snoozed {
        thread.reopen(writer(act), cause_sort_s(sort_s, stamp));
    }
    let conversation = &mut thread.conversation;
    let at_ms = sort_s.saturating_mul(1000);
    // Late ones may come out of order: the first unanswered is the oldest.
    let since = conversation.waiting_since_ms.map_or(at_ms, |since| since.min(at_ms));
    conversation.waiting_since_ms = Some(since);
    conversation.inbound_count += 1;
    Some(conversation.inbound_count)
}

fn new_message(
    act: &Inbound<'_>,
    thread: &mut Thread<'_>,
    sort_s: i64,
    inbound_no: Option<i64>,
    facts: &Facts,
    stamp: Stamp,
) -> Message {
    let quoted = act.message.reply_to_provider_id.as_ref().and_then(|quoted| {
        let id = MessageId(*facts.find(&act.by_provider(quoted)).first()?);
        facts.message(id).filter(|quoted| quoted.conversation_id == thread.conversation.id).map(|_| id)
    });
    let mut message = Message {
        id: act.message_id,
        conversation_id: thread.conversation.id,
        direction: if act.message.from_us { Direction::Out } else { Direction::In },
        author: writer(act),
        body: act.message.body.clone(),
        provider_id: Some(act.message.provider_id.clone()),
        sort_s,
        conv_seq: thread.next_seq(),
        inbound_no,
        created_at_ms: stamp.now_ms,
        delivery: Delivery::Received,
        attempt: 0,
        error: None,
        timeline: Vec::new(),
        reply_to: quoted,
        reactions: Vec::new(),
        edited_at_ms: None,
        earlier: Vec::new(),
        wanted_edit: None,
        deleted_at_ms: None,
        send_whenever: false,
    };
    if act.message.from_us {
        message.attempt = 1;
        message.step(Delivery::Sent, sort_s.saturating_mul(1000), None);
    }
    message
}

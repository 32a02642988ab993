//! The rows themselves, in the order of time: as if a hub had received and sent every message.
//! What a person set (names, drafts, states) comes with it.

use super::follow_ups;
use super::leads;
use super::plan::{self, NOW_MS, Shape, Slot};
use super::words::{Language, Vocabulary};
use embudo_domain::*;
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

pub const OWNER: MemberId = MemberId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002));
pub const LINES: [LineId; 2] = [
    LineId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0011)),
    LineId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0012)),
];
/// Nobody answers there unless a simulated provider is started on it: then messages leave.
pub const LINE_URL: &str = "http://127.0.0.1:47111";
const DAY_MS: i64 = 86_400_000;

/// A row, and the line of its conversation if it is a message: the hub's index wants it.
pub type Made = (Row, Option<LineId>);

struct Talk {
    contact: ContactId,
    identity: IdentityId,
    conversation: ConversationId,
    line: usize,
    language: usize,
    phone: u64,
    begun: bool,
    last_from_us: bool,
    head_seq: i64,
    inbound: i64,
    messages: i64,
    last_inbound_s: Option<i64>,
    /// The first of the customer's messages since ours.
    waiting_s: Option<i64>,
    last_s: i64,
    created_ms: i64,
    failed: i64,
    preview: Option<Preview>,
    recent: [Option<MessageId>; 4],
}

pub struct Rows {
    random: ChaCha8Rng,
    words: Vec<Vocabulary>,
    talks: Vec<Talk>,
    slots: std::vec::IntoIter<Slot>,
    ended: bool,
    /// Of each lead.
    follow_ups: u32,
    /// Every photo is this one: the media store keeps equal files once.
    photo: String,
    photo_bytes: u64,
}

/// Conversations that the bench asks for by name.
pub fn conversation_id(seed: u64, number: u32) -> ConversationId {
    ConversationId(named(seed, 3, number, NOW_MS - 800 * DAY_MS))
}

pub fn contact_id(seed: u64, number: u32) -> ContactId {
    ContactId(named(seed, 1, number, NOW_MS - 800 * DAY_MS))
}

/// An id with a time in front, as version 7 has it; the rest from seed, kind and number.
fn named(seed: u64, kind: u8, number: u32, at_ms: i64) -> Uuid {
    let mut random = ChaCha8Rng::seed_from_u64(seed ^ (u64::from(kind) << 56) ^ (u64::from(number) << 8));
    id_at(at_ms, &mut random)
}

fn id_at(at_ms: i64, random: &mut ChaCha8Rng) -> Uuid {
    let mut bytes = [0; 10];
    random.fill_bytes(&mut bytes);
    uuid::Builder::from_unix_timestamp_millis(at_ms.max(0).cast_unsigned(), &bytes).into_uuid()
}

/// The words of this data, for who searches in it, and the randomness that follows them.
pub fn vocabularies(shape: Shape) -> (Vec<Vocabulary>, ChaCha8Rng) {
    let mut random = ChaCha8Rng::seed_from_u64(shape.seed ^ 0x5eed);
    let words = Language::ALL.map(|language| Vocabulary::new(language, &mut random)).into();
    (words, random)
}

impl Rows {
    pub fn new(shape: Shape, photo: String, photo_bytes: u64) -> Self {
        let slots = plan::slots(shape);
        let (words, mut random) = vocabularies(shape);
        let talks = (0..shape.conversations).map(|number| Talk::new(shape.seed, number, &mut random)).collect();
        let follow_ups = shape.follow_ups / shape.conversations.max(1);
        Self { random, words, talks, slots: slots.into_iter(), ended: false, follow_ups, photo, photo_bytes }
    }

    /// The next `many` messages with what they bring along; at the end the conversations.
    pub fn next(&mut self, many: usize) -> Option<Vec<Made>> {
        let mut rows = Vec::with_capacity(many * 2);
        for (at_s, number) in self.slots.by_ref().take(many).collect::<Vec<_>>() {
            let number = number as usize;
            if !self.talks[number].begun {
                self.begin(number, at_s, &mut rows);
            }
            self.message(number, at_s, &mut rows);
        }
        if !rows.is_empty() {
            return Some(rows);
        }
        if std::mem::replace(&mut self.ended, true) {
            return None;
        }
        self.end(&mut rows);
        Some(rows)
    }

    fn begin(&mut self, number: usize, at_s: i64, rows: &mut Vec<Made>) {
        let random = &mut self.random;
        let talk = &mut self.talks[number];
        talk.begun = true;
        talk.created_ms = at_s * 1000;
        let (name, handle) = person(talk.language, random);
        let saved = random.random_range(0..10) < 3;
        rows.push((
            Row::Contact(Contact {
                id: talk.contact,
                display_name: name.clone(),
                name_source: if saved { NameSource::User } else { NameSource::Channel },
                channel_name: name,
                saved,
                blocked: false,
                tag_ids: Vec::new(),
                language: Some(Language::ALL[talk.language].code().to_owned()),
                about: String::new(),
                photo: None,
                responsible_id: None,
                source_id: None,
                bin: None,
                fields: Vec::new(),
                brought: Vec::new(),
                erased: false,
                created_at_ms: talk.created_ms,
            }),
            None,
        ));
        if random.random_range(0..10) < 6 {
            rows.push((
                Row::Reach(Reach {
                    contact_id: talk.contact,
                    phone_e164: Some(phone(talk.language, talk.phone)),
                    phone_text: String::new(),
                    email: if saved { format!("{handle}@example.com") } else { String::new() },
                }),
                None,
            ));
        }
        rows.push((
            Row::Identity(Identity {
                id: talk.identity,
                contact_id: talk.contact,
                line_type: LineType::Simulator,
                namespace: format!("bench{}", talk.line),
                external_id: chat(talk.phone),
                username: if random.random_range(0..10) < 4 { handle } else { String::new() },
                photo_asked_at_ms: Some(talk.created_ms),
            }),
            None,
        ));
        let id = MessageId(Uuid::new_v5(&talk.conversation.0, b"opened"));
        let event = Body::Event { event: ConversationEvent::Opened };
        let opened = talk.next_message(id, Direction::Event, Author::Customer, event, at_s);
        rows.push((Row::Message(Box::new(opened)), Some(LINES[talk.line])));
    }

    fn message(&mut self, number: usize, at_s: i64, rows: &mut Vec<Made>) {
        let random = &mut self.random;
        let talk = &mut self.talks[number];
        // People answer each other, and write two or three in a row.
        let turn = random.random_range(0..10) < 6;
        let ours = talk.messages > 0 && (talk.last_from_us != turn);
        let body = body(&self.words[talk.language], random, &self.photo, self.photo_bytes);
        let id = MessageId(id_at(at_s * 1000 + random.random_range(0..1000), random));
        let (direction, author) =
            if ours { (Direction::Out, Author::Member { id: OWNER }) } else { (Direction::In, Author::Customer) };
        let mut message = talk.next_message(id, direction, author, body, at_s);
        message.provider_id = Some(format!("{}:{}", chat(talk.phone), talk.head_seq));
        if random.random_range(0..20) == 0 {
            message.reply_to = talk.recent[random.random_range(0..talk.recent.len())];
        }
        if random.random_range(0..100) == 0 {
            message.reactions = vec![Reaction { emoji: "👍".to_owned(), from_me: !ours }];
        }
        if random.random_range(0..200) == 0 {
            message.edited_at_ms = Some(at_s * 1000 + 40_000);
            message.earlier = vec![self.words[talk.language].sentence(random)];
        }
        if ours {
            deliver(&mut message, random);
        } else {
            talk.inbound += 1;
            message.inbound_no = Some(talk.inbound);
            talk.last_inbound_s = Some(at_s);
        }
        talk.take(&message);
        rows.push((Row::Message(Box::new(message)), Some(LINES[talk.line])));
    }

    /// What stands at the end: the conversations as they are now, oldest first, with their leads
    /// and drafts.
    fn end(&mut self, rows: &mut Vec<Made>) {
        rows.extend(leads::catalogue().into_iter().map(|row| (row, None)));
        let mut order: Vec<usize> = (0..self.talks.len()).collect();
        order.sort_by_key(|number| self.talks[*number].last_s);
        for number in order {
            let random = &mut self.random;
            let talk = &mut self.talks[number];
            let age_ms = NOW_MS - talk.last_s * 1000;
            let state = match random.random_range(0..100) {
                0..=4 => {
                    ConversationState::Snoozed { until_ms: Some(NOW_MS + 1_000 * DAY_MS), until_reply: true, by: OWNER }
                }
                5..=54 if age_ms > 60 * DAY_MS => ConversationState::Closed { reason: None },
                _ => ConversationState::Open,
            };
            let is_open = state == ConversationState::Open;
            if matches!(state, ConversationState::Closed { .. }) {
                let id = MessageId(Uuid::new_v5(&talk.conversation.0, b"closed"));
                let event = Body::Event { event: ConversationEvent::Closed { reason: None } };
                let at_s = talk.last_s + 3_600;
                let closed = talk.next_message(id, Direction::Event, Author::Member { id: OWNER }, event, at_s);
                rows.push((Row::Message(Box::new(closed)), Some(LINES[talk.line])));
            }
            let waits = is_open && random.random_range(0..10) < 3;
            let unread = if is_open && !talk.last_from_us && random.random_range(0..10) < 3 {
                random.random_range(1..=3).min(talk.inbound)
            } else {
                0
            };
            let conversation = Conversation {
                id: talk.conversation,
                contact_id: talk.contact,
                identity_id: talk.identity,
                line_id: LINES[talk.line],
                state,
                blocked: false,
                last_inbound_s: talk.last_inbound_s,
                last_at_ms: talk.last_s * 1000,
                waiting_since_ms: talk.waiting_s.filter(|_| waits).map(|at_s| at_s * 1000),
                pending_answers: Vec::new(),
                closes_at_ms: None,
                head_seq: talk.head_seq,
                inbound_count: talk.inbound,
                read_inbound: talk.inbound - unread,
                manual_unread: false,
                failed_count: talk.failed,
                preview: talk.preview.clone(),
                created_at_ms: talk.created_ms,
            };
            rows.push((Row::Conversation(conversation), None));
            let (lead, history) = leads::lead(number as u32, talk.contact, talk.created_ms, random);
            let planned = follow_ups::of(&lead, talk.conversation, self.follow_ups, random);
            rows.push((Row::Lead(Box::new(lead)), None));
            rows.extend(planned.into_iter().map(|row| (Row::FollowUp(Box::new(row)), None)));
            rows.extend(history.map(|event| (Row::History(Box::new(event)), None)));
            if random.random_range(0..300) == 0 {
                rows.push((
                    Row::Draft(Draft {
                        conversation_id: talk.conversation,
                        member_id: OWNER,
                        message_id: MessageId(id_at(talk.last_s * 1000, random)),
                        text: self.words[talk.language].sentence(random),
                        attachments: Vec::new(),
                        reply_to: None,
                        updated_at_ms: talk.last_s * 1000,
                    }),
                    None,
                ));
            }
        }
    }
}

impl Talk {
    fn new(seed: u64, number: u32, random: &mut ChaCha8Rng) -> Self {
        let at_ms = NOW_MS - 800 * DAY_MS;
        Self {
            contact: contact_id(seed, number),
            identity: IdentityId(named(seed, 2, number, at_ms)),
            conversation: conversation_id(seed, number),
            line: usize::from(random.random_range(0..10) < 4),
            language: match random.random_range(0..100) {
                0..=44 => 0,
                45..=84 => 1,
                _ => 2,
            },
            // Every number is another one.
            phone: 10_000_000 + u64::from(number) * 887 % 89_999_999,
            begun: false,
            last_from_us: false,
            head_seq: 0,
            inbound: 0,
            messages: 0,
            last_inbound_s: None,
            waiting_s: None,
            last_s: 0,
            created_ms: 0,
            failed: 0,
            preview: None,
            recent: [None; 4],
        }
    }

    fn next_message(&mut self, id: MessageId, direction: Direction, author: Author, body: Body, at_s: i64) -> Message {
        self.head_seq += 1;
        Message {
            id,
            conversation_id: self.conversation,
            direction,
            author,
            body,
            provider_id: None,
            sort_s: at_s,
            conv_seq: self.head_seq,
            inbound_no: None,
            created_at_ms: at_s * 1000 + 400,
            delivery: Delivery::Received,
            attempt: if direction == Direction::Out { 1 } else { 0 },
            error: None,
            timeline: Vec::new(),
            reply_to: None,
            reactions: Vec::new(),
            edited_at_ms: None,
            earlier: Vec::new(),
            wanted_edit: None,
            deleted_at_ms: None,
            send_whenever: false,
        }
    }

    /// The conversation follows its newest message.
    fn take(&mut self, message: &Message) {
        let ours = message.direction == Direction::Out;
        self.messages += 1;
        self.last_from_us = ours;
        self.last_s = message.sort_s;
        self.waiting_s = if ours { None } else { self.waiting_s.or(Some(message.sort_s)) };
        if message.delivery == Delivery::Failed {
            self.failed += 1;
        }
        self.recent.rotate_right(1);
        self.recent[0] = Some(message.id);
        self.preview = Some(Preview {
            message_id: message.id,
            from_us: ours,
            kind: message.body.kind_name().to_owned(),
            text: preview_text(&message.body),
            delivery: message.delivery,
            sort_s: message.sort_s,
            conv_seq: message.conv_seq,
        });
    }
}

fn deliver(message: &mut Message, random: &mut ChaCha8Rng) {
    let mut at_ms = message.created_at_ms;
    let last = match random.random_range(0..1000) {
        0..=1 => Delivery::Failed,
        2..=50 => Delivery::Sent,
        51..=150 => Delivery::Delivered,
        _ => Delivery::Read,
    };
    for status in [Delivery::Queued, Delivery::Sending, Delivery::Sent, Delivery::Delivered, Delivery::Read] {
        let failed = last == Delivery::Failed && status == Delivery::Sent;
        let status = if failed { Delivery::Failed } else { status };
        let error = failed.then(|| SendError { code: "BLOCKED_BY_CUSTOMER".to_owned(), detail: None });
        message.error.clone_from(&error);
        message.timeline.push(DeliveryMark { attempt: 1, status, at_ms, error });
        if status == last {
            break;
        }
        at_ms += random.random_range(20..9_000);
    }
    message.delivery = last;
}

fn body(words: &Vocabulary, random: &mut ChaCha8Rng, photo: &str, photo_bytes: u64) -> Body {
    match random.random_range(0..100) {
        0..=4 => Body::Media {
            media: MediaKind::Image,
            file: FileRef {
                file: FileState::Here { hash: photo.to_owned(), remote: None },
                name: None,
                mime: "image/png".to_owned(),
                size_bytes: photo_bytes,
                width_px: Some(1),
                height_px: Some(1),
                duration_ms: None,
                waveform: Vec::new(),
            },
            caption: (random.random_range(0..3) == 0).then(|| words.sentence(random)),
        },
        5 => Body::Location { latitude: -23.55, longitude: -46.63, name: None, address: Some(words.sentence(random)) },
        6 => Body::Contact {
            name: person(0, random).0,
            phones: vec![phone(1, random.random_range(10_000_000..99_999_999))],
        },
        _ => Body::Text { text: words.sentence(random) },
    }
}

const GIVEN: [&str; 36] = [
    "María",
    "José",
    "Ana",
    "Luis",
    "Carmen",
    "Juan",
    "Lucía",
    "Carlos",
    "Sofía",
    "Miguel",
    "Valentina",
    "Jorge",
    "João",
    "Beatriz",
    "Pedro",
    "Mariana",
    "Lucas",
    "Larissa",
    "Gabriel",
    "Camila",
    "Rafael",
    "Juliana",
    "Thiago",
    "Fernanda",
    "Emma",
    "James",
    "Olivia",
    "Liam",
    "Grace",
    "Noah",
    "Ruth",
    "Oscar",
    "Inés",
    "Bruno",
    "Paola",
    "Iván",
];
const FAMILY: [&str; 36] = [
    "García",
    "Silva",
    "Rodríguez",
    "Santos",
    "López",
    "Oliveira",
    "Martínez",
    "Souza",
    "Hernández",
    "Pereira",
    "Pérez",
    "Costa",
    "González",
    "Ferreira",
    "Sánchez",
    "Almeida",
    "Ramírez",
    "Carvalho",
    "Torres",
    "Gomes",
    "Flores",
    "Ribeiro",
    "Díaz",
    "Lima",
    "Smith",
    "Johnson",
    "Brown",
    "Miller",
    "Davis",
    "Clark",
    "Núñez",
    "Vargas",
    "Rojas",
    "Peña",
    "Araújo",
    "Barros",
];

/// A name, and the name somebody has in addresses.
fn person(language: usize, random: &mut ChaCha8Rng) -> (String, String) {
    let given = GIVEN[random.random_range(0..GIVEN.len())];
    let family = FAMILY[random.random_range(0..FAMILY.len())];
    let plain: String = format!("{given}{family}").chars().filter(char::is_ascii_alphabetic).collect();
    let number = random.random_range(1..10_000);
    // Many have two family names, some only a given one.
    let name = match random.random_range(0..10) {
        0 => given.to_owned(),
        1..=4 if language < 2 => format!("{given} {family} {}", FAMILY[random.random_range(0..FAMILY.len())]),
        _ => format!("{given} {family}"),
    };
    (name, format!("{}{number}", plain.to_lowercase()))
}

fn phone(language: usize, number: u64) -> String {
    match language {
        0 => format!("+5255{number:08}"),
        1 => format!("+55119{number:08}"),
        _ => format!("+1212{}", 2_000_000 + number % 7_999_999),
    }
}

/// A customer of the first line by its name at the channel, for updates from outside.
pub fn known_customer(shape: Shape, number: u32) -> String {
    let number = number % shape.conversations;
    chat(10_000_000 + u64::from(number) * 887 % 89_999_999)
}

fn chat(phone: u64) -> String {
    format!("{}", 500_000_000 + phone)
}

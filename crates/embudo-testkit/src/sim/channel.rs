//! The channel as the simulation plays it: a strict ledger of what each customer received, and
//! the ways in which a real channel lets its callers down.
//!
//! It is not the simulated provider that the app ships: that one has scripts, files and a
//! database. This one is a few maps, because thousands of seeds run it hundreds of times each.

use super::rng::Dice;
use embudo_channels::{Abilities, Batch, ChannelError, Sent, Update};
use embudo_domain::{Body, Delivery, InboundMessage, MessageId, SendError};
use std::collections::BTreeMap;

/// Which real channel's rules are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No window, no receipts, no client ids: a Telegram bot.
    Bot,
    /// A 24 h window, receipts that carry our key, no client ids: WhatsApp Cloud.
    Cloud,
    /// Takes our id and drops a second send of it: a linked device.
    Linked,
}

pub const WINDOW_MS: i64 = 24 * 3_600_000;

/// One message in a customer's hands.
#[derive(Clone, Debug)]
pub struct Received {
    pub message_id: MessageId,
    pub provider_id: String,
    pub text: String,
    pub at_ms: i64,
    /// False: the channel's window had closed when it arrived.
    pub window_open: bool,
}

#[derive(Debug)]
pub struct ChannelModel {
    pub kind: Kind,
    pub offline: bool,
    /// Everything that the channel has to tell, for ever: polling again from an old cursor
    /// tells it again.
    log: Vec<Update>,
    /// By customer, in the order of arrival.
    pub received: BTreeMap<String, Vec<Received>>,
    /// Provider time of each customer's newest message.
    last_inbound_ms: BTreeMap<String, i64>,
    /// Every message that a customer wrote, by provider id.
    pub written: BTreeMap<String, InboundMessage>,
    edits: BTreeMap<String, String>,
    next_id: u64,
}

/// How the channel treats the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Fine,
    DropAnswer,
    Refuse,
    SlowDown,
    NotReached,
}

impl ChannelModel {
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            offline: false,
            log: Vec::new(),
            received: BTreeMap::new(),
            last_inbound_ms: BTreeMap::new(),
            written: BTreeMap::new(),
            edits: BTreeMap::new(),
            next_id: 1,
        }
    }

    pub fn abilities(&self) -> Abilities {
        Abilities {
            window_ms: (self.kind == Kind::Cloud).then_some(WINDOW_MS),
            client_ids: self.kind == Kind::Linked,
            receipts: self.kind != Kind::Bot,
            can_edit: true,
            can_start: false,
            max_text_chars: 4_096,
            max_caption_chars: 1_024,
            max_upload_bytes: 1 << 20,
            max_photo_bytes: 1 << 20,
            max_video_bytes: 1 << 20,
            max_audio_bytes: 1 << 20,
            photos: false,
            max_download_bytes: 1 << 20,
        }
    }

    pub fn mood(&self, dice: &mut Dice) -> Mood {
        match dice.below(20) {
            0..=1 => Mood::DropAnswer,
            2 => Mood::Refuse,
            3 => Mood::SlowDown,
            4 => Mood::NotReached,
            _ => Mood::Fine,
        }
    }

    fn fresh_id(&mut self, prefix: &str) -> String {
        self.next_id += 1;
        format!("{prefix}{}", self.next_id)
    }

    /// A customer writes. `late_s` makes it a message that was under way for a while.
    pub fn write(&mut self, customer: &str, text: &str, now_ms: i64, late_s: i64) -> String {
        let at_s = now_ms / 1_000 - late_s;
        let provider_id = self.fresh_id("in");
        let last = self.last_inbound_ms.entry(customer.to_owned()).or_insert(i64::MIN);
        *last = (*last).max(at_s * 1_000);
        let message = InboundMessage {
            provider_id: provider_id.clone(),
            external_id: customer.to_owned(),
            namespace: "sim".to_owned(),
            profile_name: format!("Customer {customer}"),
            username: String::new(),
            phone_e164: None,
            language: None,
            at_s,
            body: Body::Text { text: text.to_owned() },
            reply_to_provider_id: None,
            from_us: false,
            client_key: None,
            history: false,
        };
        self.written.insert(provider_id.clone(), message.clone());
        self.log.push(Update::Message(Box::new(message)));
        provider_id
    }

    /// The customer changes what they wrote. May be told before the message itself (shuffle).
    pub fn rewrite(&mut self, provider_id: &str, text: &str, now_ms: i64) {
        if let Some(message) = self.written.get_mut(provider_id) {
            message.body = Body::Text { text: text.to_owned() };
            let body = message.body.clone();
            self.log.push(Update::Edited { provider_id: provider_id.to_owned(), body, at_s: now_ms / 1_000 });
        }
    }

    /// The channel tells some of its past again, as webhooks do for days.
    pub fn replay(&mut self, dice: &mut Dice) {
        let Some(at) = dice.pick_index(self.log.len()) else { return };
        let again = self.log[at].clone();
        // An edit told twice, out of order with a newer edit, is the one thing that a channel
        // numbers; here edits carry no number, so they are not replayed.
        if !matches!(again, Update::Edited { .. }) {
            self.log.push(again);
        }
    }

    /// What came after `cursor`, at most `limit`, in an order of the channel's own. An edit
    /// never passes another edit of the same message.
    pub fn poll(&self, cursor: Option<&str>, limit: usize, shuffle: Option<&mut Dice>) -> Result<Batch, ChannelError> {
        if self.offline {
            return Err(ChannelError::NotReached("simulated".to_owned()));
        }
        let from: usize = cursor.and_then(|text| text.parse().ok()).unwrap_or(0);
        let to = self.log.len().min(from + limit);
        let mut updates = self.log[from.min(to)..to].to_vec();
        if let Some(dice) = shuffle {
            let edits: Vec<Update> =
                updates.iter().filter(|update| matches!(update, Update::Edited { .. })).cloned().collect();
            dice.shuffle(&mut updates);
            let mut in_order = edits.into_iter();
            for update in &mut updates {
                if matches!(update, Update::Edited { .. })
                    && let Some(next) = in_order.next()
                {
                    *update = next;
                }
            }
        }
        Ok(Batch { updates, cursor: Some(to.to_string()), clock: None })
    }

    pub fn has_news_after(&self, cursor: Option<&str>) -> bool {
        let from: usize = cursor.and_then(|text| text.parse().ok()).unwrap_or(0);
        from < self.log.len()
    }

    /// One send. What is in the ledger afterwards is in the customer's hands, whatever the
    /// caller hears.
    pub fn send(
        &mut self,
        customer: &str,
        message_id: MessageId,
        text: &str,
        now_ms: i64,
        mood: Mood,
    ) -> Result<Sent, ChannelError> {
        if self.offline || mood == Mood::NotReached {
            return Err(ChannelError::NotReached("simulated".to_owned()));
        }
        let at_s = now_ms / 1_000;
        let known = self
            .received
            .get(customer)
            .and_then(|list| list.iter().find(|had| had.message_id == message_id).map(|had| had.provider_id.clone()));
        // A channel that knows the id does not think again about what it has delivered.
        let may_refuse = known.is_none() || self.kind != Kind::Linked;
        match mood {
            Mood::Refuse if may_refuse => {
                return Err(ChannelError::Refused(SendError { code: "PROVIDER_131026".to_owned(), detail: None }));
            }
            Mood::SlowDown => return Err(ChannelError::SlowDown { retry_after_ms: 2_000 }),
            _ => {}
        }
        let provider_id = match known {
            Some(provider_id) if self.kind == Kind::Linked => provider_id,
            _ => {
                let provider_id = self.fresh_id("out");
                let window_open = self.kind != Kind::Cloud
                    || self.last_inbound_ms.get(customer).is_some_and(|last| now_ms <= last + WINDOW_MS);
                self.received.entry(customer.to_owned()).or_default().push(Received {
                    message_id,
                    provider_id: provider_id.clone(),
                    text: text.to_owned(),
                    at_ms: now_ms,
                    window_open,
                });
                provider_id
            }
        };
        if mood == Mood::DropAnswer {
            return Err(ChannelError::Uncertain("simulated".to_owned()));
        }
        Ok(Sent { provider_id, at_s })
    }

    /// A receipt of something that a customer has, with our key in it where the channel does that.
    pub fn receipt(&mut self, dice: &mut Dice, now_ms: i64) {
        if self.kind == Kind::Bot {
            return;
        }
        let all: Vec<&Received> = self.received.values().flatten().collect();
        let Some(at) = dice.pick_index(all.len()) else { return };
        let (message_id, provider_id) = (all[at].message_id, all[at].provider_id.clone());
        let status = [Delivery::Sent, Delivery::Delivered, Delivery::Read][dice.below(3) as usize];
        self.log.push(Update::Status {
            provider_id: Some(provider_id),
            client_key: (self.kind == Kind::Cloud).then_some(message_id),
            status,
            at_s: now_ms / 1_000,
            error: None,
        });
    }

    /// After faults end, every message that arrived is reported once (not by a bot).
    pub fn report_all(&mut self, now_ms: i64) {
        if self.kind == Kind::Bot {
            return;
        }
        let all: Vec<(MessageId, String)> =
            self.received.values().flatten().map(|had| (had.message_id, had.provider_id.clone())).collect();
        for (message_id, provider_id) in all {
            self.log.push(Update::Status {
                provider_id: Some(provider_id),
                client_key: (self.kind == Kind::Cloud).then_some(message_id),
                status: Delivery::Delivered,
                at_s: now_ms / 1_000,
                error: None,
            });
        }
    }

    pub fn edit(&mut self, provider_id: &str, text: &str, mood: Mood) -> Result<(), ChannelError> {
        if self.offline || mood == Mood::NotReached {
            return Err(ChannelError::NotReached("simulated".to_owned()));
        }
        match mood {
            Mood::Refuse => Err(ChannelError::Refused(SendError { code: "NOT_EDITABLE".to_owned(), detail: None })),
            Mood::SlowDown => Err(ChannelError::SlowDown { retry_after_ms: 2_000 }),
            _ => {
                self.edits.insert(provider_id.to_owned(), text.to_owned());
                if mood == Mood::DropAnswer { Err(ChannelError::Uncertain("simulated".to_owned())) } else { Ok(()) }
            }
        }
    }

    pub fn look_up(&self, message_id: MessageId) -> Result<Option<Sent>, ChannelError> {
        if self.offline {
            return Err(ChannelError::NotReached("simulated".to_owned()));
        }
        Ok(self
            .received
            .values()
            .flatten()
            .find(|had| had.message_id == message_id)
            .map(|had| Sent { provider_id: had.provider_id.clone(), at_s: had.at_ms / 1_000 }))
    }

    pub fn times_received(&self, message_id: MessageId) -> usize {
        self.received.values().flatten().filter(|had| had.message_id == message_id).count()
    }
}

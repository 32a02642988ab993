//! A hub over the rules' own world: it orders acts and logs rows, and nothing else.

use embudo_domain::model::World;
use embudo_domain::rules::{Actor, Effects, Stamp};
use embudo_domain::*;
use embudo_protocol::{Epoch, NumberedAct, Rejection, Versioned};
use embudo_store::{Batch, Key, Location, OpenOptions, Store};
use std::collections::BTreeMap;
use uuid::Uuid;

pub const NOW_MS: i64 = 1_790_000_000_000;
pub const ACTOR: Actor = Actor { member_id: MemberId(Uuid::from_u128(1)), role: Role::Owner };
pub const LINE: LineId = LineId(Uuid::from_u128(2));

pub const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub fn stamp(act: u128, now_ms: i64) -> Stamp {
    Stamp { now_ms, time_is_sure: true, lead_no: None, act_id: ActId(id(act)) }
}

pub async fn memory() -> Store {
    Store::open(&OpenOptions { location: Location::Memory, key: Key::None }).await.expect("a store in memory opens")
}

/// The ids of the n-th customer's rows.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    pub number: u128,
    pub contact: ContactId,
    pub identity: IdentityId,
    pub conversation: ConversationId,
}

pub fn customer(number: u128) -> Customer {
    Customer {
        number,
        contact: ContactId(id((3 << 100) | number)),
        identity: IdentityId(id((4 << 100) | number)),
        conversation: ConversationId(id((5 << 100) | number)),
    }
}

pub struct Hub {
    pub world: World,
    pub epoch: Epoch,
    pub seq: u64,
    pub last_mid: u64,
    log: BTreeMap<u64, Change>,
    rejections: Vec<Rejection>,
    inbound: u128,
    acts: u128,
    pub now_ms: i64,
}

impl Hub {
    /// A workspace with one line of the simulator, without a window.
    pub fn new() -> Self {
        Self::with_window(None)
    }

    pub fn with_window(window_ms: Option<i64>) -> Self {
        let mut hub = Self {
            world: World::default(),
            epoch: Epoch(7),
            seq: 0,
            last_mid: 0,
            log: BTreeMap::new(),
            rejections: Vec::new(),
            inbound: 0,
            acts: 0,
            now_ms: NOW_MS,
        };
        let workspace = Workspace {
            id: WorkspaceId(id(9)),
            name: "Shop".into(),
            default_country: "BR".into(),
            created_at_ms: NOW_MS,
        };
        let owner = Member { id: ACTOR.member_id, name: "Ana".into(), role: Role::Owner, active: true };
        hub.run(&HubAct::Found { workspace, owner });
        let line = Line {
            id: LINE,
            line_type: LineType::Simulator,
            display_name: "Sales 1".into(),
            external_id: "sim".into(),
            color: "#112233".into(),
            state: LineState::Connected,
            base_url: None,
            created_at_ms: NOW_MS,
            window_ms,
            history: LineHistory::Kept,
            auto_lead: None,
        };
        hub.put(Row::Line(line));
        hub.run(&HubAct::SetUpSale);
        hub
    }

    /// A row from nowhere, for what no act of this issue makes.
    pub fn put(&mut self, row: Row) {
        let effects = Effects { changes: vec![Change::Put(row)], ..Effects::default() };
        self.world.take(&effects);
        self.log(&effects);
    }

    /// A row that goes, for what no act of this issue lets go.
    pub fn delete(&mut self, key: RowKey) {
        let effects = Effects { changes: vec![Change::Delete(key)], ..Effects::default() };
        self.world.take(&effects);
        self.log(&effects);
    }

    fn log(&mut self, effects: &Effects) {
        for change in &effects.changes {
            self.seq += 1;
            self.log.retain(|_, old| old.key() != change.key());
            self.log.insert(self.seq, change.clone());
        }
    }

    /// The hub's own: it counts the leads.
    fn stamp(&self, act_id: ActId) -> Stamp {
        // No number twice, also of what a merge may bring back.
        let merged = self.world.rows.values().filter_map(|row| match row {
            Row::Merge(merge) => merge
                .before
                .iter()
                .filter_map(|row| match row {
                    Row::Lead(lead) => lead.number,
                    _ => None,
                })
                .max(),
            _ => None,
        });
        let newest = self.world.leads().filter_map(|lead| lead.number).chain(merged).max().unwrap_or(0);
        Stamp { now_ms: self.now_ms, time_is_sure: true, lead_no: Some(newest + 1), act_id }
    }

    /// What another device of the team did; a refused act changes nothing.
    pub fn act(&mut self, act: &Act, act_id: ActId) -> Option<Act> {
        let effects = self.world.apply(act, ACTOR, self.stamp(act_id)).ok()?;
        self.log(&effects);
        effects.inverse
    }

    /// An act of the hub; a refused one changes nothing.
    pub fn run(&mut self, act: &HubAct) {
        self.acts += 1;
        let stamp = self.stamp(ActId(id((6 << 100) | self.acts)));
        if let Ok(effects) = self.world.apply_hub(act, stamp) {
            self.log(&effects);
        }
    }

    pub fn receive(&mut self, from: Customer, at_s: i64, body: Body) -> MessageId {
        self.inbound += 1;
        let message_id = MessageId(id((7 << 100) | self.inbound));
        let message = InboundMessage {
            provider_id: format!("p{}", self.inbound),
            external_id: format!("c{}", from.number),
            namespace: "sim".into(),
            profile_name: format!("Customer {}", from.number),
            username: format!("user{}", from.number),
            phone_e164: None,
            language: None,
            at_s,
            body,
            reply_to_provider_id: None,
            from_us: false,
            client_key: None,
            history: false,
        };
        self.run(&HubAct::Inbound {
            line_id: LINE,
            message,
            message_id,
            conversation_id: from.conversation,
            identity_id: from.identity,
            contact_id: from.contact,
        });
        message_id
    }

    pub fn receive_text(&mut self, from: Customer, at_s: i64, text: &str) -> MessageId {
        self.receive(from, at_s, Body::Text { text: text.into() })
    }

    /// Runs a device's acts in their order; what it knows already is not run again.
    pub fn push(&mut self, acts: &[NumberedAct]) {
        for NumberedAct { mid, act_id, act, .. } in acts {
            if *mid <= self.last_mid {
                continue;
            }
            assert_eq!(*mid, self.last_mid + 1, "a device's acts follow each other without gaps");
            self.last_mid = *mid;
            match self.world.apply(act, ACTOR, self.stamp(*act_id)) {
                Ok(effects) => self.log(&effects),
                Err(refusal) => self.rejections.push(Rejection { mid: *mid, refusal }),
            }
        }
    }

    /// Everything after a cursor, newest image per row.
    pub fn batch(&self, from: u64) -> Batch {
        Batch {
            epoch: self.epoch,
            from,
            to: self.seq,
            head: self.seq,
            changes: self
                .log
                .range(from + 1..)
                .map(|(ver, change)| Versioned { ver: *ver, change: change.clone() })
                .collect(),
            last_mid: self.last_mid,
            rejections: self.rejections.clone(),
        }
    }

    pub async fn sync(&mut self, store: &Store) -> embudo_store::Changed {
        let acts = store.pending(0, usize::MAX).await.expect("the queue is readable");
        self.push(&acts);
        self.deliver(store).await
    }

    pub async fn deliver(&self, store: &Store) -> embudo_store::Changed {
        let from = store.cursor().await.expect("the cursor is readable").map_or(0, |cursor| cursor.seq);
        store.apply_changes(&self.batch(from)).await.expect("a batch applies")
    }
}

/// Every row of a store.
pub async fn rows_of(store: &Store) -> BTreeMap<RowKey, Row> {
    let mut rows = BTreeMap::new();
    for entity in Entity::ALL {
        for (row, _) in store.all_rows(entity).await.expect("rows are readable") {
            rows.insert(row.key(), row);
        }
    }
    rows
}

pub fn send(message: u128, to: Customer, text: &str) -> Act {
    Act::SendMessage {
        message_id: MessageId(id((8 << 100) | message)),
        conversation_id: to.conversation,
        body: Body::Text { text: text.into() },
        reply_to: None,
        clicked_at_ms: NOW_MS,
        send_whenever: false,
        when: SendWhen::Now,
    }
}

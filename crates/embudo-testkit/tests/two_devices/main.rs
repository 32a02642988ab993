//! Two devices with databases of their own at one hub: a module for each subject. Golden scenarios 14, 15
//! and 16 of product.md 5 are in `outcomes`, the last two as far as follow-ups are part of them.
#![allow(clippy::unwrap_used)]

mod chat;
mod field_gone;
mod in_use;
mod notes;
mod outcomes;
mod pulled;
mod random;
mod refused;

use embudo_channels::{Batch as Polled, Update};
use embudo_domain::rules::{Actor, Stamp};
use embudo_domain::*;
use embudo_hub::{HubCore, Options, Place, Sealing};
use embudo_protocol::HubFrame;
use embudo_store::{ActError, Batch, Device, Key, Location, OpenOptions, ReviewCause, ReviewDid, ReviewTyped, Store};
use std::collections::VecDeque;
use uuid::Uuid;

const NOON_MS: i64 = 1_795_348_800_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const ME: Actor = Actor { member_id: MemberId(id(1)), role: Role::Owner };
const LINE: LineId = LineId(id(2));
const WORKSPACE: WorkspaceId = WorkspaceId(id(3));

const fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

struct Seat {
    device_id: DeviceId,
    store: Store,
}

impl Seat {
    async fn at(n: u128) -> Self {
        let store = Store::open(&OpenOptions { location: Location::Memory, key: Key::None }).await.unwrap();
        let device_id = DeviceId(id(n));
        let device = Device { device_id, member_id: ME.member_id, workspace_id: WORKSPACE, incarnation: 1 };
        store.set_device(device).await.unwrap();
        Self { device_id, store }
    }

    async fn acts(&self, act: Act, now_ms: i64) -> Option<Act> {
        let stamp = Stamp { now_ms, time_is_sure: true, lead_no: None, act_id: ActId(Uuid::now_v7()) };
        self.store.apply_act(&act, ME, stamp).await.unwrap().inverse
    }

    async fn lead(&self) -> Lead {
        let leads = self.leads().await;
        let [lead] = &leads[..] else { panic!("one lead, not {leads:?}") };
        lead.clone()
    }

    async fn leads(&self) -> Vec<Lead> {
        let rows = self.store.all_rows(Entity::Lead).await.unwrap().into_iter();
        let leads = rows.filter_map(|(row, _)| match row {
            Row::Lead(lead) => Some(*lead),
            _ => None,
        });
        leads.collect()
    }

    async fn follow_ups(&self) -> Vec<FollowUp> {
        let rows = self.store.all_rows(Entity::FollowUp).await.unwrap().into_iter();
        let mut all: Vec<FollowUp> = rows
            .filter_map(|(row, _)| match row {
                Row::FollowUp(row) => Some(*row),
                _ => None,
            })
            .collect();
        all.sort_by_key(|row| row.id);
        all
    }

    async fn closings(&self) -> usize {
        let rows = self.store.all_rows(Entity::History).await.unwrap().into_iter();
        rows.filter(|(row, _)| matches!(row, Row::History(event) if !event.canceled.is_empty())).count()
    }
}

struct Shop {
    hub: HubCore,
    ana: Seat,
    bia: Seat,
    now_ms: i64,
}

impl Shop {
    /// A line, and nobody has written on it yet.
    async fn founded(options: Options) -> Self {
        let store = embudo_hub::Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        let mut hub = HubCore::open(store, options, NOON_MS).await.unwrap();
        let workspace = Workspace {
            id: WORKSPACE,
            name: "Flores".to_owned(),
            default_country: "BR".to_owned(),
            created_at_ms: NOON_MS,
        };
        let owner = Member { id: ME.member_id, name: "Ana".to_owned(), role: Role::Owner, active: true };
        hub.found(workspace, owner, NOON_MS).await.unwrap();
        let mut shop = Self { hub, ana: Seat::at(10).await, bia: Seat::at(11).await, now_ms: NOON_MS };
        shop.meet().await;
        let line = Line {
            id: LINE,
            line_type: LineType::Simulator,
            display_name: "Sales".to_owned(),
            external_id: "sim".to_owned(),
            color: "#336699".to_owned(),
            state: LineState::Connecting,
            base_url: None,
            created_at_ms: NOON_MS,
            window_ms: None,
            history: LineHistory::Kept,
            auto_lead: None,
        };
        shop.ana.acts(Act::AddLine { line }, NOON_MS).await;
        shop.meet().await;
        shop
    }

    /// A customer has written, and both devices know of it and of two follow-ups.
    async fn open() -> Self {
        let mut shop = Self::founded(Options::default()).await;
        shop.writes("maria", "p1").await;
        shop.meet().await;
        let conversations = shop.ana.store.all_rows(Entity::Conversation).await.unwrap();
        let [(Row::Conversation(chat), _)] = &conversations[..] else { panic!("one chat") };
        let message = PlannedMessage {
            conversation_id: chat.id,
            message_id: MessageId(id(30)),
            body: Body::Text { text: "Ainda quer?".to_owned() },
        };
        let lead = shop.ana.lead().await;
        let task = FollowUp {
            id: FollowUpId(id(20)),
            lead_id: lead.id,
            contact_id: lead.contact_id,
            kind: FollowUpKind::Task,
            state: FollowUpState::Scheduled,
            due_at_ms: NOON_MS + HOUR_MS,
            note: "call".to_owned(),
            message: None,
            cancel_if_reply: true,
            nudge_of: None,
            responsible_id: None,
            created_by: ME.member_id,
            created_at_ms: NOON_MS,
            ended_at_ms: None,
        };
        let planned =
            FollowUp { id: FollowUpId(id(21)), kind: FollowUpKind::Message, message: Some(message), ..task.clone() };
        for row in [task, planned] {
            shop.ana.acts(Act::SaveFollowUp { follow_up: Box::new(row) }, NOON_MS).await;
        }
        shop.meet().await;
        assert_eq!(shop.bia.follow_ups().await.len(), 2, "the other device knows of them");
        shop
    }

    /// A customer writes to the line.
    async fn writes(&mut self, who: &str, provider_id: &str) {
        self.pulls(vec![message(who, provider_id, self.now_ms / 1_000)]).await;
    }

    /// What the line brings at once.
    async fn pulls(&mut self, messages: Vec<InboundMessage>) {
        let updates = messages.into_iter().map(|message| Update::Message(Box::new(message))).collect();
        let batch = Polled { updates, cursor: None, clock: None };
        self.hub.ingest(LINE, batch, self.now_ms).await.unwrap();
    }

    /// Each sends what it has and hears what there is, Bia after Ana, until both know the same.
    async fn meet(&mut self) {
        for _ in 0..2 {
            for at in 0..2 {
                self.speaks(at).await;
            }
        }
    }

    /// One of them is online: 0 is Ana, 1 is Bia.
    async fn speaks(&mut self, at: usize) {
        let mut frames = self.greets(at).await;
        frames.extend(self.says(at).await);
        self.hears(at, frames).await;
    }

    fn seat(&self, at: usize) -> &Seat {
        [&self.ana, &self.bia][at]
    }

    async fn greets(&mut self, at: usize) -> Vec<HubFrame> {
        let device_id = self.seat(at).device_id;
        let cursor = self.seat(at).store.cursor().await.unwrap();
        self.hub.hello(device_id, ME.member_id, cursor, self.now_ms).await.unwrap()
    }

    /// All that the hub has not answered, and the answer on its way back.
    async fn says(&mut self, at: usize) -> Vec<HubFrame> {
        let device_id = self.seat(at).device_id;
        let pending = self.seat(at).store.pending(0, 1_000).await.unwrap();
        let pushed = self.hub.push(device_id, pending, self.now_ms).await.unwrap();
        let mine = |(to, frame): (DeviceId, HubFrame)| (to == device_id).then_some(frame);
        pushed.frames.into_iter().filter_map(mine).collect()
    }

    async fn hears(&mut self, at: usize, frames: Vec<HubFrame>) {
        let mut frames = VecDeque::from(frames);
        while let Some(frame) = frames.pop_front() {
            if let Ok(batch) = Batch::try_from(frame) {
                let seat = [&self.ana, &self.bia][at];
                seat.store.apply_changes(&batch).await.unwrap();
                frames.extend(self.hub.applied(seat.device_id, batch.to).await.unwrap());
            }
        }
    }

    async fn same_everywhere(&self) {
        assert_eq!(self.ana.lead().await, self.bia.lead().await);
        assert_eq!(self.ana.follow_ups().await, self.bia.follow_ups().await);
    }
}

fn message(who: &str, provider_id: &str, at_s: i64) -> InboundMessage {
    InboundMessage {
        provider_id: provider_id.to_owned(),
        external_id: who.to_owned(),
        namespace: "sim".to_owned(),
        profile_name: who.to_owned(),
        username: String::new(),
        phone_e164: None,
        language: None,
        at_s,
        body: Body::Text { text: "Oi".to_owned() },
        reply_to_provider_id: None,
        from_us: false,
        client_key: None,
        history: false,
    }
}

fn to_status(lead: &Lead, status_id: LeadStatusId) -> Act {
    let reason_id = (status_id == seeded::LOST).then(|| seeded::lost_reasons()[0].id);
    let status = Some(StatusTo { status_id, reason_id });
    Act::ChangeLeads { lead_ids: vec![lead.id], patch: LeadPatch { status, ..LeadPatch::default() }, bulk_id: None }
}

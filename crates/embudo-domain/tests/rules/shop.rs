//! A small shop: one workspace, one seller, one line, customers by name, and a clock in hand.

#![allow(clippy::unwrap_used)]

use embudo_domain::model::World;
use embudo_domain::rules::{Actor, Effects, Job, Stamp};
use embudo_domain::*;
use uuid::Uuid;

/// 2026-11-22 12:00:00 UTC
pub const NOON_S: i64 = 1_795_348_800;
pub const HOUR_MS: i64 = 3_600_000;
pub const DAY_MS: i64 = 24 * HOUR_MS;

#[derive(Clone)]
pub struct Shop {
    pub world: World,
    pub now_ms: i64,
    pub time_is_sure: bool,
    pub ana: Actor,
    pub line: LineId,
    pub workspace: WorkspaceId,
    next_id: u128,
}

/// What a customer's message says unless a test says otherwise.
pub fn from(customer: &str, text: &str, provider_id: &str, at_s: i64) -> InboundMessage {
    InboundMessage {
        provider_id: provider_id.to_owned(),
        external_id: customer.to_owned(),
        namespace: "shop".to_owned(),
        profile_name: format!("{customer} of the channel"),
        username: String::new(),
        phone_e164: None,
        language: None,
        at_s,
        body: Body::Text { text: text.to_owned() },
        reply_to_provider_id: None,
        from_us: false,
        client_key: None,
        history: false,
    }
}

pub fn text(text: &str) -> Body {
    Body::Text { text: text.to_owned() }
}

pub fn photo(file: FileState, caption: Option<&str>) -> Body {
    let file = FileRef {
        file,
        name: None,
        mime: "image/jpeg".to_owned(),
        size_bytes: 1000,
        width_px: None,
        height_px: None,
        duration_ms: None,
        waveform: Vec::new(),
    };
    Body::Media { media: MediaKind::Image, file, caption: caption.map(str::to_owned) }
}

pub fn error(code: &str) -> SendError {
    SendError { code: code.to_owned(), detail: None }
}

impl Shop {
    pub fn open() -> Self {
        Self::with_window(None)
    }

    pub fn with_window(window_ms: Option<i64>) -> Self {
        let ana = Actor { member_id: MemberId(Uuid::from_u128(1)), role: Role::Owner };
        let mut shop = Self {
            world: World::default(),
            now_ms: NOON_S * 1000,
            time_is_sure: true,
            ana,
            line: LineId(Uuid::from_u128(2)),
            workspace: WorkspaceId(Uuid::from_u128(3)),
            next_id: 100,
        };
        let workspace = Workspace {
            id: shop.workspace,
            name: "Flores".to_owned(),
            default_country: "BR".to_owned(),
            created_at_ms: shop.now_ms,
        };
        let owner = Member { id: ana.member_id, name: "Ana".to_owned(), role: Role::Owner, active: true };
        shop.hub(HubAct::Found { workspace, owner });
        shop.hub(HubAct::SetUpSale);
        shop.act(Act::AddLine { line: shop.line_row(shop.line, "shop", window_ms) });
        shop.hub(HubAct::LineChanged { line_id: shop.line, state: LineState::Connected });
        shop
    }

    pub fn line_row(&self, id: LineId, account: &str, window_ms: Option<i64>) -> Line {
        Line {
            id,
            line_type: LineType::Simulator,
            display_name: format!("Line {account}"),
            external_id: account.to_owned(),
            color: "#336699".to_owned(),
            state: LineState::Connecting,
            base_url: None,
            created_at_ms: self.now_ms,
            window_ms,
            history: LineHistory::Kept,
            auto_lead: None,
        }
    }

    pub fn id(&mut self) -> Uuid {
        self.next_id += 1;
        Uuid::from_u128(self.next_id)
    }

    pub fn now_s(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    pub fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
    }

    /// As the hub counts them: no number twice, also of what is gone.
    fn next_lead_no(&self) -> i64 {
        let gone = self.world.rows.values().filter_map(|row| match row {
            Row::History(event) => event.removed.as_ref()?.number,
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
        self.world.leads().filter_map(|lead| lead.number).chain(gone).max().unwrap_or(0) + 1
    }

    pub fn stamp(&mut self) -> Stamp {
        Stamp {
            now_ms: self.now_ms,
            time_is_sure: self.time_is_sure,
            lead_no: Some(self.next_lead_no()),
            act_id: ActId(self.id()),
        }
    }

    pub fn try_act(&mut self, act: Act) -> Result<Effects, Refusal> {
        let stamp = self.stamp();
        self.world.apply(&act, self.ana, stamp)
    }

    pub fn act(&mut self, act: Act) -> Effects {
        let shown = format!("{act:?}");
        self.try_act(act).unwrap_or_else(|refusal| panic!("{shown} was refused: {refusal:?}"))
    }

    pub fn refused(&mut self, act: Act) -> Refusal {
        let before = self.world.clone();
        let shown = format!("{act:?}");
        let refusal = self.try_act(act).expect_err(&shown);
        assert!(self.world == before, "a refusal changes nothing");
        refusal
    }

    pub fn try_hub(&mut self, act: HubAct) -> Result<Effects, Refusal> {
        let stamp = self.stamp();
        self.world.apply_hub(&act, stamp)
    }

    pub fn hub(&mut self, act: HubAct) -> Effects {
        let shown = format!("{act:?}");
        self.try_hub(act).unwrap_or_else(|refusal| panic!("{shown} was refused: {refusal:?}"))
    }

    // -- customers ------------------------------------------------------------------------------

    pub fn inbound(&mut self, message: InboundMessage) -> HubAct {
        HubAct::Inbound {
            line_id: self.line,
            message,
            message_id: MessageId(self.id()),
            conversation_id: ConversationId(self.id()),
            identity_id: IdentityId(self.id()),
            contact_id: ContactId(self.id()),
        }
    }

    /// Arrives now; gives the id of the message.
    pub fn arrives(&mut self, message: InboundMessage) -> MessageId {
        let provider_id = message.provider_id.clone();
        let act = self.inbound(message);
        self.hub(act);
        self.by_provider(&provider_id).id
    }

    /// The customer writes at this moment.
    pub fn writes(&mut self, customer: &str, words: &str) -> MessageId {
        let provider_id = format!("p{}", self.id());
        let message = from(customer, words, &provider_id, self.now_s());
        self.arrives(message)
    }

    pub fn by_provider(&self, provider_id: &str) -> Message {
        let mut found = self.world.messages().filter(|message| message.provider_id.as_deref() == Some(provider_id));
        let message = found.next().unwrap_or_else(|| panic!("no message {provider_id}")).clone();
        assert!(found.next().is_none(), "a provider id names one message of the line (I6)");
        message
    }

    pub fn conversation_id(&self, customer: &str) -> ConversationId {
        let identity = self.identity(customer);
        let mut found =
            self.world.conversations().filter(|row| row.identity_id == identity.id && row.line_id == self.line);
        let id = found.next().unwrap_or_else(|| panic!("no conversation of {customer}")).id;
        assert!(found.next().is_none(), "one conversation per identity and line (I5)");
        id
    }

    /// The conversation of a customer who may not have written yet.
    pub fn chat_of(&self, customer: &str) -> Option<&Conversation> {
        let identity = self.world.rows.values().find_map(|row| match row {
            Row::Identity(row) if row.external_id == customer => Some(row.id),
            _ => None,
        })?;
        self.world.conversations().find(|row| row.identity_id == identity && row.line_id == self.line)
    }

    pub fn identity(&self, customer: &str) -> Identity {
        let found = self.world.rows.values().find_map(|row| match row {
            Row::Identity(row) if row.external_id == customer => Some(row.clone()),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("no identity {customer}"))
    }

    pub fn chat(&self, customer: &str) -> &Conversation {
        self.world.conversation(self.conversation_id(customer)).unwrap()
    }

    pub fn contact(&self, customer: &str) -> &Contact {
        self.world.contact(self.identity(customer).contact_id).unwrap()
    }

    /// The thread as a person reads it: texts and events, top to bottom.
    pub fn thread(&self, customer: &str) -> Vec<String> {
        let thread = self.world.thread(self.conversation_id(customer)).into_iter();
        thread
            .filter(|message| !message.is_gone())
            .map(|message| match &message.body {
                Body::Text { text } => text.clone(),
                Body::Event { event } => format!("[{event:?}]"),
                other => other.kind_name().to_owned(),
            })
            .collect()
    }

    pub fn events(&self, customer: &str) -> Vec<String> {
        self.thread(customer).into_iter().filter(|line| line.starts_with('[')).collect()
    }

    // -- the seller -----------------------------------------------------------------------------

    pub fn sending(&mut self, customer: &str, words: &str, when: SendWhen) -> Act {
        Act::SendMessage {
            message_id: MessageId(self.id()),
            conversation_id: self.conversation_id(customer),
            body: text(words),
            reply_to: None,
            clicked_at_ms: self.now_ms,
            send_whenever: false,
            when,
        }
    }

    pub fn sends(&mut self, customer: &str, words: &str) -> MessageId {
        let act = self.sending(customer, words, SendWhen::Now);
        let Act::SendMessage { message_id, .. } = act else { unreachable!() };
        self.act(act);
        message_id
    }

    pub fn waits_to_send(&mut self, customer: &str, words: &str) -> MessageId {
        let act = self.sending(customer, words, SendWhen::TheyReply);
        let Act::SendMessage { message_id, .. } = act else { unreachable!() };
        self.act(act);
        message_id
    }

    pub fn set_state(&mut self, customer: &str, to: ConversationState) -> Effects {
        let conversation_id = self.conversation_id(customer);
        self.act(Act::SetConversationState { conversation_id, to, expect: None, undoes: None, seen: None })
    }

    pub fn snooze(&mut self, customer: &str, until_ms: Option<i64>, until_reply: bool) {
        let by = self.ana.member_id;
        self.set_state(customer, ConversationState::Snoozed { until_ms, until_reply, by });
    }

    pub fn close(&mut self, customer: &str) {
        self.set_state(customer, ConversationState::Closed { reason: None });
    }

    // -- the channel ----------------------------------------------------------------------------

    pub fn message(&self, id: MessageId) -> &Message {
        self.world.message(id).unwrap()
    }

    pub fn starts(&mut self, id: MessageId) {
        let attempt = self.message(id).attempt;
        self.hub(HubAct::SendStarted { message_id: id, attempt });
    }

    pub fn ends(&mut self, id: MessageId, outcome: SendOutcome) -> Effects {
        let attempt = self.message(id).attempt;
        self.hub(HubAct::SendEnded { message_id: id, attempt, outcome })
    }

    /// Leaves and is accepted at this moment.
    pub fn goes(&mut self, id: MessageId) -> String {
        self.starts(id);
        let provider_id = format!("out{}", self.id());
        self.ends(id, SendOutcome::Sent { provider_id: provider_id.clone(), at_s: self.now_s() });
        provider_id
    }

    pub fn fails(&mut self, id: MessageId, code: &str) -> Effects {
        self.starts(id);
        self.ends(id, SendOutcome::Failed { error: error(code) })
    }

    pub fn reports(&mut self, provider_id: Option<&str>, client_key: Option<MessageId>, status: Delivery) -> Effects {
        let report = HubAct::Reported {
            line_id: self.line,
            provider_id: provider_id.map(str::to_owned),
            client_key,
            status,
            at_s: self.now_s(),
            error: (status == Delivery::Failed).then(|| error("PROVIDER_1")),
        };
        self.hub(report)
    }

    /// Messages that a worker has to send, in order of their jobs.
    pub fn to_send(&self) -> Vec<MessageId> {
        let sends = self.world.jobs.iter().filter_map(|job| match job {
            Job::Send { message_id, .. } => Some(*message_id),
            _ => None,
        });
        sends.collect()
    }

    pub fn steps(&self, id: MessageId) -> Vec<(u32, Delivery)> {
        self.message(id).timeline.iter().map(|mark| (mark.attempt, mark.status)).collect()
    }
}

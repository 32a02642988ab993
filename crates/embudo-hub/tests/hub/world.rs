//! A core on an in-memory database with one owner, one device and one line.

use embudo_channels::{Abilities, Batch, Update};
use embudo_domain::*;
use embudo_hub::{CommitResult, HubCore, JobResult, Options, Place, ReadyJob, Sealing, Store, Task};
use embudo_protocol::*;
use uuid::Uuid;

pub const START_MS: i64 = 1_790_000_000_000;
pub const HOUR_MS: i64 = 3_600_000;

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn abilities(client_ids: bool) -> Abilities {
    Abilities {
        window_ms: None,
        client_ids,
        receipts: true,
        can_edit: true,
        can_start: false,
        max_text_chars: 4_096,
        max_caption_chars: 1_024,
        max_upload_bytes: 50_000_000,
        max_photo_bytes: 10_000_000,
        max_video_bytes: 50_000_000,
        max_audio_bytes: 50_000_000,
        photos: false,
        max_download_bytes: 20_000_000,
    }
}

pub fn workspace() -> Workspace {
    Workspace {
        id: WorkspaceId(id(1)),
        name: "Shop".to_owned(),
        default_country: "BR".to_owned(),
        created_at_ms: START_MS,
    }
}

pub fn owner() -> Member {
    Member { id: MemberId(id(2)), name: "Ana".to_owned(), role: Role::Owner, active: true }
}

pub fn line(n: u128, line_type: LineType) -> Line {
    Line {
        id: LineId(id(n)),
        line_type,
        display_name: format!("Line {n}"),
        external_id: format!("bot{n}"),
        color: "#336699".to_owned(),
        state: LineState::Connecting,
        base_url: None,
        created_at_ms: START_MS,
        window_ms: None,
        history: LineHistory::Kept,
        auto_lead: None,
    }
}

pub fn text(words: &str) -> Body {
    Body::Text { text: words.to_owned() }
}

pub fn inbound(person: &str, provider_id: &str, words: &str, at_ms: i64) -> InboundMessage {
    InboundMessage {
        provider_id: provider_id.to_owned(),
        external_id: person.to_owned(),
        namespace: "bot".to_owned(),
        profile_name: person.to_owned(),
        username: String::new(),
        phone_e164: None,
        language: None,
        at_s: at_ms / 1_000,
        body: text(words),
        reply_to_provider_id: None,
        from_us: false,
        client_key: None,
        history: false,
    }
}

pub fn update(person: &str, provider_id: &str, words: &str, at_ms: i64) -> Update {
    Update::Message(Box::new(inbound(person, provider_id, words, at_ms)))
}

pub fn polled(updates: Vec<Update>) -> Batch {
    Batch { updates, cursor: None, clock: None }
}

pub struct World {
    pub core: HubCore,
    pub now_ms: i64,
    pub device: DeviceId,
    pub member: MemberId,
    pub line: LineId,
    pub mid: u64,
    pub client_ids: bool,
    next_provider: u32,
}

impl World {
    /// A simulator line without client ids and without a window.
    pub async fn new() -> Self {
        Self::with_line(line(9, LineType::Simulator), false).await
    }

    pub async fn with_line(line: Line, client_ids: bool) -> Self {
        let store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        Self::on(store, line, client_ids).await
    }

    pub async fn on(store: Store, line: Line, client_ids: bool) -> Self {
        let mut core = HubCore::open(store, options(), START_MS).await.unwrap();
        core.found(workspace(), owner(), START_MS).await.unwrap();
        let mut world = Self {
            core,
            now_ms: START_MS,
            device: DeviceId(id(3)),
            member: owner().id,
            line: line.id,
            mid: 0,
            client_ids,
            next_provider: 1,
        };
        world.hello(None).await;
        world.act(Act::AddLine { line }).await;
        world.core.line_up(world.line, abilities(client_ids)).await.unwrap();
        world
    }

    /// The process dies and starts again: only the database is left.
    pub async fn crash(mut self) -> Self {
        let store = self.core.into_store();
        self.core = HubCore::open(store, options(), self.now_ms).await.unwrap();
        let lines: Vec<LineId> = self.core.lines().map(|line| line.id).collect();
        for line in lines {
            self.core.line_up(line, abilities(self.client_ids)).await.unwrap();
        }
        self.hello(None).await;
        self
    }

    pub async fn hello(&mut self, cursor: Option<Cursor>) -> Vec<HubFrame> {
        self.core.hello(self.device, self.member, cursor, self.now_ms).await.unwrap()
    }

    pub fn numbered(&mut self, act: Act) -> NumberedAct {
        self.mid += 1;
        NumberedAct { mid: self.mid, act_id: ActId(id(10_000 + u128::from(self.mid))), act, again_at_ms: None }
    }

    /// Pushes one act that must be taken.
    pub async fn act(&mut self, act: Act) -> CommitResult {
        let refused = self.try_act(act).await;
        refused.unwrap_or_else(|refusal| panic!("refused: {refusal:?}"))
    }

    pub async fn try_act(&mut self, act: Act) -> Result<CommitResult, Refusal> {
        let numbered = self.numbered(act);
        let mid = numbered.mid;
        let result = self.core.push(self.device, vec![numbered], self.now_ms).await.unwrap();
        let refusal = result.frames.iter().find_map(|(_, frame)| match frame {
            HubFrame::Changes { rejections, .. } => {
                rejections.iter().find(|rejection| rejection.mid == mid).map(|rejection| rejection.refusal.clone())
            }
            _ => None,
        });
        self.confirm(&result).await;
        match refusal {
            Some(refusal) => Err(refusal),
            None => Ok(result),
        }
    }

    /// The device applies what it was sent, or the window would close.
    pub async fn confirm(&mut self, result: &CommitResult) {
        for (device, frame) in &result.frames {
            if let HubFrame::Changes { to, .. } = frame {
                self.core.applied(*device, *to).await.unwrap();
            }
        }
    }

    /// A customer writes; gives their conversation.
    pub async fn hears(&mut self, person: &str, words: &str) -> Conversation {
        let provider_id = format!("{person}:{}", self.next_provider);
        self.next_provider += 1;
        let batch = polled(vec![update(person, &provider_id, words, self.now_ms)]);
        let result = self.core.ingest(self.line, batch, self.now_ms).await.unwrap();
        self.confirm(&result).await;
        let message = self.by_provider(&provider_id).await.expect("the message is there");
        self.conversation(message.conversation_id).await
    }

    pub async fn send(&mut self, conversation: ConversationId, words: &str) -> MessageId {
        self.send_as(conversation, words, false, SendWhen::Now).await
    }

    pub async fn send_as(
        &mut self,
        conversation_id: ConversationId,
        words: &str,
        send_whenever: bool,
        when: SendWhen,
    ) -> MessageId {
        let message_id = MessageId(id(500_000 + u128::from(self.mid)));
        let clicked_at_ms = self.now_ms;
        self.act(Act::SendMessage {
            message_id,
            conversation_id,
            body: text(words),
            reply_to: None,
            clicked_at_ms,
            send_whenever,
            when,
        })
        .await;
        message_id
    }

    pub async fn all(&mut self) -> Vec<Row> {
        let rows = self.core.snapshot(self.member).await.unwrap();
        rows.into_iter()
            .filter_map(|versioned| match versioned.change {
                Change::Put(row) => Some(row),
                Change::Delete(_) => None,
            })
            .collect()
    }

    pub async fn messages(&mut self) -> Vec<Message> {
        let rows = self.all().await;
        rows.into_iter()
            .filter_map(|row| match row {
                Row::Message(message) => Some(*message),
                _ => None,
            })
            .collect()
    }

    pub async fn by_provider(&mut self, provider_id: &str) -> Option<Message> {
        self.messages().await.into_iter().find(|message| message.provider_id.as_deref() == Some(provider_id))
    }

    pub async fn message(&mut self, message_id: MessageId) -> Message {
        let key = RowKey { entity: Entity::Message, id: message_id.0 };
        match self.core.rows(&[key]).await.unwrap().pop() {
            Some(Row::Message(message)) => *message,
            other => panic!("no message {message_id}: {other:?}"),
        }
    }

    pub async fn contact(&mut self, contact_id: ContactId) -> Contact {
        let key = RowKey { entity: Entity::Contact, id: contact_id.0 };
        match self.core.rows(&[key]).await.unwrap().pop() {
            Some(Row::Contact(contact)) => contact,
            other => panic!("no contact {contact_id}: {other:?}"),
        }
    }

    pub async fn delivery(&mut self, message_id: MessageId) -> Delivery {
        self.message(message_id).await.delivery
    }

    pub async fn conversation(&mut self, conversation_id: ConversationId) -> Conversation {
        let key = RowKey { entity: Entity::Conversation, id: conversation_id.0 };
        match self.core.rows(&[key]).await.unwrap().pop() {
            Some(Row::Conversation(conversation)) => conversation,
            other => panic!("no conversation {conversation_id}: {other:?}"),
        }
    }

    pub fn line_state(&self) -> LineState {
        self.core.line(self.line).expect("the line is there").state.clone()
    }

    /// What may start now, once everything that looking changes has settled.
    pub async fn ready(&mut self) -> Vec<ReadyJob> {
        for _ in 0..10 {
            let (ready, result) = self.core.next_jobs(100, self.now_ms).await.unwrap();
            self.confirm(&result).await;
            if result.outcomes.is_empty() {
                return ready;
            }
        }
        panic!("looking at the jobs never settles");
    }

    pub async fn ready_messages(&mut self) -> Vec<MessageId> {
        self.ready().await.into_iter().map(|job| job.message_id).collect()
    }

    pub async fn start(&mut self, job: &ReadyJob) -> Option<Task> {
        let (task, result) = self.core.start(job.no, self.now_ms).await.unwrap();
        self.confirm(&result).await;
        task
    }

    pub async fn finish(&mut self, job: ReadyJob, how: JobResult) {
        let result = self.core.finish(job, how, self.now_ms).await.unwrap();
        self.confirm(&result).await;
    }

    /// Starts the job of a message and ends it like this.
    pub async fn try_once(&mut self, message_id: MessageId, how: JobResult) {
        let ready = self.ready().await;
        let job = *ready.iter().find(|job| job.message_id == message_id).expect("its turn has come");
        assert!(self.start(&job).await.is_some(), "a ready job starts");
        self.finish(job, how).await;
    }
}

pub fn options() -> Options {
    Options { seed: Some(7), ..Options::default() }
}

pub fn accepted(provider_id: &str, at_ms: i64) -> JobResult {
    JobResult::Sent(Ok(embudo_channels::Sent { provider_id: provider_id.to_owned(), at_s: at_ms / 1_000 }))
}

//! What the core is told, and what it answers.

use embudo_channels::{Batch, ChannelError, Sent};
use embudo_domain::*;
use embudo_protocol::{HubFrame, NumberedAct};

/// Names a job for as long as it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobNo(pub i64);

// Few exist at a time, in the vector of one commit.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug)]
pub enum Input {
    /// Acts of a device that said Hello, in order.
    Push {
        device_id: DeviceId,
        acts: Vec<NumberedAct>,
    },
    /// What a poll brought, with the cursor that follows it: one transaction.
    Line {
        line_id: LineId,
        batch: Batch,
    },
    Hub(HubAct),
    /// Commits "sending" and gives the task; only then may bytes leave.
    Start {
        job: JobNo,
    },
    Finish {
        job: ReadyJob,
        result: JobResult,
    },
    /// What a device knew of the life of this hub that was lost.
    Recalled {
        rows: Vec<Row>,
    },
    /// Every device that can say something has said it.
    RecallEnded,
    /// Ask the channel once more for a file that could not be fetched.
    Refetch {
        message_id: MessageId,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Everything up to `last_mid` is answered; the refusals are in the frames.
    Pushed {
        last_mid: u64,
    },
    /// The acts do not follow each other; the device was told.
    Gap {
        last_mid: u64,
    },
    /// The device must say Hello first.
    NotConnected,
    /// It could not be stored, and trying again gives the same: damaged data lies in its way.
    NotWritten,
    Done,
    Refused(Refusal),
    Started(Box<Task>),
    /// Canceled, paused or gone since it was ready.
    NotStarted,
}

/// What a commit brought. Everything in it is durable.
#[derive(Debug, Default)]
pub struct CommitResult {
    /// To send, in order.
    pub frames: Vec<(DeviceId, HubFrame)>,
    /// One per input, in the same order.
    pub outcomes: Vec<Outcome>,
    /// Lines whose row changed, as they are now.
    pub lines: Vec<Line>,
}

impl CommitResult {
    pub(crate) fn absorb(&mut self, other: CommitResult) {
        self.frames.extend(other.frames);
        self.outcomes.extend(other.outcomes);
        self.lines.extend(other.lines);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskKind {
    Send,
    /// Asks the channel what became of a send that a crash cut off.
    Settle,
    Edit,
    Fetch,
    /// The picture of a person.
    Photo,
}

impl TaskKind {
    /// Brings bytes in, which takes a place of its own.
    pub(crate) fn brings(self) -> bool {
        matches!(self, TaskKind::Fetch | TaskKind::Photo)
    }
}

/// A job whose turn has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadyJob {
    pub no: JobNo,
    pub kind: TaskKind,
    pub line_id: LineId,
    pub message_id: MessageId,
    /// Of the message, for sends.
    pub attempt: u32,
}

/// Everything a worker needs to do a job; it reads nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    pub job: ReadyJob,
    pub work: Work,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    Send { external_id: String, body: Body, reply_to_provider_id: Option<String> },
    Settle,
    Edit { external_id: String, provider_id: String, text: String },
    Fetch { remote: String, as_told: FileRef },
    Photo { external_id: String },
}

/// How a task ended.
#[derive(Clone, Debug)]
pub enum JobResult {
    Sent(Result<Sent, ChannelError>),
    Settled(Result<Option<Sent>, ChannelError>),
    Edited(Result<(), ChannelError>),
    /// The file as it is in the media store now.
    Fetched(Result<FileRef, FetchFailed>),
    /// The picture as it is in the media store now, if there is one.
    Photo(Result<Option<FileRef>, FetchFailed>),
}

#[derive(Clone, Debug)]
pub enum FetchFailed {
    Channel(ChannelError),
    /// The disk, not the channel: tried again.
    Storage(String),
}

/// One bucket of a rate guard: `per_s` a second on average, `burst` at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    pub per_s: f64,
    pub burst: u32,
}

/// How fast a channel may be written to (LIN-14): data, not code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    pub per_chat: Bucket,
    pub per_line: Bucket,
}

impl Rate {
    /// About one message a second in a chat and 30 in all (channels.md 3.1).
    pub const TELEGRAM: Rate =
        Rate { per_chat: Bucket { per_s: 1.0, burst: 1 }, per_line: Bucket { per_s: 30.0, burst: 10 } };
}

#[derive(Clone, Debug)]
pub struct Options {
    /// For ids, jitter and the epoch; absent: from the operating system.
    pub seed: Option<u64>,
    pub rates: Vec<(LineType, Rate)>,
    /// Sends under way on one line.
    pub sends_per_line: usize,
    pub fetches_per_line: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: None,
            rates: vec![(LineType::TelegramBot, Rate::TELEGRAM)],
            sends_per_line: 8,
            fetches_per_line: 3,
        }
    }
}

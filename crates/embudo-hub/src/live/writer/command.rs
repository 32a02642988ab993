//! What the writer is told: by devices, by the tasks of lines, by workers and by the host.

use crate::core::{JobResult, ReadyJob};
use crate::error::HubError;
use embudo_channels::{Batch, Channel};
use embudo_domain::*;
use embudo_protocol::{DeviceFrame, HubFrame};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Tells a device's links apart: frames of a link that was replaced are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionNo(u64);

impl SessionNo {
    pub fn fresh() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// What a line's task learned from a poll that failed.
#[derive(Debug)]
pub(crate) struct PollFailed {
    pub state: Option<LineState>,
    pub unreachable: bool,
}

pub(crate) enum Command {
    Connect {
        session: SessionNo,
        device_id: DeviceId,
        member_id: MemberId,
        to_device: mpsc::Sender<HubFrame>,
    },
    Frame {
        session: SessionNo,
        device_id: DeviceId,
        frame: DeviceFrame,
    },
    Disconnect {
        session: SessionNo,
        device_id: DeviceId,
    },
    Found {
        workspace: Box<Workspace>,
        owner: Member,
        answer: oneshot::Sender<Result<(), HubError>>,
    },
    Owner {
        answer: oneshot::Sender<Result<Option<MemberId>, HubError>>,
    },
    WorkspaceId {
        answer: oneshot::Sender<Option<WorkspaceId>>,
    },
    Reconnect {
        line_id: LineId,
        answer: oneshot::Sender<Result<(), HubError>>,
    },
    Refetch {
        message_id: MessageId,
        answer: oneshot::Sender<Result<Result<(), Refusal>, HubError>>,
    },
    Copy {
        path: PathBuf,
        answer: oneshot::Sender<Result<(), HubError>>,
    },
    Nudge,
    Stop,
    /// A line's task has its channel; the answer is the cursor to poll from.
    LineOpened {
        line_id: LineId,
        run: u64,
        channel: Arc<dyn Channel>,
        answer: oneshot::Sender<Option<String>>,
    },
    /// The answer comes when the updates and their cursor are durable.
    Polled {
        line_id: LineId,
        run: u64,
        batch: Batch,
        answer: oneshot::Sender<()>,
    },
    PollFailed {
        line_id: LineId,
        run: u64,
        failed: PollFailed,
    },
    Finished {
        job: ReadyJob,
        result: JobResult,
    },
}

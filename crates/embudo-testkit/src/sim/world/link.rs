//! The link between the device and its hub, and what travels on it.

use super::World;
use crate::sim::Failure;
use embudo_domain::*;
use embudo_hub::Input;
use embudo_protocol::{DeviceFrame, HubFrame};
use embudo_sync::{DeviceCore, SyncError};

impl World {
    pub async fn connect(&mut self) -> Result<(), Failure> {
        self.link.open();
        let frames = self.core.connected(&self.store).await?;
        self.link.device_sends(frames)?;
        Ok(())
    }

    pub(super) fn cut(&mut self) {
        self.link.cut();
        self.core.disconnected();
        let device_id = self.device_id;
        if let Some(hub) = self.hub.as_mut() {
            hub.bye(device_id);
        }
    }

    pub(super) async fn hub_reads(&mut self) -> Result<bool, Failure> {
        let again = !self.calm && self.dice.one_in(30);
        let Some(frame) = self.link.at_hub(again)? else { return Ok(false) };
        self.note(|| format!("hub reads {}", name_of(&frame)));
        let now_ms = self.now_ms;
        match frame {
            DeviceFrame::Hello { device_id, member_id, cursor } => {
                let frames = self.hub()?.hello(device_id, member_id, cursor, now_ms).await?;
                self.link.hub_sends(frames)?;
                self.line_starts().await?;
            }
            DeviceFrame::Push { acts } => {
                let device_id = self.device_id;
                self.commit(vec![Input::Push { device_id, acts }]).await?;
                self.line_appears().await?;
            }
            DeviceFrame::Applied { seq } => {
                let device_id = self.device_id;
                let frames = self.hub()?.applied(device_id, seq).await?;
                self.link.hub_sends(frames)?;
            }
            DeviceFrame::Recalled { rows, done } => {
                let device_id = self.device_id;
                self.stats.recalled_rows += rows.len() as u64;
                self.maybe_fail()?;
                let result = self.hub()?.recalled(device_id, rows, done, now_ms).await;
                self.no_fault();
                self.told(result).await?;
                self.line_starts().await?;
            }
            DeviceFrame::Ping { nonce } => self.link.hub_sends(vec![HubFrame::Pong { nonce, hub_ms: now_ms }])?,
        }
        Ok(true)
    }

    pub(super) async fn line_appears(&mut self) -> Result<(), Failure> {
        self.line_starts().await?;
        let line_id = self.line_id;
        let hub = self.hub()?;
        if !hub.is_recalling() && hub.line(line_id).is_some_and(|line| line.state == LineState::Connecting) {
            let act = HubAct::LineChanged { line_id, state: LineState::Connected };
            self.commit(vec![Input::Hub(act)]).await?;
        }
        Ok(())
    }

    pub(super) async fn device_reads(&mut self) -> Result<bool, Failure> {
        let again = !self.calm && self.dice.one_in(30);
        let Some(frame) = self.link.at_device(again)? else { return Ok(false) };
        if !self.calm && self.dice.one_in(60) {
            self.note(|| "device dies before it applies".to_owned());
            return self.restart_device().await.map(|()| true);
        }
        self.note(|| format!("device reads {}", brief(&frame)));
        if let HubFrame::Welcome { resync: true, epoch, .. } = &frame {
            // The one thing that may set a cursor back.
            let is_same_life = self.cursor.take().is_some_and(|cursor| cursor.epoch == *epoch);
            self.stats.too_old += u64::from(is_same_life);
        }
        let step = match self.core.received(&self.store, frame).await {
            Ok(step) => step,
            Err(SyncError::OlderCopy { hub, device }) => {
                return Err(Failure::Broken(format!("the hub knows act {hub}, the device gave only {device}")));
            }
            Err(error) => return Err(error.into()),
        };
        if step.hub_ms.is_some() {
            self.hub_time_known = true;
        }
        self.check_cursor().await?;
        self.check_unanswered().await?;
        if !self.calm && self.dice.one_in(60) {
            self.note(|| "device dies before it answers".to_owned());
            return self.restart_device().await.map(|()| true);
        }
        self.link.device_sends(step.send)?;
        Ok(true)
    }

    pub(super) async fn check_cursor(&mut self) -> Result<(), Failure> {
        let cursor = self.store.cursor().await?;
        if let (Some(before), Some(now)) = (self.cursor, cursor)
            && before.epoch == now.epoch
            && now.seq < before.seq
        {
            return Err(Failure::Broken(format!("the cursor went back from {} to {}", before.seq, now.seq)));
        }
        self.cursor = cursor;
        Ok(())
    }

    /// What a person sent stands in its thread, or in the Review list with its words, while the
    /// hub has not answered, whatever the hub says meanwhile of other things.
    async fn check_unanswered(&mut self) -> Result<(), Failure> {
        for pending in self.store.pending(0, usize::MAX).await? {
            let Act::SendMessage { message_id, .. } = pending.act else { continue };
            let key = RowKey { entity: Entity::Message, id: message_id.0 };
            if self.store.row(key).await?.is_some() {
                continue;
            }
            if !self.store.review().await?.iter().any(|item| item.act_id == pending.act_id) {
                return Err(Failure::Broken(format!("{message_id} waits for the hub and is not on the screen")));
            }
        }
        Ok(())
    }

    /// The process ends and starts; the database is what it was.
    pub(super) async fn restart_device(&mut self) -> Result<(), Failure> {
        self.stats.device_crashes += 1;
        self.cut();
        self.core = DeviceCore::new(self.device_id, self.me.id);
        self.hub_time_known = false;
        Ok(())
    }
}

fn name_of(frame: &DeviceFrame) -> String {
    match frame {
        DeviceFrame::Push { acts } => {
            format!("push {:?}", acts.iter().map(|act| act.mid).collect::<Vec<_>>())
        }
        DeviceFrame::Recalled { rows, done } => format!("recalled {} rows, done {done}", rows.len()),
        other => format!("{other:?}"),
    }
}

fn brief(frame: &HubFrame) -> String {
    match frame {
        HubFrame::Changes { from, to, head, changes, last_mid, rejections, .. } => format!(
            "changes ({from}, {to}] of {head}: {} rows, acts to {last_mid}, refused {:?}",
            changes.len(),
            rejections.iter().map(|one| one.mid).collect::<Vec<_>>()
        ),
        other => format!("{other:?}"),
    }
}

//! The devices that are connected: their greeting, what a hub that was restored asks them, and
//! the frames to them.

use super::Writer;
use crate::error::HubError;
use embudo_domain::*;
use embudo_protocol::{Cursor, HubFrame};

impl Writer {
    pub(super) async fn greet(
        &mut self,
        device_id: DeviceId,
        named: DeviceId,
        member_id: MemberId,
        cursor: Option<Cursor>,
    ) -> Result<(), HubError> {
        let connected_as = self.links.get(&device_id).map(|link| link.1);
        if named != device_id || connected_as != Some(member_id) {
            tracing::warn!(device = %device_id, "a device said Hello with another name than it connected with");
            self.drop_link(device_id);
            return Ok(());
        }
        let now_ms = self.now_ms();
        let was_recalling = self.core.is_recalling();
        match self.core.greet(device_id, member_id, cursor, now_ms).await {
            Ok(frame) => {
                self.deliver(device_id, frame);
                if was_recalling && !self.core.is_recalling() {
                    let lines: Vec<Line> = self.core.lines().cloned().collect();
                    self.reconcile(&lines);
                }
            }
            Err(error) => {
                self.drop_link(device_id);
                return Err(error);
            }
        }
        Ok(())
    }

    /// What a device knew of a life that was lost. On an error it comes back with all of it.
    pub(super) async fn recalled(&mut self, device_id: DeviceId, rows: Vec<Row>, done: bool) -> Result<(), HubError> {
        let now_ms = self.now_ms();
        match self.core.recalled(device_id, rows, done, now_ms).await {
            Ok(result) => {
                self.spread(result);
                Ok(())
            }
            Err(error) => {
                self.drop_link(device_id);
                Err(error)
            }
        }
    }

    pub(super) fn deliver(&mut self, device_id: DeviceId, frame: HubFrame) {
        let Some((_, _, to_device)) = self.links.get(&device_id) else {
            self.core.bye(device_id);
            return;
        };
        if to_device.try_send(frame).is_err() {
            // It is gone, or takes nothing: it will come back with its cursor.
            self.drop_link(device_id);
        }
    }

    pub(super) fn drop_link(&mut self, device_id: DeviceId) {
        self.links.remove(&device_id);
        self.core.bye(device_id);
    }
}

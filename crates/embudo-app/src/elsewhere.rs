//! Another device of the same person that was quicker, for the dev host and its flows: what a screen
//! says when two were apart. Behind the feature `elsewhere`: the shipped app does not contain it.

use crate::api::ApiError;
use crate::{App, failure};
use embudo_domain::{Act, ActId, DeviceId};
use embudo_protocol::{DeviceFrame, HubFrame, NumberedAct};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Debug, Deserialize)]
pub struct Overtaken {
    /// Done here, and kept from the hub until the others are there.
    #[serde(default)]
    pub mine: Vec<Act>,
    /// Done on the other device.
    pub theirs: Vec<Act>,
}

impl App {
    /// Returns when the hub has taken what was done elsewhere; what was done here is on its way.
    pub async fn overtake(&self, acts: serde_json::Value) -> Result<(), ApiError> {
        let bad = |error: serde_json::Error| ApiError::new("BAD_ARGUMENTS").with("detail", error.to_string());
        let Overtaken { mine, theirs } = serde_json::from_value(acts).map_err(bad)?;
        let workspace = self.workspace()?;
        for outcome in workspace.act_many_unsent(mine).await? {
            outcome.map_err(|refusal| failure::refused(&refusal))?;
        }
        let (device_id, member_id) = (DeviceId(Uuid::now_v7()), workspace.actor.member_id);
        let gone = || failure::internal("elsewhere", "the hub hung up");
        let mut link = workspace.hub.hub().connect(device_id, member_id);
        let hello = DeviceFrame::Hello { device_id, member_id, cursor: None };
        link.to_hub.send(hello).await.map_err(|_| gone())?;
        let numbered = |(mid, act)| NumberedAct { mid, act_id: ActId(Uuid::now_v7()), act, again_at_ms: None };
        let acts: Vec<NumberedAct> = (1..).zip(theirs).map(numbered).collect();
        let last = acts.last().map_or(0, |act| act.mid);
        let mut acts = Some(acts);
        loop {
            match link.from_hub.recv().await.ok_or_else(gone)? {
                HubFrame::Welcome { .. } => {
                    if let Some(acts) = acts.take() {
                        link.to_hub.send(DeviceFrame::Push { acts }).await.map_err(|_| gone())?;
                    }
                }
                HubFrame::Changes { last_mid, .. } if acts.is_none() && last_mid >= last => break,
                HubFrame::Changes { to, .. } => {
                    link.to_hub.send(DeviceFrame::Applied { seq: to }).await.map_err(|_| gone())?;
                }
                _ => {}
            }
        }
        workspace.send_acts();
        Ok(())
    }
}

//! Frames that wait are applied together: one flush and one entry in the search index for all of
//! them, and a page that several rows share is written once.

use embudo_protocol::HubFrame;
use tokio::sync::mpsc;

/// Changes in one transaction of the device; a draft that is saved meanwhile waits for it.
const TOGETHER: usize = 2_048;

/// `first` and what waits behind it, as one frame as far as that goes; the frame that did not
/// belong to it comes back for the next turn.
pub(crate) fn gather(first: HubFrame, waiting: &mut mpsc::Receiver<HubFrame>) -> (HubFrame, Option<HubFrame>) {
    let mut gathered = first;
    while has_room(&gathered)
        && let Ok(next) = waiting.try_recv()
    {
        if let Some(left) = join(&mut gathered, next) {
            return (gathered, Some(left));
        }
    }
    (gathered, None)
}

fn has_room(frame: &HubFrame) -> bool {
    matches!(frame, HubFrame::Changes { changes, .. } if changes.len() < TOGETHER)
}

/// Adds a frame to the one before it; gives it back where it does not go on from there.
fn join(first: &mut HubFrame, next: HubFrame) -> Option<HubFrame> {
    match (first, next) {
        (
            HubFrame::Changes { epoch, to, head, changes, last_mid, rejections, .. },
            HubFrame::Changes {
                epoch: next_epoch,
                from,
                to: next_to,
                head: next_head,
                changes: next_changes,
                last_mid: next_mid,
                rejections: next_rejections,
            },
        ) if *epoch == next_epoch && *to == from => {
            *to = next_to;
            *head = next_head;
            *last_mid = next_mid;
            changes.extend(next_changes);
            rejections.extend(next_rejections);
            None
        }
        (_, next) => Some(next),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use embudo_domain::{Change, Entity, Refusal, RowKey};
    use embudo_protocol::{Epoch, Rejection, Versioned};
    use uuid::Uuid;

    fn frame(from: u64, to: u64, last_mid: u64) -> HubFrame {
        let key = |ver: u64| RowKey { entity: Entity::Message, id: Uuid::from_u128(u128::from(ver)) };
        HubFrame::Changes {
            epoch: Epoch(1),
            from,
            to,
            head: to,
            changes: (from + 1..=to).map(|ver| Versioned { ver, change: Change::Delete(key(ver)) }).collect(),
            last_mid,
            rejections: vec![Rejection { mid: last_mid, refusal: Refusal::NotFound }],
        }
    }

    async fn queue(frames: Vec<HubFrame>) -> mpsc::Receiver<HubFrame> {
        let (to_device, waiting) = mpsc::channel(64);
        for frame in frames {
            to_device.send(frame).await.unwrap();
        }
        waiting
    }

    #[tokio::test]
    async fn frames_that_follow_each_other_become_one_with_every_change_and_refusal() {
        let mut waiting = queue(vec![frame(4, 6, 2), frame(6, 9, 3)]).await;
        let (gathered, left) = gather(frame(0, 4, 1), &mut waiting);
        assert!(left.is_none());
        let HubFrame::Changes { from, to, head, changes, last_mid, rejections, .. } = gathered else { panic!() };
        assert_eq!((from, to, head, last_mid), (0, 9, 9, 3));
        assert_eq!(changes.iter().map(|change| change.ver).collect::<Vec<_>>(), (1..=9).collect::<Vec<_>>());
        assert_eq!(rejections.iter().map(|refused| refused.mid).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_gap_or_another_frame_ends_what_is_gathered_and_is_not_lost() {
        let mut waiting = queue(vec![frame(7, 9, 2)]).await;
        let (gathered, left) = gather(frame(0, 4, 1), &mut waiting);
        assert_eq!((gathered, left), (frame(0, 4, 1), Some(frame(7, 9, 2))), "what is missing must be noticed");
        let pong = HubFrame::Pong { nonce: 1, hub_ms: 5 };
        let mut waiting = queue(vec![pong.clone(), frame(4, 6, 2)]).await;
        let (gathered, left) = gather(frame(0, 4, 1), &mut waiting);
        assert_eq!((gathered, left), (frame(0, 4, 1), Some(pong.clone())));
        let (gathered, left) = gather(pong.clone(), &mut waiting);
        assert_eq!((gathered, left), (pong, None), "it stands alone");
        assert_eq!(waiting.try_recv().unwrap(), frame(4, 6, 2));
    }

    #[tokio::test]
    async fn a_transaction_stays_short_enough_to_wait_for() {
        let many: Vec<HubFrame> = (1..40).map(|at| frame(at * 200, (at + 1) * 200, 1)).collect();
        let mut waiting = queue(many).await;
        let (gathered, left) = gather(frame(0, 200, 1), &mut waiting);
        let HubFrame::Changes { changes, to, .. } = gathered else { panic!() };
        assert_eq!((changes.len(), to), (2_200, 2_200), "the first frame that reaches the limit is the last");
        assert!(left.is_none());
        assert_eq!(waiting.try_recv().unwrap(), frame(2_200, 2_400, 1));
    }
}

//! Not a benchmark, but what a group must be worth: a burst is not written message by message.

use crate::world::*;
use embudo_channels::Update;
use embudo_domain::*;
use embudo_hub::{HubCore, Place, Sealing, Store};
use embudo_protocol::*;
use std::time::Instant;

fn updates(batch: usize, size: usize) -> Vec<Update> {
    let words = "Quanto custa o vestido azul? E entrega no sábado?";
    (0..size)
        .map(|n| update(&format!("c{}", (batch * 7 + n) % 400), &format!("{batch}:{n}"), words, START_MS))
        .collect()
}

async fn ingest(core: &mut HubCore, updates: Vec<Update>) {
    let result = core.ingest(LineId(id(9)), polled(updates), START_MS).await.unwrap();
    for (device, frame) in result.frames {
        if let HubFrame::Changes { to, .. } = frame {
            core.applied(device, to).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_burst_is_written_in_groups_and_takes_little_room() {
    const BATCHES: usize = 30;
    const SIZE: usize = 100;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(Place::File(&path), Sealing::Key([7; 32])).await.unwrap();
    let mut core = HubCore::open(store, options(), START_MS).await.unwrap();
    core.found(workspace(), owner(), START_MS).await.unwrap();
    let device = DeviceId(id(3));
    core.hello(device, owner().id, None, START_MS).await.unwrap();
    let act = Act::AddLine { line: line(9, LineType::Simulator) };
    core.push(device, vec![NumberedAct { mid: 1, act_id: ActId(id(4)), act, again_at_ms: None }], START_MS)
        .await
        .unwrap();
    // Everybody is known before the clock starts.
    ingest(&mut core, updates(1_000, 400)).await;

    let started = Instant::now();
    for batch in 0..BATCHES {
        ingest(&mut core, updates(batch, SIZE)).await;
    }
    let per_s = (BATCHES * SIZE) as f64 / started.elapsed().as_secs_f64();
    core.into_store().close().await.unwrap();
    let messages = BATCHES * SIZE + 400;
    let bytes = std::fs::metadata(&path).unwrap().len() as usize / messages;
    println!("{per_s:.0} messages/s in groups of {SIZE}, {bytes} bytes a message");
    // Far below what it does: a disk that takes 10 ms to flush gives 100/s one by one.
    assert!(per_s > 250.0, "{per_s:.0} messages/s");
    assert!(bytes < 700, "{bytes} bytes a message, its indexes and its share of 400 conversations");
}

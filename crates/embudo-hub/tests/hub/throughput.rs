//! Not a benchmark, but a floor far below which something is wrong: a burst must not be
//! written message by message.

use crate::world::*;
use embudo_domain::*;
use std::time::Instant;

#[tokio::test]
async fn a_burst_costs_few_statements_per_message() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = embudo_hub::Store::open(embudo_hub::Place::File(&path), embudo_hub::Sealing::Key([7; 32])).await.unwrap();
    let mut core = embudo_hub::HubCore::open(store, options(), START_MS).await.unwrap();
    core.found(workspace(), owner(), START_MS).await.unwrap();
    let device = DeviceId(id(3));
    core.hello(device, owner().id, None, START_MS).await.unwrap();
    let act = Act::AddLine { line: line(9, LineType::Simulator) };
    core.push(device, vec![embudo_protocol::NumberedAct { mid: 1, act_id: ActId(id(4)), act }], START_MS).await.unwrap();
    const BATCHES: usize = 30;
    const SIZE: usize = 100;
    let started = Instant::now();
    for batch in 0..BATCHES {
        let updates = (0..SIZE)
            .map(|n| update(&format!("c{}", (batch * 7 + n) % 400), &format!("{batch}:{n}"), "Quanto custa o vestido azul?", START_MS))
            .collect();
        let result = core.ingest(LineId(id(9)), polled(updates), START_MS).await.unwrap();
        for (device, frame) in result.frames {
            if let embudo_protocol::HubFrame::Changes { to, .. } = frame {
                core.applied(device, to).await.unwrap();
            }
        }
    }
    let per_s = (BATCHES * SIZE) as f64 / started.elapsed().as_secs_f64();
    println!("{per_s:.0} messages/s, sealed, flushed every {SIZE}");
    assert!(per_s > 300.0, "{per_s:.0} messages/s is what one commit per message gives");
}

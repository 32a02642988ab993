//! Clocks that are wrong, and computers that sleep.

use super::*;

#[tokio::test]
async fn hub_time_follows_the_channel_and_not_the_wall() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop(&folder.path().join("hub.db")).await;
    let wall_ms = shop.hub.now_ms();
    const DAY_MS: i64 = 24 * HOUR_MS;
    assert!(shop.hub.time_is_sure(), "no line, nobody to ask: the machine's clock is all there is");
    let clock = Some(ClockSample { provider_ms: wall_ms - DAY_MS, local_ms: wall_ms, round_trip_ms: 10 });
    shop.channel.brings(Ok(Batch { clock, ..batch(Vec::new(), "1").unwrap() }));
    shop.device.until_line(LineState::Connected).await;
    assert!(shop.hub.time_is_sure());
    let error_ms = (shop.hub.now_ms() - (wall_ms - DAY_MS)).abs();
    assert!(error_ms < 30_000, "the computer is a day ahead, the hub is not: {error_ms} ms");
    shop.hub.stop().await;
}

async fn until_asked(channel: &Fake, what: &str, wanted: impl Fn(&[Option<String>]) -> bool) {
    let asked = async {
        while !wanted(&channel.script.lock().unwrap().asked_from) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("waited in vain for {what}"));
}

#[tokio::test]
async fn a_wake_from_sleep_gives_up_the_dead_poll_and_asks_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let factory = Arc::new(Factory::default());
    let channel = Fake::new();
    let line = line(9, LineType::Simulator);
    factory.channels.lock().unwrap().insert(line.id, channel.clone());
    let store = Store::open(Place::File(&folder.path().join("hub.db")), Sealing::Key([3; 32])).await.unwrap();
    let clock = SleepyClock::new();
    // Without a nudge only the poll's own limit, far beyond the test's patience, would end it.
    let options = HubOptions { poll_wait_s: 3_600, ..quick() };
    let hub = Hub::start(store, options, clock.clone(), factory, Files::new()).await.unwrap();
    hub.found(workspace(), owner()).await.unwrap();
    let mut device = Device::connect(&hub, 0).await;
    device.push(Act::AddLine { line }).await;
    until_asked(&channel, "the poll that waits", |asked| asked.len() >= 2).await;
    channel.script.lock().unwrap().dead = true;
    channel.brings(batch(vec![update("maria", "1:1", "Oi", hub.now_ms())], "1"));
    let first = device.until_message("the message that ends the poll", |m| m.direction == Direction::In).await;
    until_asked(&channel, "the poll that hangs", |asked| asked.last().is_some_and(Option::is_some)).await;
    channel.script.lock().unwrap().dead = false;
    channel.brings(batch(vec![update("maria", "1:2", "Alguem?", hub.now_ms())], "2"));
    clock.sleeps(HOUR_MS);
    device.until_message("what came in while it slept", |m| m.direction == Direction::In && m.id != first.id).await;
    hub.stop().await;
}

/// A computer whose clock is set ahead while it is off.
struct AheadClock(Arc<RealClock>);

impl Clock for AheadClock {
    fn now_ms(&self) -> i64 {
        self.0.now_ms() + 5 * HOUR_MS
    }

    fn mono_ms(&self) -> i64 {
        self.0.mono_ms()
    }
}

/// A snooze of an hour and, after a stop, a hub on a computer that is five hours ahead.
async fn started_ahead(path: &Path, time_wait: Duration) -> (Hub, Arc<Fake>, Device, i64) {
    let mut shop = shop(path).await;
    let true_ms = RealClock::new().now_ms();
    shop.channel.brings(batch(vec![update("maria", "1:1", "Oi", true_ms)], "1"));
    let question = shop.device.until_message("the question", |m| m.direction == Direction::In).await;
    let to = ConversationState::Snoozed { until_ms: Some(true_ms + HOUR_MS), until_reply: false, by: owner().id };
    let act = Act::SetConversationState {
        conversation_id: question.conversation_id,
        to,
        expect: None,
        undoes: None,
        seen: None,
    };
    shop.device.push(act).await;
    shop.device.until("the snooze", |rows| is_snoozed(rows, true).then_some(())).await;
    shop.hub.stop().await;
    let mid = shop.device.mid;
    shop.channel.script.lock().unwrap().dead = true;
    let store = Store::open(Place::File(path), Sealing::Key([3; 32])).await.unwrap();
    let options = HubOptions { time_wait, ..quick() };
    let clock = Arc::new(AheadClock(RealClock::new()));
    let hub = Hub::start(store, options, clock, shop.factory.clone(), Files::new()).await.unwrap();
    let device = Device::connect(&hub, mid).await;
    (hub, shop.channel, device, true_ms)
}

fn is_snoozed(rows: &BTreeMap<RowKey, Row>, wanted: bool) -> bool {
    rows.values().any(|row| {
        let Row::Conversation(row) = row else { return false };
        matches!(row.state, ConversationState::Snoozed { .. }) == wanted
    })
}

#[tokio::test]
async fn a_clock_that_is_wrong_at_start_ends_nothing_before_the_channel_says_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, channel, mut device, true_ms) = started_ahead(&folder.path().join("hub.db"), PATIENCE * 2).await;
    device.until("the snooze", |rows| is_snoozed(rows, true).then_some(())).await;
    assert!(!hub.time_is_sure(), "nobody has answered");
    channel.script.lock().unwrap().dead = false;
    let clock = Some(ClockSample { provider_ms: true_ms, local_ms: true_ms + 5 * HOUR_MS, round_trip_ms: 20 });
    let told = Batch { updates: vec![update("maria", "1:2", "Alguem?", true_ms)], cursor: Some("2".to_owned()), clock };
    channel.brings(Ok(told));
    hub.nudge().await.unwrap();
    device.until_message("what the channel brought", |m| m.provider_id.as_deref() == Some("1:2")).await;
    assert!(hub.time_is_sure(), "now it is known");
    assert!(is_snoozed(&device.rows, true), "an hour is not over");
    hub.stop().await;
}

#[tokio::test]
async fn time_that_nobody_tells_is_not_waited_for_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, _channel, mut device, _) = started_ahead(&folder.path().join("hub.db"), Duration::from_millis(50)).await;
    device.until("the end of the snooze", |rows| is_snoozed(rows, false).then_some(())).await;
    assert!(!hub.time_is_sure(), "a guess stays one");
    hub.stop().await;
}

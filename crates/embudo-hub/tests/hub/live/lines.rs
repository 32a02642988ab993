//! A line that runs: where its polls go on, and what becomes of it when the channel says no.

use super::*;

#[tokio::test]
async fn a_poll_goes_on_from_the_cursor_that_is_durable_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let mut shop = shop(&path).await;
    shop.channel.brings(batch(vec![update("maria", "1:1", "Oi", shop.hub.now_ms())], "77"));
    shop.device.until_message("the message", |m| m.direction == Direction::In).await;
    shop.hub.stop().await;
    assert!(shop.device.link.from_hub.recv().await.is_none_or(|frame| matches!(frame, HubFrame::Changes { .. })));
    shop.channel.script.lock().unwrap().asked_from.clear();
    let hub = start(&path, &shop.factory, Files::new()).await;
    until_status(&hub, "running", |status| status.running).await;
    shop.channel.brings(batch(Vec::new(), "77"));
    until_status(&hub, "heard", |status| status.heard_at_ms.is_some()).await;
    let first = shop.channel.script.lock().unwrap().asked_from.first().cloned().flatten();
    assert_eq!(first.as_deref(), Some("77"));
    hub.stop().await;
}

#[tokio::test]
async fn a_revoked_token_waits_for_a_person_and_reconnect_tries_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop(&folder.path().join("hub.db")).await;
    shop.channel.brings(Err(ChannelError::Unauthorized));
    shop.device.until_line(LineState::NeedsAuth { code: "UNAUTHORIZED".to_owned() }).await;
    let polls = shop.channel.polls.load(Ordering::SeqCst);
    shop.hub.reconnect(LineId(id(9))).await.unwrap();
    shop.channel.brings(batch(Vec::new(), "1"));
    shop.device.until_line(LineState::Connected).await;
    assert!(shop.channel.polls.load(Ordering::SeqCst) > polls);
    assert_eq!(shop.factory.opened.load(Ordering::SeqCst), 2, "with a channel made anew");
    shop.hub.stop().await;
}

#[tokio::test]
async fn another_program_on_the_account_is_told_and_not_fought() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop(&folder.path().join("hub.db")).await;
    for _ in 0..3 {
        shop.channel.brings(Err(ChannelError::Conflict("terminated by other getUpdates request".to_owned())));
    }
    shop.device.until_line(LineState::Degraded { code: "CONFLICT".to_owned() }).await;
    shop.channel.brings(batch(Vec::new(), "1"));
    shop.device.until_line(LineState::Connected).await;
    shop.hub.stop().await;
}

#[tokio::test]
async fn no_network_degrades_the_line_after_a_while_and_heals_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop(&folder.path().join("hub.db")).await;
    for _ in 0..6 {
        shop.channel.brings(Err(ChannelError::NotReached("no route".to_owned())));
    }
    shop.device.until_line(LineState::Degraded { code: "NETWORK".to_owned() }).await;
    shop.channel.brings(batch(vec![update("maria", "1:1", "Oi", shop.hub.now_ms())], "1"));
    shop.device.until_line(LineState::Connected).await;
    shop.hub.stop().await;
}

#[tokio::test]
async fn an_immediate_empty_answer_does_not_spin() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(&folder.path().join("hub.db")).await;
    shop.channel.script.lock().unwrap().empty_at_once = true;
    shop.channel.more.notify_one();
    until_status(&shop.hub, "heard", |status| status.heard_at_ms.is_some()).await;
    let before = shop.channel.polls.load(Ordering::SeqCst);
    // The one wait for time itself: what is asserted is that little happens in it.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let polls = shop.channel.polls.load(Ordering::SeqCst) - before;
    assert!(polls <= 6, "{polls} polls in 600 ms with pauses of at least 100 ms");
    shop.hub.stop().await;
}

#[tokio::test]
async fn a_line_without_its_secret_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop(&folder.path().join("hub.db")).await;
    shop.channel.brings(batch(Vec::new(), "1"));
    shop.device.until_line(LineState::Connected).await;
    shop.factory.channels.lock().unwrap().clear();
    shop.hub.reconnect(LineId(id(9))).await.unwrap();
    shop.device.until_line(LineState::NeedsAuth { code: "SECRET_MISSING".to_owned() }).await;
    shop.hub.stop().await;
}

#[tokio::test]
async fn disconnecting_on_purpose_lets_a_send_end_and_starts_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop(&folder.path().join("hub.db")).await;
    shop.channel.brings(batch(vec![update("maria", "1:1", "Oi", shop.hub.now_ms())], "1"));
    let question = shop.device.until_message("the question", |m| m.direction == Direction::In).await;
    shop.channel.script.lock().unwrap().hold_sends = true;
    let first = shop.device.answer(question.conversation_id, "um", shop.hub.now_ms()).await;
    let second = shop.device.answer(question.conversation_id, "dois", shop.hub.now_ms()).await;
    shop.device.until_message("sending", |m| m.id == first && m.delivery == Delivery::Sending).await;
    let line_id = LineId(id(9));
    shop.device.push(Act::SetLineWanted { line_id, wanted: false }).await;
    shop.device.until_line(LineState::Disconnected { code: embudo_domain::rules::ON_PURPOSE.to_owned() }).await;
    shop.channel.script.lock().unwrap().hold_sends = false;
    shop.channel.released.notify_one();
    shop.device.until_message("sent", |m| m.id == first && m.delivery == Delivery::Sent).await;
    assert_eq!(shop.channel.sent().len(), 1, "the second waits for the line");
    shop.device.push(Act::SetLineWanted { line_id, wanted: true }).await;
    shop.device.until_message("sent", |m| m.id == second && m.delivery == Delivery::Sent).await;
    shop.hub.stop().await;
}

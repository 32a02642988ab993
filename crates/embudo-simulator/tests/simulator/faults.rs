//! What it does wrong when asked to, and how a poll waits.

use super::*;
use embudo_simulator::{Faults, Inject, SystemClock};
use std::time::{Duration, Instant};

async fn shop_with_ana() -> Shop {
    let mut shop = Shop::empty().await;
    shop.provider.inject(vec![Inject::text("ana", "hola")]).await.unwrap();
    shop.poll().await;
    shop
}

#[tokio::test]
async fn a_line_that_is_down_says_how() {
    let shop = shop_with_ana().await;
    let states = [
        (Faults { offline: true, ..Faults::default() }, "not_reached"),
        (Faults { revoked: true, ..Faults::default() }, "unauthorized"),
        (Faults { in_use: true, ..Faults::default() }, "conflict"),
    ];
    for (faults, name) in states {
        shop.provider.set_faults(faults).await.unwrap();
        let errors = [
            shop.send("ana", "hola").await.unwrap_err(),
            shop.channel.check().await.unwrap_err(),
            shop.channel.poll(None, 5).await.unwrap_err(),
        ];
        for error in errors {
            let is = match error {
                ChannelError::NotReached(_) => "not_reached",
                ChannelError::Unauthorized => "unauthorized",
                ChannelError::Conflict(_) => "conflict",
                other => panic!("{other:?}"),
            };
            assert_eq!(is, name, "on every request");
        }
    }
    shop.provider.set_faults(Faults::default()).await.unwrap();
    shop.send("ana", "hola").await.expect("all well again");
    assert_eq!(shop.provider.deliveries().await.unwrap().len(), 1, "nothing of the failed ones arrived");
}

#[tokio::test]
async fn each_planned_failure_happens_once_and_books_the_truth() {
    let shop = shop_with_ana().await;
    let cases = [
        (Faults { not_reached_next: 1, ..Faults::default() }, 0, "not_reached"),
        (Faults { rate_limit_next: 1, retry_after_ms: 900, ..Faults::default() }, 0, "slow_down"),
        (Faults { fail_next: 1, fail_code: "FILE_REFUSED".into(), ..Faults::default() }, 0, "FILE_REFUSED"),
        (Faults { drop_request_next: 1, ..Faults::default() }, 0, "request_dropped"),
        (Faults { drop_answer_next: 1, ..Faults::default() }, 1, "answer_dropped"),
    ];
    for (faults, received, outcome) in cases {
        shop.provider.set_faults(faults).await.unwrap();
        let message_id = key();
        let error = shop.send_as(message_id, "ana", "hola").await.unwrap_err();
        let uncertain = matches!(error, ChannelError::Uncertain(_));
        assert_eq!(uncertain, outcome.ends_with("dropped"), "{outcome}: {error:?}");
        assert_eq!(shop.provider.times_received(message_id).await.unwrap(), received, "{outcome}");
        let attempts = shop.provider.attempts().await.unwrap();
        assert_eq!(attempts.last().unwrap().outcome, outcome, "the ledger knows what really happened");
        shop.send_as(message_id, "ana", "hola").await.expect("the next one goes well");
    }
}

#[tokio::test]
async fn what_the_channel_would_not_take_is_refused() {
    let shop = shop_with_ana().await;
    for (to, words, expected) in [
        ("nobody", "hola".to_owned(), "CHAT_NOT_FOUND"),
        ("ana", " ".to_owned(), "TEXT_EMPTY"),
        ("ana", "x".repeat(4_097), "TEXT_TOO_LONG"),
    ] {
        let error = shop.send(to, &words).await.unwrap_err();
        assert_eq!(code(&error), expected, "to {to}");
    }
}

#[tokio::test]
async fn a_waiting_poll_wakes_when_somebody_writes_and_ends_when_nobody_does() {
    let mut options = Options::test(1, Arc::new(SystemClock));
    options.cast = Cast::Nobody;
    let provider = Provider::in_memory(options).await.unwrap();
    let channel = SimulatorChannel::new(provider.clone());
    let started = Instant::now();
    let (batch, _) = tokio::join!(channel.poll(None, 30), provider.inject(vec![Inject::text("ana", "hola")]));
    assert_eq!(texts(&batch.unwrap().updates), ["hola"], "the poll that waited brings it");
    let (batch, _) = tokio::join!(
        channel.poll(Some("1"), 30),
        provider.inject(vec![Inject { after_ms: 300, ..Inject::text("ana", "ahora") }])
    );
    assert_eq!(texts(&batch.unwrap().updates), ["ahora"], "also when its time is still to come");
    assert!(started.elapsed() < Duration::from_secs(10), "and not at the end of the wait");
    let quiet = channel.poll(Some("2"), 1).await.unwrap();
    assert!(quiet.updates.is_empty() && started.elapsed() >= Duration::from_secs(1), "a quiet second is waited out");
    assert_eq!(quiet.cursor.as_deref(), Some("2"), "and the cursor stays");
}

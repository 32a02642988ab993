//! Every class of failure, told apart by what may be done next.

use super::*;
use embudo_channels::ChannelError;
use serde_json::json;
use telegram_fake::Fault;

pub fn code(error: &ChannelError) -> &str {
    match error {
        ChannelError::Refused(error) => &error.code,
        other => panic!("{other:?} is not a refusal"),
    }
}

async fn send(telegram: &TelegramChannel) -> ChannelError {
    telegram.send(outgoing("501", &text("hola"))).await.expect_err("this send was to fail")
}

async fn with_ana() -> (TelegramFake, TelegramChannel) {
    let fake = TelegramFake::start().await.unwrap();
    fake.customer_writes(ANA, "hola");
    let telegram = channel(&fake);
    (fake, telegram)
}

#[tokio::test]
async fn nobody_there_means_that_nothing_left() {
    // Bound and let go: a port that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let telegram = channel_at(&format!("http://{free}"));
    for error in [send(&telegram).await, telegram.check().await.unwrap_err(), telegram.poll(None, 0).await.unwrap_err()]
    {
        assert!(matches!(error, ChannelError::NotReached(_)), "the hub may try again at will: {error:?}");
    }
}

#[tokio::test]
async fn a_send_whose_answer_is_lost_is_uncertain_whether_it_arrived_or_not() {
    let (fake, telegram) = with_ana().await;
    let faults = [
        (Fault::DropAfterAccepting, 1, "accepted, then silence"),
        (Fault::DropBeforeAccepting, 1, "silence before accepting looks the same"),
        (Fault::BreakOff, 2, "half an answer"),
        (Fault::Page(502), 2, "a proxy's page"),
        (Fault::Page(200), 2, "a captive portal's page"),
        (
            Fault::Answer(
                500,
                json!({ "ok": false, "error_code": 500, "description": "Internal Server Error: restart" }),
            ),
            2,
            "a crash at Telegram",
        ),
    ];
    for (fault, received, why) in faults {
        fake.fail_next("sendMessage", fault);
        let error = send(&telegram).await;
        assert!(matches!(error, ChannelError::Uncertain(_)), "{why}: a guess would send twice or lie, got {error:?}");
        assert_eq!(fake.sent().len(), received, "{why}: and the adapter did not try again by itself");
    }
}

#[tokio::test]
async fn the_same_failures_of_a_question_are_only_not_reached() {
    let (fake, telegram) = with_ana().await;
    for fault in [Fault::DropAfterAccepting, Fault::BreakOff, Fault::Page(502)] {
        fake.fail_next("getMe", fault.clone());
        let error = telegram.check().await.unwrap_err();
        assert!(matches!(error, ChannelError::NotReached(_)), "{fault:?}: asking again harms nobody, got {error:?}");
        fake.fail_next("getUpdates", fault.clone());
        let error = telegram.poll(None, 0).await.unwrap_err();
        assert!(matches!(error, ChannelError::NotReached(_)), "{fault:?}: got {error:?}");
    }
    assert_eq!(texts(&telegram.poll(None, 0).await.unwrap()), ["hola"], "and nothing was lost by it");
}

#[tokio::test]
async fn a_revoked_or_unknown_token_is_unauthorized() {
    let (fake, telegram) = with_ana().await;
    let mut config = TelegramConfig::new(BotToken::parse("123456789:short").unwrap());
    config.base_url = Some(fake.base_url());
    let stranger = TelegramChannel::new(config).unwrap();
    assert_eq!(
        stranger.check().await.unwrap_err(),
        ChannelError::Unauthorized,
        "404: a token that was never given out"
    );
    fake.revoke_token();
    assert_eq!(telegram.check().await.unwrap_err(), ChannelError::Unauthorized, "401 on a question");
    assert_eq!(telegram.poll(None, 0).await.unwrap_err(), ChannelError::Unauthorized, "401 on a poll");
    assert_eq!(send(&telegram).await, ChannelError::Unauthorized, "401 on a send");
}

#[tokio::test]
async fn what_a_proxy_says_of_itself_is_not_taken_for_telegrams_word() {
    let (fake, telegram) = with_ana().await;
    for status in [401, 403, 404, 407] {
        fake.fail_next("getUpdates", Fault::Page(status));
        let error = telegram.poll(None, 0).await.unwrap_err();
        assert!(matches!(error, ChannelError::NotReached(_)), "a page with {status} on a poll, got {error:?}");
        fake.fail_next("sendMessage", Fault::Page(status));
        let error = send(&telegram).await;
        assert!(matches!(error, ChannelError::NotReached(_)), "a page with {status} on a send, got {error:?}");
        fake.fail_next("getMe", Fault::Answer(status, json!({ "error": "no such route" })));
        let error = telegram.check().await.unwrap_err();
        assert!(matches!(error, ChannelError::NotReached(_)), "a proxy that speaks JSON, got {error:?}");
    }
    assert_eq!(fake.sent().len(), 0, "nothing passed it");
}

#[tokio::test]
async fn a_second_program_or_a_webhook_is_a_conflict() {
    let (fake, telegram) = with_ana().await;
    let cursor = telegram.poll(None, 0).await.unwrap().cursor;
    let other = channel(&fake);
    let (first, second) = tokio::join!(telegram.poll(cursor.as_deref(), 20), async {
        while fake.polls().len() < 2 {
            tokio::task::yield_now().await;
        }
        other.poll(cursor.as_deref(), 0).await
    });
    assert!(matches!(first, Err(ChannelError::Conflict(_))), "the older poll is told: {first:?}");
    assert!(second.is_ok(), "the newer one goes on");
    fake.set_webhook(true);
    let error = telegram.poll(None, 0).await.unwrap_err();
    let ChannelError::Conflict(words) = error else { panic!("{error:?} should name the webhook") };
    assert!(words.contains("webhook"), "so that a person knows what to switch off: {words}");
}

#[tokio::test]
async fn a_webhook_is_named_by_its_host_and_can_be_removed() {
    let (fake, telegram) = with_ana().await;
    assert_eq!(telegram.webhook().await.unwrap(), None, "none is set");
    fake.set_webhook(true);
    assert_eq!(
        telegram.webhook().await.unwrap().as_deref(),
        Some("bots.example"),
        "whose program it is, not the secret in its address"
    );
    telegram.remove_webhook().await.unwrap();
    assert_eq!(telegram.webhook().await.unwrap(), None);
    assert!(telegram.poll(None, 0).await.is_ok(), "polls are answered again, with what came meanwhile");
}

#[tokio::test]
async fn slow_down_says_for_how_long() {
    let (fake, telegram) = with_ana().await;
    fake.fail_next("sendMessage", Fault::TooManyRequests { retry_after_s: 7 });
    assert_eq!(send(&telegram).await, ChannelError::SlowDown { retry_after_ms: 7_000 }, "as Telegram says");
    fake.fail_next(
        "sendMessage",
        Fault::Answer(429, json!({ "ok": false, "error_code": 429, "description": "Too Many Requests" })),
    );
    assert_eq!(send(&telegram).await, ChannelError::SlowDown { retry_after_ms: 5_000 }, "and a while when it does not");
    assert_eq!(fake.sent().len(), 0, "neither was delivered");
}

#[tokio::test]
async fn a_refusal_carries_the_code_that_people_get_words_for() {
    let (fake, telegram) = with_ana().await;
    let no = |status: u16, words: &str| {
        Fault::Answer(status, json!({ "ok": false, "error_code": status, "description": words }))
    };
    let cases = [
        (no(403, "Forbidden: bot was blocked by the user"), "BLOCKED_BY_CUSTOMER"),
        (no(403, "Forbidden: user is deactivated"), "CUSTOMER_GONE"),
        (no(403, "Forbidden: bot can't initiate conversation with a user"), "CANNOT_START"),
        (no(403, "Forbidden: something new"), "PROVIDER_403"),
        (no(400, "Bad Request: chat not found"), "CHAT_NOT_FOUND"),
        (no(400, "Bad Request: file is too big"), "FILE_TOO_BIG"),
        (no(400, "Bad Request: message is too long"), "TEXT_TOO_LONG"),
        (no(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"), "FILE_REFUSED"),
        (no(400, "Bad Request: something new"), "PROVIDER_400"),
        (no(404, "Not Found: method not found"), "UNSUPPORTED"),
        (Fault::Page(413), "FILE_TOO_BIG"),
        (no(418, "I'm a teapot"), "PROVIDER_418"),
    ];
    for (fault, expected) in cases {
        let name = format!("{fault:?}");
        fake.fail_next("sendMessage", fault);
        let error = send(&telegram).await;
        assert_eq!(code(&error), expected, "{name}");
    }
    fake.block(ANA);
    assert_eq!(code(&send(&telegram).await), "BLOCKED_BY_CUSTOMER", "as the server itself says it");
    let stranger = telegram.send(outgoing("999", &text("hola"))).await.unwrap_err();
    assert_eq!(code(&stranger), "CHAT_NOT_FOUND", "somebody who never wrote");
}

#[tokio::test]
async fn a_bot_cannot_tell_whether_something_arrived() {
    let (_fake, telegram) = with_ana().await;
    let error = telegram.look_up(MessageId(uuid::Uuid::nil())).await.unwrap_err();
    assert_eq!(code(&error), "CANNOT_TELL", "never a guess: `None` would mean that it did not arrive");
}

#[tokio::test]
async fn no_error_shows_the_token() {
    let (fake, telegram) = with_ana().await;
    let secret = telegram_fake::TOKEN.split(':').nth(1).unwrap();
    let leaky = format!("Bad Request: wrong url /bot{}/sendMessage", telegram_fake::TOKEN);
    fake.fail_next("sendMessage", Fault::Answer(400, json!({ "ok": false, "error_code": 400, "description": leaky })));
    fake.fail_next("sendMessage", Fault::DropAfterAccepting);
    fake.fail_next("sendMessage", Fault::BreakOff);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nowhere = channel_at(&format!("http://{free}"));
    let errors = [send(&telegram).await, send(&telegram).await, send(&telegram).await, send(&nowhere).await];
    for error in errors {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(secret), "an error is shown and logged: {shown}");
    }
}

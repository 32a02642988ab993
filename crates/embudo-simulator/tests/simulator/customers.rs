//! The sample customers: they come, they answer, they differ.

use super::*;
use embudo_domain::{Delivery, FileState, MediaKind};
use embudo_simulator::script;
use std::collections::{BTreeMap, HashSet};

#[tokio::test]
async fn the_first_writes_within_seconds_and_within_ten_minutes_all_have_written() {
    let mut shop = Shop::with(|options| options.cast = Cast::Everyone).await;
    assert!(shop.poll().await.is_empty(), "an empty inbox to begin with");
    let first = shop.pass(5).await;
    assert!(!messages(&first).is_empty(), "life within five seconds");
    let within_a_minute = shop.pass(55).await;
    let early: HashSet<String> =
        messages(&within_a_minute).into_iter().chain(messages(&first)).map(|message| message.external_id).collect();
    assert!((2..=6).contains(&early.len()), "some of it within a minute, no flood: {early:?}");
    shop.pass(540).await;
    let all: HashSet<String> = messages(&shop.seen).into_iter().map(|message| message.external_id).collect();
    assert_eq!(all.len(), script::all().unwrap().len(), "everyone has come");
}

#[tokio::test]
async fn with_history_the_first_poll_shows_a_living_inbox() {
    let mut shop = Shop::with(|options| {
        options.cast = Cast::Everyone;
        options.seed_history = true;
    })
    .await;
    let batch = shop.poll().await;
    let (past, now): (Vec<_>, Vec<_>) = messages(&batch).into_iter().partition(|message| message.history);
    assert!(
        past.len() >= 15 && past.iter().any(|message| message.from_us),
        "conversations from before, both sides: {}",
        past.len()
    );
    assert!(past.iter().all(|message| message.at_s < START_MS / 1_000), "in the past");
    let unread: HashSet<&str> = now.iter().map(|message| message.external_id.as_str()).collect();
    assert!((2..=5).contains(&unread.len()), "a few wait unread: {unread:?}");
    let times: Vec<i64> = messages(&batch).iter().map(|message| message.at_s).collect();
    assert!(times.is_sorted(), "oldest first");
}

#[tokio::test]
async fn a_customer_answers_what_the_seller_says_in_whatever_language() {
    for (price, language) in [
        ("El precio es $4,500", "Spanish"),
        ("O PREÇO é 900 reais", "Portuguese"),
        ("the price is 300 dollars", "English"),
    ] {
        let mut shop = Shop::with_customers(&["lupita-hernandez"], false).await;
        shop.poll().await;
        shop.pass(20).await;
        shop.send("lupita-hernandez", price).await.unwrap();
        let answers = shop.pass(30).await;
        assert!(
            texts(&answers).iter().any(|text| text.contains("presupuesto")),
            "{language}: she speaks of her budget when she hears a price, not {:?}",
            texts(&answers)
        );
        let quote = messages(&answers).iter().find_map(|message| message.reply_to_provider_id.clone());
        assert_eq!(quote.as_deref(), Some("out-1"), "{language}: and quotes our message");
    }
}

#[tokio::test]
async fn something_that_matches_nothing_still_gets_an_answer() {
    for script in script::all().unwrap() {
        if script.trouble.is_some() {
            continue;
        }
        let mut shop = Shop::with_customers(&[&script.id], false).await;
        shop.poll().await;
        shop.clock.advance(script.opens_after_ms);
        shop.pass(30).await;
        for _ in 0..4 {
            shop.send(&script.id, "xyzzy").await.unwrap();
            let answers = shop.pass(60).await;
            let said = answers.iter().any(|update| matches!(update, Update::Message(_) | Update::Reacted { .. }));
            assert!(said, "{} has something to say to anything", script.id);
        }
    }
}

#[tokio::test]
async fn after_their_last_word_they_are_silent() {
    let mut shop = Shop::with_customers(&["lupita-hernandez"], false).await;
    shop.poll().await;
    shop.pass(20).await;
    shop.send("lupita-hernandez", "¡Muchas gracias!").await.unwrap();
    let last = shop.pass(40).await;
    assert!(texts(&last).iter().any(|text| text.contains("muy amable")), "a goodbye: {:?}", texts(&last));
    shop.send("lupita-hernandez", "¿Le interesa el sofá, precio especial?").await.unwrap();
    let after = shop.pass(120).await;
    assert!(messages(&after).is_empty(), "nothing after it: {:?}", texts(&after));
    assert!(
        after.iter().any(|update| matches!(update, Update::Status { status: Delivery::Read, .. })),
        "though she reads it"
    );
}

#[tokio::test]
async fn an_unanswered_customer_asks_again_and_an_answered_one_does_not() {
    let mut shop = Shop::with_customers(&["lupita-hernandez"], false).await;
    shop.poll().await;
    let waited = shop.pass(300).await;
    assert!(texts(&waited).iter().any(|text| text.contains("¿Sigue ahí?")), "five minutes without a word");
    let mut shop = Shop::with_customers(&["lupita-hernandez"], false).await;
    shop.poll().await;
    shop.pass(20).await;
    shop.send("lupita-hernandez", "Sí, lo tenemos").await.unwrap();
    let answered = shop.pass(300).await;
    assert!(!texts(&answered).iter().any(|text| text.contains("¿Sigue ahí?")), "she has her answer");
}

#[tokio::test]
async fn receipts_come_in_order_and_before_the_answer() {
    let mut shop = Shop::with_customers(&["emily-carter"], false).await;
    shop.poll().await;
    shop.pass(80).await;
    let id = shop.send("emily-carter", "Yes, it is available").await.unwrap();
    let updates = shop.pass(40).await;
    let steps: Vec<String> = updates
        .iter()
        .filter_map(|update| match update {
            Update::Status { provider_id, status, .. } if provider_id.as_deref() == Some(&id) => {
                Some(format!("{status:?}"))
            }
            Update::Message(_) => Some("answer".to_owned()),
            _ => None,
        })
        .collect();
    assert_eq!(steps, ["Delivered", "Read", "answer"], "as it goes in life");
}

#[tokio::test]
async fn each_file_that_customers_send_can_be_fetched_at_its_announced_size() {
    let mut shop = Shop::with(|options| {
        options.cast = Cast::Everyone;
        options.seed_history = true;
    })
    .await;
    shop.poll().await;
    shop.pass(600).await;
    // What makes the others send theirs.
    let everything = "precio envío pago talla foto color ubicación";
    for script in script::all().unwrap() {
        for _ in 0..4 {
            // Some refuse and some are never sure: not what this is about.
            let _ = shop.send(&script.id, everything).await;
            shop.pass(60).await;
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let mut kinds = BTreeMap::new();
    for message in messages(&shop.seen) {
        let Body::Media { media, file, .. } = &message.body else { continue };
        let FileState::Waiting { remote } = &file.file else { panic!("a file at the provider waits there") };
        let into = folder.path().join(&message.provider_id);
        let size = shop.channel.fetch(remote, &into, 20_000_000).await.unwrap();
        assert_eq!(size, file.size_bytes, "{remote} as announced");
        let start = std::fs::read(&into).unwrap();
        let magic: &[u8] = match media {
            MediaKind::Image => b"\xff\xd8\xff",
            MediaKind::Voice => b"OggS",
            MediaKind::Document => b"%PDF-",
            other => panic!("nobody sends {other:?}"),
        };
        assert!(start.starts_with(magic), "{remote} is what it says");
        *kinds.entry(format!("{media:?}")).or_insert(0) += 1;
    }
    assert_eq!(
        kinds.keys().map(String::as_str).collect::<Vec<_>>(),
        ["Document", "Image", "Voice"],
        "each kind came by: {kinds:?}"
    );
    let error = shop.channel.fetch("scene:sofa", &folder.path().join("x"), 10).await.unwrap_err();
    assert_eq!(code(&error), "FILE_TOO_BIG", "the caller's limit is kept");
    let error = shop.channel.fetch("file:none", &folder.path().join("x"), 10).await.unwrap_err();
    assert_eq!(code(&error), "FILE_GONE", "and a wrong id is told");
}

#[tokio::test]
async fn the_ones_who_fail_fail_in_their_own_way() {
    let mut shop =
        Shop::with_customers(&["sofia-maldonado", "hector-villanueva", "beatriz-nunes", "tom-whitfield"], false).await;
    shop.poll().await;
    shop.pass(400).await;

    shop.send("sofia-maldonado", "Gracias por avisar").await.expect("the first one still arrives");
    let error = shop.send("sofia-maldonado", "¿Segura?").await.unwrap_err();
    assert_eq!(code(&error), "BLOCKED_BY_CUSTOMER", "then she has blocked the shop");

    let error = shop.send("hector-villanueva", "Buenas tardes").await.unwrap_err();
    assert_eq!(error, ChannelError::SlowDown { retry_after_ms: 6_000 }, "the line is busy at first");
    shop.send("hector-villanueva", "Buenas tardes").await.expect("and free a moment later");

    let message_id = key();
    let error = shop.send_as(message_id, "beatriz-nunes", "Oi!").await.unwrap_err();
    assert!(matches!(error, ChannelError::Uncertain(_)), "nobody says whether it arrived: {error:?}");
    assert_eq!(shop.provider.times_received(message_id).await.unwrap(), 1, "it did");
    let error = shop.channel.look_up(message_id).await.unwrap_err();
    assert_eq!(code(&error), "CANNOT_TELL", "and a look-up does not help");
    let updates = shop.pass(120).await;
    assert!(
        !updates.iter().any(|update| matches!(update, Update::Status { provider_id: Some(id), .. } if id == "out-3")),
        "no receipt either"
    );

    shop.send("tom-whitfield", "Yes we do").await.unwrap();
    let soon = shop.pass(15).await;
    assert!(!soon.iter().any(|update| matches!(update, Update::Status { .. })), "his phone is mostly off");
    let later = shop.pass(60).await;
    let got: Vec<&Update> = later.iter().filter(|update| matches!(update, Update::Status { .. })).collect();
    assert_eq!(got.len(), 2, "delivered and read come late");
}

#[tokio::test]
async fn the_same_seed_tells_the_same_story_and_another_seed_another_pace() {
    async fn story(seed: u64) -> Vec<Update> {
        let mut shop = Shop::with(|options| {
            options.seed = seed;
            options.cast = Cast::Everyone;
            options.seed_history = true;
        })
        .await;
        shop.poll().await;
        for minute in 0..8 {
            shop.pass(60).await;
            let _ = shop.send("lupita-hernandez", ["hola", "precio $10", "envío", "gracias"][minute % 4]).await;
            let _ = shop.send("grace-okafor", ["yes", "price", "delivery", "xyz"][minute % 4]).await;
        }
        shop.seen
    }
    let (one, again, other) = (story(5).await, story(5).await, story(6).await);
    assert!(one.len() > 80, "a story of some length: {}", one.len());
    assert_eq!(one, again, "same seed, same requests: same updates, to the letter");
    assert_ne!(one, other, "another seed paces itself differently");
}

//! What is booked stays booked.

use super::*;
use embudo_simulator::Inject;

#[tokio::test]
async fn the_ledger_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let clock = Arc::new(ManualClock::new(START_MS));
    let ids = vec!["lupita-hernandez".to_owned()];
    let with_lupita = || Options { cast: Cast::Only(ids.clone()), ..options(3, &clock) };

    let mut shop = Shop::on(Provider::open(&path, with_lupita()).await.unwrap(), clock.clone());
    shop.poll().await;
    shop.pass(20).await;
    let message_id = key();
    shop.send_as(message_id, "lupita-hernandez", "Sí, precio $100").await.unwrap();
    let cursor = shop.cursor.clone();
    let deliveries = shop.provider.deliveries().await.unwrap();
    let promised = shop.provider.sent_to_us().await.unwrap();
    drop(shop);

    let mut shop = Shop::on(Provider::open(&path, with_lupita()).await.unwrap(), clock);
    shop.cursor = cursor;
    assert_eq!(shop.provider.deliveries().await.unwrap(), deliveries, "what she received");
    assert_eq!(shop.provider.sent_to_us().await.unwrap(), promised, "what she was about to say");
    let after = shop.pass(40).await;
    assert!(
        texts(&after).iter().any(|text| text.contains("presupuesto")),
        "she goes on where she was: {:?}",
        texts(&after)
    );
    assert!(!texts(&after).iter().any(|text| text.contains("buenas tardes")), "and does not begin again");
    assert_eq!(shop.provider.times_received(message_id).await.unwrap(), 1, "once, whatever was restarted");
}

/// A first poll that is given up while it commits has begun in the ledger, and does not know it: as one who opened the
/// ledger before another began.
#[tokio::test]
async fn what_has_begun_in_the_ledger_does_not_begin_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let clock = Arc::new(ManualClock::new(START_MS));
    let ids = vec!["lupita-hernandez".to_owned()];
    let with_lupita = || Options { cast: Cast::Only(ids.clone()), seed_history: true, ..options(3, &clock) };
    let mut first = Shop::on(Provider::open(&path, with_lupita()).await.unwrap(), clock.clone());
    let mut second = Shop::on(Provider::open(&path, with_lupita()).await.unwrap(), clock.clone());
    first.poll().await;
    second.poll().await;
    clock.advance(20_000);
    second.poll().await;
    let said = texts(&second.seen);
    let once: std::collections::BTreeSet<&String> = said.iter().collect();
    assert!(!said.is_empty() && said.len() == once.len(), "{said:?}");
}

#[tokio::test]
async fn a_ledger_with_a_key_is_unreadable_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let clock = Arc::new(ManualClock::new(START_MS));
    let sealed = |key| Options { key, ..options(1, &clock) };
    let provider = Provider::open(&path, sealed(Some([7; 32]))).await.unwrap();
    provider.inject(vec![Inject::text("ana", "un canario amarillo")]).await.unwrap();
    drop(provider);
    assert!(Provider::open(&path, sealed(Some([8; 32]))).await.is_err(), "another key does not open it");
    assert!(Provider::open(&path, sealed(None)).await.is_err(), "nor does none");
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"canario"), "no word of it lies on the disk");
    }
    let provider = Provider::open(&path, sealed(Some([7; 32]))).await.unwrap();
    assert_eq!(provider.sent_to_us().await.unwrap().len(), 1, "its own key does");
    drop(provider);
}

#[tokio::test]
async fn the_same_cursor_gives_the_same_updates() {
    let mut shop = Shop::empty().await;
    shop.provider.inject(vec![Inject::text("ana", "uno"), Inject::text("ana", "dos")]).await.unwrap();
    let first = shop.poll().await;
    assert_eq!(texts(&first), ["uno", "dos"], "in order");
    shop.cursor = None;
    assert_eq!(shop.poll().await, first, "a crash before the commit costs nothing");
    assert!(shop.poll().await.is_empty(), "and a confirmed update does not come back");
}

#[tokio::test]
async fn a_burst_comes_complete_and_in_order() {
    let mut shop = Shop::with(|options| options.rules.batch_limit = 500).await;
    let burst = (0..3_000).map(|n| Inject::text(&format!("p{}", n % 50), &n.to_string())).collect();
    shop.provider.inject(burst).await.unwrap();
    while !shop.poll().await.is_empty() {}
    let numbers: Vec<usize> = texts(&shop.seen).iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(numbers, (0..3_000).collect::<Vec<_>>(), "none lost, none twice, none out of place");
}

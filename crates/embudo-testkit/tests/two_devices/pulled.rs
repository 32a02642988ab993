//! Many first messages in one pull, as after a night without a network.

use super::*;
use embudo_store::CardOrder;

async fn board(seat: &Seat, order: CardOrder) -> Vec<String> {
    let cards = seat.store.stage_cards(seeded::INTAKE, order, 0, 10).await.unwrap();
    cards.into_iter().map(|card| card.name).collect()
}

#[tokio::test]
async fn five_customers_of_one_pull_stand_as_they_wrote_on_both_boards() {
    let mut shop = Shop::open().await;
    shop.now_ms += 8 * HOUR_MS;
    let wrote = |who: &str, minutes_ago: i64| message(who, who, (shop.now_ms - minutes_ago * MINUTE_MS) / 1_000);
    let messages = [("bruno", 30), ("edu", 1), ("alba", 50), ("duda", 1), ("caio", 20)];
    let messages = messages.map(|(who, minutes_ago)| wrote(who, minutes_ago)).to_vec();
    shop.pulls(messages).await;
    shop.meet().await;
    for seat in [&shop.ana, &shop.bia] {
        for order in [CardOrder::Lifted, CardOrder::Manual] {
            let shown = board(seat, order).await;
            assert_eq!(
                shown,
                ["duda", "edu", "caio", "bruno", "alba", "maria"],
                "the newest on top, of one moment who came later, and below who wrote this noon ({order:?})"
            );
        }
    }
    let again = message("alba", "alba again", shop.now_ms / 1_000);
    shop.pulls(vec![again]).await;
    shop.meet().await;
    for seat in [&shop.ana, &shop.bia] {
        assert_eq!(board(seat, CardOrder::Lifted).await[0], "alba", "a reply lifts (FUN-08)");
    }
}

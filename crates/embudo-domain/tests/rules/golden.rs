//! Golden scenarios of product.md 5 that the rules alone can play.

use crate::shop::*;
use embudo_domain::rules::{WindowState, window_state};
use embudo_domain::*;

#[test]
fn golden_6_a_webhook_replayed_ten_times_and_shuffled_is_one_bubble_in_order() {
    let mut shop = Shop::open();
    let messages: Vec<InboundMessage> =
        (0..5).map(|n| from("maria", &format!("m{n}"), &format!("p{n}"), NOON_S + n)).collect();
    shop.pass(60_000);
    for round in 0..10 {
        for n in 0..5 {
            let act = shop.inbound(messages[(n * 3 + round) % 5].clone());
            shop.hub(act);
        }
    }
    let texts: Vec<String> = shop.thread("maria").into_iter().filter(|line| !line.starts_with('[')).collect();
    assert_eq!(texts, ["m0", "m1", "m2", "m3", "m4"], "one bubble each, in order");
    assert_eq!(shop.chat("maria").unread(), 5, "each counted once");
}

#[test]
fn golden_9_the_window_closes_by_the_provider_s_time_whatever_the_local_clock_says() {
    let second = 1000;
    // The hub's time is the provider's; a local clock shows in nothing but the click.
    for local_offset_ms in [0, 3 * HOUR_MS, -3 * HOUR_MS] {
        let mut shop = Shop::with_window(Some(DAY_MS));
        shop.writes("maria", "hi");
        let written_ms = shop.now_ms;
        let send = |shop: &mut Shop, at_ms: i64| {
            shop.now_ms = at_ms;
            let Act::SendMessage { message_id, conversation_id, body, .. } = shop.sending("maria", "x", SendWhen::Now)
            else {
                unreachable!()
            };
            let clicked_at_ms = at_ms + local_offset_ms;
            shop.try_act(Act::SendMessage {
                message_id,
                conversation_id,
                body,
                reply_to: None,
                clicked_at_ms,
                send_whenever: false,
                when: SendWhen::Now,
            })
        };
        assert!(
            send(&mut shop, written_ms + DAY_MS - second).is_ok(),
            "T+23:59:59 goes, local clock {local_offset_ms} ms off"
        );
        assert!(send(&mut shop, written_ms + DAY_MS).is_ok(), "T+24:00:00 still goes");
        let refusal = send(&mut shop, written_ms + DAY_MS + second);
        assert_eq!(refusal, Err(Refusal::WindowClosed { closed_at_ms: written_ms + DAY_MS }), "T+24:00:01 is refused");
    }
}

#[test]
fn the_window_is_derived_from_the_newest_inbound() {
    let mut shop = Shop::with_window(Some(DAY_MS));
    let identity_first = shop.writes("maria", "hi");
    let line = shop.world.line(shop.line).unwrap().clone();
    let state = |shop: &Shop| window_state(&line, shop.chat("maria"), shop.now_ms);
    let closes_at_ms = shop.now_ms + DAY_MS;
    assert_eq!(state(&shop), WindowState::Open { closes_at_ms }, "opened by {identity_first}");
    shop.pass(DAY_MS + 1);
    assert_eq!(
        state(&shop),
        WindowState::Closed { closed_at_ms: closes_at_ms },
        "closed by time alone: nothing is stored (I10)"
    );
    shop.now_ms = NOON_S * 1000 + 2 * DAY_MS;
    shop.writes("maria", "me again");
    assert_eq!(state(&shop), WindowState::Open { closes_at_ms: shop.now_ms + DAY_MS }, "their word opens it again");
    let silent = Conversation { last_inbound_s: None, ..shop.chat("maria").clone() };
    assert_eq!(window_state(&line, &silent, shop.now_ms), WindowState::NeverOpened, "before their first word");
    let free = Line { window_ms: None, ..line.clone() };
    assert_eq!(window_state(&free, &silent, shop.now_ms), WindowState::Unlimited, "a channel without a window");
}

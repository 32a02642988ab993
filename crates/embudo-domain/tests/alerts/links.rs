//! What a link may name.

use crate::desk::{chat_id, message_id};
use embudo_domain::alerts::Opens;
use proptest::prelude::*;

#[test]
fn a_link_leads_where_it_was_made() {
    let conversation_id = chat_id(7);
    for opens in [
        Opens::Chat { conversation_id, message_id: None },
        Opens::Chat { conversation_id, message_id: Some(message_id(9)) },
        Opens::Unread,
        Opens::Closing,
        Opens::Failed,
        Opens::Review,
        Opens::Lines,
        Opens::Alerts,
    ] {
        let link = opens.link();
        assert!(link.starts_with("embudo://"), "{link}");
        assert_eq!(Opens::from_link(&link), Some(opens));
        assert_eq!(Opens::from_link(&format!("{link}/\n")), Some(opens), "as a browser hands it on");
    }
    assert_eq!(Opens::from_link("EMBUDO://"), Some(Opens::Unread));
}

#[test]
fn what_is_more_than_a_place_is_no_link() {
    let chat = chat_id(7);
    for link in [
        "",
        "embudo",
        "embudo:",
        "embudo:chat",
        "https://chat/1",
        "embudo://send",
        &format!("embudo://chat/{chat}?text=hola"),
        &format!("embudo://chat/{chat}#send"),
        &format!("embudo://chat/{chat}/{chat}/send"),
        &format!("embudo://chat/{{{chat}}}"),
        &format!("embudo://chat/{}", chat.0.simple()),
        "embudo://chat/../lines",
        "embudo://user@lines",
        "embudo://lines/all",
        &format!("embudo://{}", "x".repeat(10_000)),
    ] {
        assert_eq!(Opens::from_link(link), None, "{link}");
    }
}

proptest! {
    #[test]
    fn whatever_is_written_a_link_is_read_or_refused(link in "(embudo://)?.{0,300}") {
        if let Some(opens) = Opens::from_link(&link) {
            prop_assert_eq!(Opens::from_link(&opens.link()), Some(opens));
        }
    }
}

//! `embudo://` links: addresses of places in the app. A link is written by anybody, so it can
//! name a place and nothing else: no text, no act, no parameter.

use super::banner::Opens;
use crate::ids::*;
use uuid::Uuid;

const SCHEME: &str = "embudo:";
/// The longest that is one has 90.
const MAX_BYTES: usize = 200;

impl Opens {
    /// `None`: it leads nowhere that this version knows. The bare `embudo://` is the list.
    ///
    /// `chat/ID`, `chat/ID/MESSAGE`, `unread`, `closing`, `failed`, `follow-ups`, `follow-ups/asking`, `review`, `lines`, `alerts`; a slash at the end is
    /// what browsers put there.
    pub fn from_link(link: &str) -> Option<Opens> {
        let link = link.trim();
        let (scheme, rest) = link.split_at_checked(SCHEME.len()).filter(|_| link.len() <= MAX_BYTES)?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return None;
        }
        let path = rest.strip_prefix("//")?.trim_end_matches('/');
        let mut parts = path.split('/');
        let opens = match (parts.next()?, parts.next(), parts.next()) {
            ("", None, None) | ("unread", None, None) => Opens::Unread,
            ("closing", None, None) => Opens::Closing,
            ("failed", None, None) => Opens::Failed,
            ("follow-ups", None, None) => Opens::FollowUps,
            ("follow-ups", Some("asking"), None) => Opens::FollowUpsAsking,
            ("review", None, None) => Opens::Review,
            ("lines", None, None) => Opens::Lines,
            ("alerts", None, None) => Opens::Alerts,
            ("chat", Some(chat), None) => Opens::Chat { conversation_id: ConversationId(id(chat)?), message_id: None },
            ("chat", Some(chat), Some(message)) => {
                Opens::Chat { conversation_id: ConversationId(id(chat)?), message_id: Some(MessageId(id(message)?)) }
            }
            _ => return None,
        };
        parts.next().is_none().then_some(opens)
    }

    pub fn link(self) -> String {
        let path = match self {
            Opens::Chat { conversation_id, message_id: None } => format!("chat/{conversation_id}"),
            Opens::Chat { conversation_id, message_id: Some(id) } => format!("chat/{conversation_id}/{id}"),
            Opens::Unread => "unread".to_owned(),
            Opens::Closing => "closing".to_owned(),
            Opens::Failed => "failed".to_owned(),
            Opens::FollowUps => "follow-ups".to_owned(),
            Opens::FollowUpsAsking => "follow-ups/asking".to_owned(),
            Opens::Review => "review".to_owned(),
            Opens::Lines => "lines".to_owned(),
            Opens::Alerts => "alerts".to_owned(),
        };
        format!("{SCHEME}//{path}")
    }
}

/// As we write it, and no other way that a uuid can be written.
fn id(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (text.len() == 36).then_some(id)
}

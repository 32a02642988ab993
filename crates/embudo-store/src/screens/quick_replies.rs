//! Quick replies, found by any of their words while typing "/".

use crate::{Result, Store, fold};
use embudo_domain::*;

impl Store {
    /// Best first; with an empty query all of them by shortcut.
    pub async fn quick_replies(&self, query: &str, limit: u32) -> Result<Vec<QuickReply>> {
        let mut conn = self.read().await?;
        let all = super::lines::all(&mut conn, Entity::QuickReply, "order by shortcut_key, id", |row| match row {
            Row::QuickReply(reply) => Some(reply),
            _ => None,
        });
        let mut all = all.await?;
        let query = fold(query.trim().trim_start_matches('/'));
        if !query.is_empty() {
            let mut ranked: Vec<(u32, QuickReply)> =
                all.into_iter().filter_map(|reply| rank(&query, &reply).map(|rank| (rank, reply))).collect();
            // Stable: equal ones stay in the order of their shortcuts.
            ranked.sort_by_key(|(rank, _)| *rank);
            all = ranked.into_iter().map(|(_, reply)| reply).collect();
        }
        all.truncate(limit as usize);
        Ok(all)
    }

    pub async fn quick_reply(&self, id: QuickReplyId) -> Result<Option<QuickReply>> {
        Ok(match self.row(RowKey { entity: Entity::QuickReply, id: id.0 }).await? {
            Some(Row::QuickReply(reply)) => Some(reply),
            _ => None,
        })
    }
}

/// Lower is better; none: it does not match. `query` is folded and not empty.
fn rank(query: &str, reply: &QuickReply) -> Option<u32> {
    let (shortcut, title) = (fold(&reply.shortcut), fold(&reply.title));
    if shortcut == query {
        return Some(0);
    }
    if shortcut.starts_with(query) {
        return Some(1);
    }
    if title.split_whitespace().any(|word| word.starts_with(query)) || title.starts_with(query) {
        return Some(2);
    }
    if shortcut.contains(query) || title.contains(query) {
        return Some(3);
    }
    let body = fold(&reply.body);
    let everywhere = |word: &str| shortcut.contains(word) || title.contains(word) || body.contains(word);
    if query.split_whitespace().all(everywhere) {
        return Some(4);
    }
    // Letters in their order, as a hurried hand types them: "grc" finds "gracias".
    if is_scattered_in(query, &shortcut) || is_scattered_in(query, &title) {
        return Some(5);
    }
    None
}

fn is_scattered_in(letters: &str, text: &str) -> bool {
    let mut rest = text.chars();
    letters.chars().filter(|letter| !letter.is_whitespace()).all(|letter| rest.any(|other| other == letter))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use uuid::Uuid;

    fn reply(shortcut: &str, title: &str, body: &str) -> QuickReply {
        QuickReply {
            id: QuickReplyId(Uuid::nil()),
            shortcut: shortcut.into(),
            title: title.into(),
            body: body.into(),
            attachments: Vec::new(),
            updated_at_ms: 0,
        }
    }

    #[test]
    fn a_shortcut_beats_a_title_and_a_title_beats_the_body() {
        let shortcut = rank("pix", &reply("pix", "x", "y")).unwrap();
        let title = rank("pix", &reply("a", "Pix key", "y")).unwrap();
        let body = rank("pix", &reply("a", "b", "our pix is")).unwrap();
        assert!(shortcut < title && title < body, "{shortcut} < {title} < {body}");
    }

    #[test]
    fn accents_and_missing_letters_do_not_hide_a_reply() {
        assert!(rank("horario", &reply("h", "Horário de atendimento", "")).is_some(), "accents do not count");
        assert!(rank("grc", &reply("gracias", "x", "")).is_some(), "letters in their order are enough");
        assert!(rank("zz", &reply("gracias", "x", "hola")).is_none(), "nothing in common finds nothing");
    }
}

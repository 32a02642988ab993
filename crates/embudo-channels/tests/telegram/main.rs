//! The Telegram adapter against a strict stand-in, against an independent one, and against
//! updates that other people published.
// Printing is how a skipped test says why.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod emulator;
mod failures;
mod files;
mod published;
mod receiving;
mod sending;

// The file and not the crate: the testkit links the whole app, and an adapter's tests need
// neither that nor its build time.
#[allow(dead_code)]
#[path = "../../../embudo-testkit/src/telegram_fake.rs"]
mod telegram_fake;

use embudo_channels::telegram::{BotToken, TelegramChannel, TelegramConfig};
use embudo_channels::{Batch, Channel, Outgoing, Update};
use embudo_domain::{Body, InboundMessage, MessageId};
use std::time::Duration;
use telegram_fake::TelegramFake;

/// Somebody who writes to the bot.
const ANA: i64 = 501;

pub fn channel_at(base_url: &str) -> TelegramChannel {
    let mut config = TelegramConfig::new(BotToken::parse(telegram_fake::TOKEN).unwrap());
    config.base_url = Some(base_url.to_owned());
    config.min_poll = Duration::from_millis(150);
    TelegramChannel::new(config).unwrap()
}

pub fn channel(fake: &TelegramFake) -> TelegramChannel {
    channel_at(&fake.base_url())
}

pub fn text(words: &str) -> Body {
    Body::Text { text: words.to_owned() }
}

pub fn outgoing<'a>(chat: &'a str, body: &'a Body) -> Outgoing<'a> {
    Outgoing {
        message_id: MessageId(uuid::Uuid::nil()),
        external_id: chat,
        body,
        file: None,
        reply_to_provider_id: None,
    }
}

pub fn messages(batch: &Batch) -> Vec<&InboundMessage> {
    let updates = batch.updates.iter();
    updates
        .filter_map(|update| match update {
            Update::Message(message) => Some(message.as_ref()),
            _ => None,
        })
        .collect()
}

pub fn texts(batch: &Batch) -> Vec<String> {
    messages(batch).into_iter().filter_map(|message| message.body.searchable()).collect()
}

#[tokio::test]
async fn check_names_the_bot() {
    let fake = TelegramFake::start().await.unwrap();
    let account = channel(&fake).check().await.unwrap();
    assert_eq!(account.external_id, "@fake_shop_bot", "the name that customers search for");
    assert_eq!(account.display_name, "Fake Shop", "the name that customers see");
}

//! Makes the channel of a line: with its token out of the secret store, or with the simulated
//! provider that runs inside the app. Counts who was contacted and why (SEC-03).

use async_trait::async_trait;
use embudo_channels::simulator::{HttpSimulatorClient, SimulatorChannel, SimulatorClient};
use embudo_channels::telegram::{BotToken, OFFICIAL_BASE_URL, TelegramChannel, TelegramConfig};
use embudo_channels::{Abilities, Account, Batch, Channel, ChannelError, Outgoing, Sent};
use embudo_domain::{Line, LineId, LineType, MessageId, rules};
use embudo_hub::{ChannelFactory, FactoryError};
use embudo_platform::{SecretError, Secrets};
use embudo_simulator::{Options, Provider, SimulatorError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Name of a line's token in the secret store.
pub fn token_name(line_id: LineId) -> String {
    format!("line/{line_id}/token")
}

/// Where and how the sample customers live.
#[derive(Clone)]
pub struct SampleCustomers {
    pub ledger: PathBuf,
    pub options: Options,
}

pub struct Channels {
    secrets: Secrets,
    sample: SampleCustomers,
    provider: OnceCell<Arc<Provider>>,
    contacts: Arc<Contacts>,
}

/// (host, reason) → times.
#[derive(Debug, Default)]
pub struct Contacts(Mutex<BTreeMap<(String, String), u64>>);

impl Contacts {
    fn note(&self, host: &str, why: &str) {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *times.entry((host.to_owned(), why.to_owned())).or_default() += 1;
    }

    pub fn list(&self) -> Vec<(String, String, u64)> {
        let times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        times.iter().map(|((host, why), times)| (host.clone(), why.clone(), *times)).collect()
    }
}

impl Channels {
    pub fn new(secrets: Secrets, sample: SampleCustomers) -> Self {
        Self { secrets, sample, provider: OnceCell::new(), contacts: Arc::default() }
    }

    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub fn contacts(&self) -> &Contacts {
        &self.contacts
    }

    /// The simulated provider of this workspace, started at its first use.
    pub async fn provider(&self) -> Result<Arc<Provider>, SimulatorError> {
        let open = || Provider::open(&self.sample.ledger, self.sample.options.clone());
        self.provider.get_or_try_init(open).await.cloned()
    }

    /// The sample customers of this workspace forget everything, if there are any.
    pub async fn forget_samples(&self) -> Result<(), SimulatorError> {
        if self.sample.ledger.exists() { self.provider().await?.forget().await } else { Ok(()) }
    }

    /// A Telegram channel before there is a line for it.
    pub fn telegram(
        &self,
        token: BotToken,
        base_url: Option<String>,
        why: &str,
    ) -> Result<Arc<dyn Channel>, embudo_channels::telegram::TelegramConfigError> {
        let host = host_of(base_url.as_deref().unwrap_or(OFFICIAL_BASE_URL));
        Ok(self.counted(Arc::new(bot(token, base_url)?), host, why))
    }

    /// The bot itself, for what only Telegram has; counted as one contact.
    pub fn bot(
        &self,
        token: BotToken,
        base_url: Option<String>,
        why: &str,
    ) -> Result<TelegramChannel, embudo_channels::telegram::TelegramConfigError> {
        self.contacts.note(&host_of(base_url.as_deref().unwrap_or(OFFICIAL_BASE_URL)), why);
        bot(token, base_url)
    }

    /// The simulator, before there is a line for it: inside the app, or at an address.
    pub async fn simulator(&self, base_url: Option<&str>, why: &str) -> Result<Arc<dyn Channel>, ChannelError> {
        match base_url {
            Some(url) => {
                let client: Arc<dyn SimulatorClient> = Arc::new(HttpSimulatorClient::new(url)?);
                Ok(self.counted(Arc::new(SimulatorChannel::new(client)), host_of(url), why))
            }
            None => {
                let provider = self.provider().await.map_err(|error| ChannelError::NotReached(error.to_string()))?;
                let client: Arc<dyn SimulatorClient> = provider;
                Ok(Arc::new(SimulatorChannel::new(client)))
            }
        }
    }

    fn counted(&self, inner: Arc<dyn Channel>, host: String, why: &str) -> Arc<dyn Channel> {
        Arc::new(Counted { inner, host, why: why.to_owned(), contacts: self.contacts.clone() })
    }

    async fn telegram_of(&self, line: &Line) -> Result<Arc<dyn Channel>, FactoryError> {
        let needs_auth = |code: &str| FactoryError::NeedsAuth { code: code.to_owned() };
        let secret = self.secrets.get(&token_name(line.id)).await.map_err(|error| match error {
            SecretError::Locked => FactoryError::NotNow { code: "KEYRING_LOCKED".to_owned() },
            SecretError::NoKeyring(_) => needs_auth("KEYRING_MISSING"),
            SecretError::Denied => needs_auth("KEYRING_DENIED"),
            error => {
                tracing::error!(%error, line = %line.id, "the token of a line could not be read");
                FactoryError::NotNow { code: "KEYRING_FAILED".to_owned() }
            }
        })?;
        let token = secret.as_ref().and_then(|secret| secret.as_str()).ok_or_else(|| needs_auth("UNAUTHORIZED"))?;
        let token = BotToken::parse(token).map_err(|_| needs_auth("UNAUTHORIZED"))?;
        self.telegram(token, line.base_url.clone(), &line.display_name).map_err(|error| needs_auth(error.code()))
    }
}

#[async_trait]
impl ChannelFactory for Channels {
    async fn open(&self, line: &Line) -> Result<Arc<dyn Channel>, FactoryError> {
        match line.line_type {
            LineType::TelegramBot => self.telegram_of(line).await,
            // The rules keep it off; there is nothing to open.
            LineType::WhatsappExport => Err(FactoryError::NeedsAuth { code: rules::HISTORY.to_owned() }),
            LineType::Simulator => {
                let not_now = |error: ChannelError| {
                    tracing::warn!(%error, line = %line.id, "the simulator does not answer");
                    FactoryError::NotNow { code: "NETWORK".to_owned() }
                };
                let channel = self.simulator(line.base_url.as_deref(), &line.display_name).await.map_err(not_now)?;
                // What it can do is its provider's to say: it plays channels of every kind.
                channel.check().await.map_err(not_now)?;
                Ok(channel)
            }
        }
    }
}

fn bot(
    token: BotToken,
    base_url: Option<String>,
) -> Result<TelegramChannel, embudo_channels::telegram::TelegramConfigError> {
    TelegramChannel::new(TelegramConfig { base_url, ..TelegramConfig::new(token) })
}

fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned()
}

/// Counts the calls of a channel.
struct Counted {
    inner: Arc<dyn Channel>,
    host: String,
    why: String,
    contacts: Arc<Contacts>,
}

impl Counted {
    fn note(&self) -> &dyn Channel {
        self.contacts.note(&self.host, &self.why);
        &*self.inner
    }
}

#[async_trait]
impl Channel for Counted {
    fn abilities(&self) -> Abilities {
        self.inner.abilities()
    }
    async fn check(&self) -> Result<Account, ChannelError> {
        self.note().check().await
    }
    async fn poll(&self, cursor: Option<&str>, wait_s: u32) -> Result<Batch, ChannelError> {
        self.note().poll(cursor, wait_s).await
    }
    async fn send(&self, message: Outgoing<'_>) -> Result<Sent, ChannelError> {
        self.note().send(message).await
    }
    async fn edit(&self, external_id: &str, provider_id: &str, text: &str) -> Result<(), ChannelError> {
        self.note().edit(external_id, provider_id, text).await
    }
    async fn fetch(&self, remote: &str, into: &Path, max_bytes: u64) -> Result<u64, ChannelError> {
        self.note().fetch(remote, into, max_bytes).await
    }
    async fn photo(&self, external_id: &str, into: &Path, max_bytes: u64) -> Result<bool, ChannelError> {
        self.note().photo(external_id, into, max_bytes).await
    }
    async fn look_up(&self, message_id: MessageId) -> Result<Option<Sent>, ChannelError> {
        self.note().look_up(message_id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_shown_with_its_port_and_nothing_of_the_path() {
        assert_eq!(host_of("https://api.telegram.org"), "api.telegram.org");
        assert_eq!(host_of("http://127.0.0.1:8081/bot123/x?y"), "127.0.0.1:8081", "a path may hold a token");
    }
}

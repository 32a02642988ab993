//! The provider's side of [`Control`], and the same as typed functions.

use super::{AHEAD_MS, FAULTS, Provider, RULES, missing, newcomer};
use crate::Result;
use crate::control::{Control, Inject};
use crate::ledger::{self, Attempt, CustomerView, Delivered, EventKind, Profile, SentToUs};
use crate::rules::{Faults, Rules};
use embudo_channels::Update;
use embudo_domain::{Body, Delivery, FileState, InboundMessage, MessageId, SendError};
use serde_json::{Value, json};
use sqlx::Connection as _;

impl Provider {
    /// One control request, as it comes over HTTP.
    pub async fn control(&self, control: Control) -> Result<Value> {
        Ok(match control {
            Control::Inject { messages } => json!(self.inject(messages).await?),
            Control::Edit { provider_id, text } => {
                self.customer_edits(&provider_id, &text).await?;
                Value::Null
            }
            Control::Delete { provider_id } => {
                self.customer_deletes(&provider_id).await?;
                Value::Null
            }
            Control::React { provider_id, emoji } => {
                self.customer_reacts(&provider_id, &emoji).await?;
                Value::Null
            }
            Control::Report { provider_id, client_key, status, error } => {
                self.report(provider_id, client_key, status, error).await?;
                Value::Null
            }
            Control::Advance { ms } => {
                self.advance(ms).await?;
                Value::Null
            }
            Control::SetRules { rules } => {
                self.set_rules(rules).await?;
                Value::Null
            }
            Control::SetFaults { faults } => {
                self.set_faults(faults).await?;
                Value::Null
            }
            Control::State => {
                json!({ "rules": self.rules().await, "faults": self.faults().await, "now_ms": self.now_ms().await })
            }
            Control::Deliveries => json!(self.deliveries().await?),
            Control::Attempts => json!(self.attempts().await?),
            Control::SentToUs => json!(self.sent_to_us().await?),
            Control::Customers => json!(self.customers().await?),
        })
    }

    /// Customers write, all in one transaction; returns the messages' provider ids.
    pub async fn inject(&self, messages: Vec<Inject>) -> Result<Vec<String>> {
        let mut core = self.core.lock().await;
        let core = &mut *core;
        let now_ms = self.now(&core.state);
        let mut tx = core.conn.begin().await?;
        let mut ids = Vec::with_capacity(messages.len());
        for inject in messages {
            let known = ledger::customer(&mut tx, &inject.external_id).await?;
            let is_new = known.is_none();
            let mut customer = known.unwrap_or_else(|| {
                let profile = Profile { name: inject.external_id.clone(), ..Profile::default() };
                newcomer(&inject.external_id, profile, None)
            });
            let before = customer.profile.clone();
            let profile = &mut customer.profile;
            profile.name = inject.name.unwrap_or_else(|| profile.name.clone());
            profile.username = inject.username.unwrap_or_else(|| profile.username.clone());
            profile.phone = inject.phone_e164.or_else(|| profile.phone.clone());
            profile.language = inject.language.or_else(|| profile.language.clone());
            if is_new || *profile != before {
                ledger::save_customer(&mut tx, &customer).await?;
            }
            let due_ms = now_ms + inject.after_ms;
            let provider_id = format!("in-{}", ledger::next_event_no(&mut tx).await?);
            let mut body = inject.body;
            if let (Body::Media { file, .. }, Some(stored)) = (&mut body, &inject.file) {
                let remote = format!("file:{provider_id}");
                ledger::put_file(&mut tx, &remote, stored).await?;
                file.file = FileState::Waiting { remote };
                file.size_bytes = stored.bytes.len() as u64;
            }
            let message = InboundMessage {
                provider_id: provider_id.clone(),
                external_id: inject.external_id.clone(),
                namespace: core.state.account.0.clone(),
                profile_name: customer.profile.name.clone(),
                username: customer.profile.username.clone(),
                phone_e164: customer.profile.phone.clone(),
                language: customer.profile.language.clone(),
                at_s: due_ms.div_euclid(1_000),
                body,
                reply_to_provider_id: inject.reply_to_provider_id,
                from_us: inject.from_us,
                client_key: None,
                history: inject.history,
            };
            // Only what customers write themselves opens the window.
            let kind = if inject.from_us || inject.history { EventKind::Other } else { EventKind::Message };
            ledger::add_event(&mut tx, due_ms, &inject.external_id, kind, &Update::Message(Box::new(message))).await?;
            ids.push(provider_id);
        }
        tx.commit().await?;
        self.changed.notify_waiters();
        Ok(ids)
    }

    async fn add_update(&self, make: impl FnOnce(i64) -> Update) -> Result<()> {
        let mut core = self.core.lock().await;
        let now_ms = self.now(&core.state);
        let update = make(now_ms.div_euclid(1_000));
        ledger::add_event(&mut core.conn, now_ms, "", EventKind::Other, &update).await?;
        self.changed.notify_waiters();
        Ok(())
    }

    pub async fn customer_edits(&self, provider_id: &str, text: &str) -> Result<()> {
        let body = Body::Text { text: text.to_owned() };
        self.add_update(|at_s| Update::Edited { provider_id: provider_id.to_owned(), body, at_s }).await
    }

    pub async fn customer_deletes(&self, provider_id: &str) -> Result<()> {
        self.add_update(|at_s| Update::Deleted { provider_id: provider_id.to_owned(), at_s }).await
    }

    pub async fn customer_reacts(&self, provider_id: &str, emoji: &str) -> Result<()> {
        let (provider_id, emoji) = (provider_id.to_owned(), emoji.to_owned());
        self.add_update(|_| Update::Reacted { provider_id, emoji, from_us: false }).await
    }

    pub async fn report(
        &self,
        provider_id: Option<String>,
        client_key: Option<MessageId>,
        status: Delivery,
        error: Option<SendError>,
    ) -> Result<()> {
        self.add_update(|at_s| Update::Status { provider_id, client_key, status, at_s, error }).await
    }

    /// Moves the provider's time ahead of its clock.
    pub async fn advance(&self, ms: i64) -> Result<()> {
        let mut core = self.core.lock().await;
        let ahead_ms = core.state.ahead_ms + ms;
        ledger::set_meta(&mut core.conn, AHEAD_MS, &ahead_ms.to_string()).await?;
        core.state.ahead_ms = ahead_ms;
        self.changed.notify_waiters();
        Ok(())
    }

    pub async fn rules(&self) -> Rules {
        self.core.lock().await.state.rules.clone()
    }

    pub async fn set_rules(&self, rules: Rules) -> Result<()> {
        let mut core = self.core.lock().await;
        ledger::set_meta(&mut core.conn, RULES, &serde_json::to_string(&rules)?).await?;
        core.state.rules = rules;
        self.changed.notify_waiters();
        Ok(())
    }

    pub async fn faults(&self) -> Faults {
        self.core.lock().await.state.faults.clone()
    }

    pub async fn set_faults(&self, faults: Faults) -> Result<()> {
        let mut core = self.core.lock().await;
        ledger::set_meta(&mut core.conn, FAULTS, &serde_json::to_string(&faults)?).await?;
        core.state.faults = faults;
        self.changed.notify_waiters();
        Ok(())
    }

    /// Everything that customers received, in order.
    pub async fn deliveries(&self) -> Result<Vec<Delivered>> {
        ledger::deliveries(&mut self.core.lock().await.conn).await
    }

    /// How often customers received this message.
    pub async fn times_received(&self, client_key: MessageId) -> Result<usize> {
        let all = self.deliveries().await?;
        Ok(all.iter().filter(|delivered| delivered.client_key == client_key).count())
    }

    pub async fn attempts(&self) -> Result<Vec<Attempt>> {
        ledger::attempts(&mut self.core.lock().await.conn).await
    }

    pub async fn sent_to_us(&self) -> Result<Vec<SentToUs>> {
        ledger::sent_to_us(&mut self.core.lock().await.conn).await
    }

    /// Whose picture was asked for since this provider was opened, each time that it was answered.
    pub async fn photos_asked(&self) -> Vec<String> {
        self.core.lock().await.photos_asked.clone()
    }

    pub async fn customers(&self) -> Result<Vec<CustomerView>> {
        ledger::customers(&mut self.core.lock().await.conn).await
    }

    pub async fn customer(&self, external_id: &str) -> Result<CustomerView> {
        let all = self.customers().await?;
        all.into_iter()
            .find(|customer| customer.external_id == external_id)
            .ok_or_else(|| missing("customer", external_id))
    }
}

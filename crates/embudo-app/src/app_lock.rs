//! The lock of the screen (SEC-01): opt-in, a PIN, after minutes without a hand on the app or at
//! once, and from every start on.
//!
//! Invariants: while it is locked no command but those of [`OPEN_TO_ALL`] is run and no file is
//! given out; sync and lines go on. The PIN's check lies in the secret store, so nobody who can
//! only write to the data folder takes the lock away.

use crate::api::{ApiError, AppLockView};
use crate::app::off_thread;
use crate::failure;
use crate::failure::StartError;
use embudo_platform::{Clock, KdfCost, PinCheck, Secret, SecretError, SecretStore};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Run also while locked: what the locked screen needs, and what a composer that is being closed
/// still has to keep.
const OPEN_TO_ALL: [&str; 4] = ["get_app_state", "unlock_app", "lock_app", "save_draft"];
const MIN_CHARS: usize = 4;
const MAX_CHARS: usize = 64;
const MAX_AFTER_MINUTES: u32 = 24 * 60;
/// Slips of the finger; after them each guess waits twice as long as the one before.
const FREE_TRIES: u32 = 5;
const FIRST_WAIT_MS: i64 = 30_000;
const LONGEST_WAIT_MS: i64 = 15 * 60_000;

#[derive(Clone, Serialize, Deserialize)]
struct Record {
    pin: PinCheck,
    /// 0: only by hand and at the start.
    after_minutes: u32,
}

#[derive(Default)]
struct Tries {
    wrong: u32,
    /// Monotonic.
    not_before_ms: i64,
}

#[derive(Default)]
pub struct AppLock {
    name: Mutex<Option<(String, Arc<dyn SecretStore>)>>,
    record: Mutex<Option<Record>>,
    locked: AtomicBool,
    tries: Mutex<Tries>,
    /// One guess at a time: the wait between two cannot be outrun.
    guessing: tokio::sync::Mutex<()>,
}

impl AppLock {
    /// A workspace was opened: with a PIN the screen begins locked.
    pub async fn load(&self, workspace: Uuid, secrets: Arc<dyn SecretStore>) -> Result<(), StartError> {
        let name = format!("app-lock/{workspace}");
        let (store, at) = (secrets.clone(), name.clone());
        let kept = off_thread(move || store.get(&at)).await??;
        let record = match kept {
            None => None,
            Some(kept) => {
                let record = serde_json::from_slice::<Record>(kept.as_bytes());
                // Damage must not open what was locked; whoever may change the keyring removes it.
                Some(record.map_err(|_| StartError::broken("APP_LOCK_DAMAGED", &name))?)
            }
        };
        self.locked.store(record.is_some(), Ordering::Release);
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = record;
        *self.name.lock().unwrap_or_else(PoisonError::into_inner) = Some((name, secrets));
        Ok(())
    }

    pub fn is_locked(&self) -> bool {
        self.locked.load(Ordering::Acquire)
    }

    pub fn may_run(&self, command: &str) -> bool {
        !self.is_locked() || OPEN_TO_ALL.contains(&command)
    }

    pub fn view(&self) -> AppLockView {
        let record = self.record();
        AppLockView { is_set: record.is_some(), after_minutes: record.map_or(0, |record| record.after_minutes) }
    }

    /// True: it was open and is locked now. Without a PIN nothing happens.
    pub fn lock(&self) -> bool {
        self.record().is_some() && !self.locked.swap(true, Ordering::AcqRel)
    }

    pub async fn unlock(&self, pin: Secret, clock: &dyn Clock) -> Result<(), ApiError> {
        self.guess(pin, clock).await?;
        self.locked.store(false, Ordering::Release);
        Ok(())
    }

    /// Sets or replaces the PIN; `current` is asked for where there is one.
    pub async fn set(
        &self,
        pin: Option<Secret>,
        current: Secret,
        after_minutes: u32,
        cost: KdfCost,
        clock: &dyn Clock,
    ) -> Result<(), ApiError> {
        if after_minutes > MAX_AFTER_MINUTES {
            return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "at most a day"));
        }
        let old = self.record();
        if old.is_some() {
            self.guess(current, clock).await?;
        }
        let pin = match (pin, old) {
            (Some(pin), _) => {
                let chars = pin.as_str().map_or(0, |text| text.chars().count());
                if !(MIN_CHARS..=MAX_CHARS).contains(&chars) {
                    return Err(ApiError::new("PIN_LENGTH").with("min", MIN_CHARS.to_string()));
                }
                off_thread(move || PinCheck::new(&pin, cost)).await.map_err(stopped)?.map_err(failure::secret)?
            }
            (None, Some(old)) => old.pin,
            (None, None) => return Err(ApiError::new("PIN_LENGTH").with("min", MIN_CHARS.to_string())),
        };
        let record = Record { pin, after_minutes };
        let json = serde_json::to_vec(&record).map_err(|error| failure::internal("the lock's record", error))?;
        self.keep(move |store, name| store.set(name, &Secret::new(json))).await?;
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = Some(record);
        Ok(())
    }

    pub async fn remove(&self, current: Secret, clock: &dyn Clock) -> Result<(), ApiError> {
        if self.record().is_none() {
            return Ok(());
        }
        self.guess(current, clock).await?;
        self.keep(|store, name| store.delete(name)).await?;
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    fn record(&self) -> Option<Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn keep(
        &self,
        change: impl FnOnce(&dyn SecretStore, &str) -> Result<(), SecretError> + Send + 'static,
    ) -> Result<(), ApiError> {
        let place = self.name.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (name, secrets) = place.ok_or_else(|| ApiError::new("NO_WORKSPACE"))?;
        off_thread(move || change(&*secrets, &name)).await.map_err(stopped)?.map_err(failure::secret)
    }

    async fn guess(&self, pin: Secret, clock: &dyn Clock) -> Result<(), ApiError> {
        let _one = self.guessing.lock().await;
        let wait_ms = {
            let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
            tries.not_before_ms - clock.mono_ms()
        };
        if wait_ms > 0 {
            let seconds = wait_ms.unsigned_abs().div_ceil(1_000);
            return Err(ApiError::new("PIN_WAIT").with("seconds", seconds.to_string()).retryable());
        }
        let Some(record) = self.record() else { return Ok(()) };
        // An empty PIN is a wrong one, not an error of its own.
        let fits = !pin.as_bytes().is_empty()
            && off_thread(move || record.pin.fits(&pin)).await.map_err(stopped)?.map_err(failure::secret)?;
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if fits {
            *tries = Tries::default();
            return Ok(());
        }
        tries.wrong += 1;
        if let Some(beyond) = tries.wrong.checked_sub(FREE_TRIES) {
            let wait_ms = FIRST_WAIT_MS.saturating_mul(1 << beyond.min(10)).min(LONGEST_WAIT_MS);
            tries.not_before_ms = clock.mono_ms() + wait_ms;
        }
        Err(ApiError::new("WRONG_PIN").retryable())
    }
}

fn stopped(_: StartError) -> ApiError {
    ApiError::new("INTERNAL")
}

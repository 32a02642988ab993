//! What time it is for this device: the hub's, carried by the monotonic clock (OFF-14).

use embudo_domain::ActId;
use embudo_domain::rules::Stamp;
use embudo_platform::{Clock, HubNow, HubTime, TimeSample, is_drift_worth_warning};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

pub struct HubClock {
    clock: Arc<dyn Clock>,
    time: Mutex<HubTime>,
    file: PathBuf,
}

impl HubClock {
    pub fn load(clock: Arc<dyn Clock>, file: PathBuf) -> Self {
        Self { clock, time: Mutex::new(HubTime::load(&file)), file }
    }

    pub fn now(&self) -> HubNow {
        self.time.lock().unwrap_or_else(PoisonError::into_inner).now(&*self.clock)
    }

    /// Of this machine; goes on while it sleeps.
    pub fn mono_ms(&self) -> i64 {
        self.clock.mono_ms()
    }

    pub fn now_ms(&self) -> i64 {
        self.now().ms()
    }

    /// The hub just said what time it is. In one process there is no way to speak of.
    pub fn heard(&self, hub_ms: i64) {
        let mono_ms = self.clock.mono_ms();
        let sample = TimeSample {
            boot_id: self.clock.boot_id(),
            sent_mono_ms: mono_ms,
            received_mono_ms: mono_ms,
            server_ms: hub_ms,
            resolution_ms: 1,
        };
        let mut time = self.time.lock().unwrap_or_else(PoisonError::into_inner);
        if time.offer(&sample)
            && let Err(error) = time.save(&self.file)
        {
            // Without it the next start is unsure until the next contact.
            tracing::warn!(%error, "the hub's time was not kept");
        }
    }

    /// How far this computer's clock is off, when it is worth a word.
    pub fn clock_off_ms(&self) -> Option<i64> {
        let time = self.time.lock().unwrap_or_else(PoisonError::into_inner);
        time.drift_ms(&*self.clock).filter(|drift_ms| is_drift_worth_warning(*drift_ms))
    }

    /// For a new act.
    pub fn stamp(&self) -> Stamp {
        let now = self.now();
        Stamp { now_ms: now.ms(), time_is_sure: now.is_sure(), lead_no: None, act_id: ActId(Uuid::now_v7()) }
    }
}

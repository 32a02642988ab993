//! The task that steps the brain and obeys it, one per open workspace.

use super::answers;
use super::faces::Faces;
use super::facts::{self, Facts};
use super::gear::AlertGear;
use super::line;
use super::notices;
use super::reply_box;
use super::tones::{self, Tones};
use super::tray;
use super::words::Catalogued;
use crate::api::AppEvent;
use crate::workspace::Workspace;
use chrono::{Local, Offset, TimeZone};
use embudo_domain::alerts::{
    Abilities, AlertCommand, AlertEvent, AlertSettings, AlertState, Banner, Clock, ClosedBy, Context, Hiding, Input,
    Presence, QuickAnswer, Sound, Tag, Zone, render,
};
use embudo_domain::{Entity, LineId, MessageId, ToneId};
use embudo_platform::sound::Heard;
use embudo_platform::tray::TrayFace;
use embudo_platform::{BannerEvent, BannerRequest, BannerState};
use embudo_store::Changed;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::Notify;

/// A timer that is later than this is looked at again: the machine may have slept.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The clock went on by so much more than a timer waited: the machine slept (4.17, sleep and wake).
const SLEPT_MS: i64 = 10_000;

/// Where messages come without a pause, the summary comes when the brain stops waiting for it.
const MOST_LOOKS: usize = 50;

/// What a workspace tells its desk. Cheap, and never waits.
#[derive(Default)]
pub struct Alerts {
    waiting: Mutex<Waiting>,
    filled: Notify,
    reply_box: Mutex<reply_box::Asked>,
    /// Held while settings are read, changed and written.
    pub changing: tokio::sync::Mutex<()>,
    gone_tones: Mutex<BTreeSet<ToneId>>,
}

#[derive(Default)]
struct Waiting {
    changed: Option<Changed>,
    inputs: Vec<Input>,
    presence: Presence,
    /// `presence.only_line` was said since the start.
    line_is_said: bool,
    stop: bool,
}

impl Alerts {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reply_box(&self) -> MutexGuard<'_, reply_box::Asked> {
        self.reply_box.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After the commit.
    pub fn changed(&self, changed: &Changed) {
        self.lock().changed.get_or_insert_default().merge(changed.clone());
        self.filled.notify_one();
    }

    pub fn tell(&self, input: Input) {
        self.lock().inputs.push(input);
        self.filled.notify_one();
    }

    /// What is known of where the person is.
    pub fn presence(&self, change: impl FnOnce(&mut Presence)) {
        change(&mut self.lock().presence);
        self.filled.notify_one();
    }

    /// The one line that the list shows, whether or not "focus line" is on.
    pub(super) fn chosen_line(&self, line: Option<LineId>) {
        let mut waiting = self.lock();
        waiting.presence.only_line = line;
        waiting.line_is_said = true;
        drop(waiting);
        self.filled.notify_one();
    }

    /// As it was when the program ended; what was said since is newer.
    fn remembered_line(&self, line: Option<LineId>) {
        let mut waiting = self.lock();
        if !waiting.line_is_said {
            waiting.presence.only_line = line;
        }
    }

    /// Without what the system says.
    pub(super) fn last_presence(&self) -> Presence {
        self.lock().presence.clone()
    }

    /// Until when banners name nobody, on the monotonic clock; `Some(None)`: until it is taken back.
    pub fn hidden_until(&self, mono_ms: i64) -> Option<Option<i64>> {
        let waiting = self.lock();
        waiting.presence.hides_names(mono_ms).then(|| match waiting.presence.hiding {
            Some(Hiding::Until { mono_ms }) => Some(mono_ms),
            _ => None,
        })
    }

    pub fn is_app_locked(&self) -> bool {
        self.lock().presence.app_locked
    }

    /// Tones of one's own that could not be played.
    pub fn known_gone_tones(&self) -> BTreeSet<ToneId> {
        self.gone_tones.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn gone_tones(&self, gone: &BTreeSet<ToneId>) {
        self.gone_tones.lock().unwrap_or_else(PoisonError::into_inner).clone_from(gone);
    }

    /// Takes our banners off the screen; nothing is told after it.
    pub fn stop(&self) {
        self.lock().stop = true;
        self.filled.notify_one();
    }

    fn take_changed(&self) -> Option<Changed> {
        self.lock().changed.take()
    }

    /// What is to be told is taken, what is so stays.
    fn take(&self) -> Waiting {
        let mut waiting = self.lock();
        let (changed, inputs) = (waiting.changed.take(), std::mem::take(&mut waiting.inputs));
        Waiting {
            changed,
            inputs,
            presence: waiting.presence.clone(),
            line_is_said: waiting.line_is_said,
            stop: waiting.stop,
        }
    }
}

/// Runs until the workspace is closed.
pub fn watch(workspace: &Arc<Workspace>, gear: Arc<AlertGear>) {
    tokio::spawn(run(Arc::downgrade(workspace), workspace.alerts.clone(), gear));
}

pub(super) struct Desk {
    state: AlertState,
    facts: Facts,
    presence: Presence,
    abilities: Abilities,
    wake_mono_ms: Option<i64>,
    /// As the brain last said it.
    badge: u32,
    /// As the tray shows it.
    face: Option<TrayFace>,
    /// Asked for and not yet on the screen: what closes meanwhile is what stood before.
    coming: BTreeSet<Tag>,
    faces: Faces,
    tones: Tones,
    gear: Arc<AlertGear>,
}

async fn run(workspace: Weak<Workspace>, alerts: Arc<Alerts>, gear: Arc<AlertGear>) {
    let (mut events, mut heard) = (gear.events.lock().await, gear.heard.lock().await);
    let mut quiet = gear.quiet.changes();
    let banners = gear.banners.state().await;
    let mut desk = Desk {
        state: AlertState::default(),
        facts: Facts::default(),
        presence: gear.quiet.on(Presence::default()),
        abilities: banners.abilities,
        wake_mono_ms: None,
        badge: 0,
        face: None,
        coming: BTreeSet::new(),
        faces: Faces::default(),
        tones: Tones::default(),
        gear: gear.clone(),
    };
    let Some(open) = workspace.upgrade() else { return };
    alerts.remembered_line(line::remembered(&open).await);
    desk.presence.only_line = line::heeded(&open, alerts.last_presence()).only_line;
    tones::sweep(&open).await;
    desk.step(&open, Input::CatchingUp).await;
    desk.start(&open, &alerts).await;
    desk.step(&open, Input::Event(AlertEvent::SelfTest { at_start: true })).await;
    desk.show_face(&open);
    let (mut seen_mono_ms, mut seen_ms) = (open.clock.mono_ms(), open.clock.now_ms());
    drop(open);
    loop {
        let wait = desk.wait(seen_mono_ms, seen_ms);
        tokio::select! {
            biased;
            event = events.recv() => {
                let (Some(workspace), Some(event)) = (workspace.upgrade(), event) else { return };
                desk.banner(&workspace, event).await;
            }
            Some(report) = heard.recv() => {
                if let (Some(workspace), Heard::Failed(_)) = (workspace.upgrade(), report.what) {
                    desk.step(&workspace, Input::SoundRefused).await;
                }
            }
            () = alerts.filled.notified() => {}
            () = quiet.next() => {}
            () = tokio::time::sleep(wait) => {}
        }
        let Some(workspace) = workspace.upgrade() else { return };
        let mono_ms = workspace.clock.mono_ms();
        let slept = mono_ms - seen_mono_ms > wait.as_millis() as i64 + SLEPT_MS;
        (seen_mono_ms, seen_ms) = (mono_ms, workspace.clock.now_ms());
        if slept {
            desk.step(&workspace, Input::CatchingUp).await;
        }
        let waiting = alerts.take();
        // Asked before every decision: not every desktop says it by itself.
        let here = line::heeded(&workspace, gear.quiet.on(waiting.presence));
        let is_new_place = desk.presence != here;
        desk.presence = here;
        if let Some(changed) = &waiting.changed {
            desk.changed(&workspace, changed).await;
        }
        for input in waiting.inputs {
            desk.step(&workspace, input).await;
        }
        if slept {
            desk.start(&workspace, &alerts).await;
        }
        // A sleep that began a moment ago is the next round's: what came near in it is in the summary.
        if desk.is_window_near(&workspace) && workspace.clock.mono_ms() - mono_ms < SLEPT_MS {
            desk.look_at_windows(&workspace).await;
            notices::look_after(&workspace, &Changed::default()).await;
        }
        if is_new_place || desk.wake_mono_ms.is_some_and(|at| at <= mono_ms) {
            // A mute may have run out, which the list's count does not know by itself.
            let is_woken = desk.wake_mono_ms.take().is_some();
            desk.step(&workspace, Input::Tick).await;
            if is_woken {
                desk.count(&workspace).await;
            }
        }
        if is_new_place {
            notices::under_eyes(&workspace, &desk.presence).await;
        }
        if waiting.stop {
            desk.step(&workspace, Input::Quit).await;
        }
        desk.show_face(&workspace);
        if waiting.stop {
            return;
        }
    }
}

impl Desk {
    fn wait(&self, mono_ms: i64, now_ms: i64) -> Duration {
        let wake = self.wake_mono_ms.map(|at| at - mono_ms);
        let look = self.facts.look_at_ms().map(|at| at - now_ms);
        let until = wake.into_iter().chain(look).min().map(|ms| Duration::from_millis(ms.max(0).unsigned_abs()));
        until.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)
    }

    fn is_window_near(&self, workspace: &Workspace) -> bool {
        self.facts.look_at_ms().is_some_and(|at| at <= workspace.clock.now_ms())
    }

    /// Tells of windows that close within the hour, each once.
    async fn look_at_windows(&mut self, workspace: &Workspace) {
        let now_ms = workspace.clock.now_ms();
        let looked = match self.facts.windows(workspace, now_ms).await {
            Ok(inputs) => {
                let found = inputs.len();
                for input in inputs {
                    self.step(workspace, input).await;
                }
                self.facts.plan_look(workspace, now_ms, found).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = looked {
            tracing::error!(code = error.code, "windows that close could not be read: they are looked at again");
        }
    }

    /// What stands unread, and what closes, when the program starts or the machine wakes: one summary
    /// (NOT-07).
    async fn start(&mut self, workspace: &Workspace, alerts: &Alerts) {
        self.look_at_windows(workspace).await;
        for _ in 0..MOST_LOOKS {
            let unread = facts::unread(workspace).await;
            // It may be in the list that was just read: not to be told twice, it is caught up with, too.
            if let Some(changed) = alerts.take_changed() {
                self.changed(workspace, &changed).await;
                continue;
            }
            match unread {
                Ok(unread) => self.step(workspace, Input::CaughtUp { unread }).await,
                Err(error) => tracing::error!(code = error.code, "what is unread could not be read"),
            }
            break;
        }
        notices::catch_up(workspace).await;
        // Lines that need a person, what was not applied while nobody was told, and the first count.
        let rows = [(Entity::Line, Default::default())].into();
        self.changed(workspace, &Changed { rows, review: true, ..Changed::default() }).await;
    }

    async fn changed(&mut self, workspace: &Workspace, changed: &Changed) {
        match self.facts.of(workspace, changed).await {
            Ok(inputs) => {
                for input in inputs {
                    self.step(workspace, input).await;
                }
            }
            Err(error) => tracing::error!(code = error.code, "what changed could not be read: an alert may be missing"),
        }
        if changed.everything || Facts::is_burst(changed) {
            notices::catch_up(workspace).await;
        }
        notices::look_after(workspace, changed).await;
        self.count(workspace).await;
    }

    async fn count(&mut self, workspace: &Workspace) {
        match facts::badge(workspace).await {
            Ok(count) => self.step(workspace, Input::Badge(count)).await,
            Err(error) => tracing::error!(code = error.code, "unread chats could not be counted"),
        }
    }

    pub(super) async fn step(&mut self, workspace: &Workspace, input: Input) {
        notices::hear(workspace, &input, &self.presence).await;
        let catalogue = workspace.catalogue();
        let clock = clock(workspace);
        // Who presses "Test" has perhaps put a file back.
        let again = matches!(input, Input::Event(AlertEvent::SelfTest { at_start: false }));
        let settings = self.tones.playable(workspace, &catalogue.alerts, again).await;
        let context = Context { settings: &settings, presence: &self.presence, abilities: &self.abilities, clock };
        let commands = self.state.step(input, context);
        for command in commands {
            notices::found_out(workspace, &command, &self.presence).await;
            self.obey(workspace, &catalogue.alerts, command).await;
        }
    }

    async fn obey(&mut self, workspace: &Workspace, settings: &AlertSettings, command: AlertCommand) {
        match command {
            AlertCommand::Show(banner) => self.show(workspace, banner, true).await,
            AlertCommand::Replace { banner, again } => self.show(workspace, banner, again).await,
            AlertCommand::Remove(tag) => {
                self.coming.remove(&tag);
                self.gear.banners.remove(tag);
            }
            AlertCommand::Toast(banner) => {
                let shown = render(&banner, &Abilities::NONE, &self.words(workspace), &[]);
                workspace.bus.put(AppEvent::Alert { title: shown.title, text: shown.body, opens: banner.opens });
            }
            AlertCommand::PlaySound(sound) => self.play(workspace, sound),
            AlertCommand::SetBadge(count) => self.badge = count,
            AlertCommand::Log(entry) => {
                let entry = self.tones.in_words(settings, entry);
                if let Err(error) = workspace.store.note_alert(&entry).await {
                    tracing::error!(%error, "the log of alerts could not be written");
                }
            }
            AlertCommand::WakeAt(mono_ms) => self.wake_mono_ms = Some(mono_ms),
        }
    }

    /// Whatever it is that changed: what the tray shows is looked at as a whole.
    fn show_face(&mut self, workspace: &Workspace) {
        let face = tray::face(workspace, self.badge);
        if self.face.as_ref() != Some(&face) {
            self.gear.shell.show(face.clone());
            self.face = Some(face);
        }
    }

    fn words(&self, workspace: &Workspace) -> Catalogued {
        Catalogued(workspace.catalogue().settings.language)
    }

    async fn show(&mut self, workspace: &Workspace, banner: Banner, again: bool) {
        self.coming.insert(banner.tag);
        let answers = self.quick_answers(workspace, &banner).await;
        let picture = self.faces.of(workspace, &banner).await;
        let words = self.words(workspace);
        self.gear.banners.show(BannerRequest {
            tag: banner.tag,
            render: Box::new(move |abilities| render(&banner, abilities, &words, &answers)),
            picture,
            again,
        });
    }

    async fn quick_answers(&self, workspace: &Workspace, banner: &Banner) -> Vec<QuickAnswer> {
        if banner.quick_answers.is_empty() {
            return Vec::new();
        }
        match workspace.store.quick_replies("", u32::MAX).await {
            Ok(replies) => replies
                .into_iter()
                .filter(|reply| banner.quick_answers.contains(&reply.id))
                .map(|reply| QuickAnswer { id: reply.id, title: reply.title })
                .collect(),
            Err(error) => {
                tracing::error!(%error, "quick answers could not be read");
                Vec::new()
            }
        }
    }

    fn play(&self, workspace: &Workspace, sound: Sound) {
        // What becomes of it is reported.
        let is_taken = self.tones.clip(sound.tone).is_some_and(|clip| self.gear.speaker.play(sound, clip));
        if !is_taken {
            self.not_heard(workspace);
        }
    }

    /// Noted behind the sound's own line.
    fn not_heard(&self, workspace: &Workspace) {
        workspace.alerts.tell(Input::SoundRefused);
    }

    async fn banner(&mut self, workspace: &Workspace, event: BannerEvent) {
        match event {
            BannerEvent::Changed(BannerState { abilities, .. }) => {
                self.abilities = abilities;
                self.step(workspace, Input::Tick).await;
            }
            BannerEvent::Shown(tag) => drop(self.coming.remove(&tag)),
            BannerEvent::Refused(tag) => {
                self.coming.remove(&tag);
                self.step(workspace, Input::BannerRefused { tag }).await;
            }
            BannerEvent::Closed { tag, .. } if self.coming.contains(&tag) => {}
            BannerEvent::Closed { tag, by } => self.step(workspace, Input::BannerClosed { tag, by }).await,
            BannerEvent::Answered { tag, answer, token } => {
                // Whoever answered has dealt with it; first, as the answer may show another of its tag.
                self.step(workspace, Input::BannerClosed { tag, by: ClosedBy::Person }).await;
                // Some services leave it standing.
                if !self.coming.contains(&tag) {
                    self.gear.banners.remove(tag);
                }
                answers::take(self, workspace, tag, answer, token).await;
            }
        }
    }

    pub(super) fn gear(&self) -> &AlertGear {
        &self.gear
    }
}

pub(crate) fn clock(workspace: &Workspace) -> Clock {
    let now_ms = workspace.clock.now_ms();
    let offset_s =
        Local.timestamp_millis_opt(now_ms).single().map_or(0, |local| local.offset().fix().local_minus_utc());
    Clock { now_ms, mono_ms: workspace.clock.mono_ms(), zone: Zone { offset_s, next: None } }
}

/// Ids of what a banner's answer makes.
pub(super) fn fresh_message_id() -> MessageId {
    MessageId(uuid::Uuid::now_v7())
}

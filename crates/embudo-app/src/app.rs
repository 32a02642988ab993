//! The app as its hosts (window, dev host, tests) hold it.
//!
//! Invariant: starting never fails. What stands between the person and their inbox is a phase
//! with a code, and the screen says what to do about it.

use crate::alerts::{AlertGear, reply_box};
use crate::api::*;
use crate::app_lock::AppLock;
use crate::event_bus::EventBus;
use crate::failure::StartError;
use crate::settings;
use crate::start::{self, Opened};
use crate::workspace::Workspace;
use embudo_platform::{Clock, DataDir, Secret, SecretError, SecretStore, SystemClock};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::broadcast;

/// Opens the system's place for secrets. `true`: the person asked for it and may be shown the
/// system's password window.
pub type OpenSecrets = Arc<dyn Fn(bool) -> Result<Arc<dyn SecretStore>, SecretError> + Send + Sync>;

/// Hands links and files to the system's programs.
pub trait Opener: Send + Sync {
    fn open_url(&self, url: &str) -> Result<(), String>;
    fn open_file(&self, path: &std::path::Path) -> Result<(), String>;
}

/// Opens nothing: for hosts without a screen.
pub struct NoOpener;

impl Opener for NoOpener {
    fn open_url(&self, _: &str) -> Result<(), String> {
        Ok(())
    }
    fn open_file(&self, _: &std::path::Path) -> Result<(), String> {
        Ok(())
    }
}

pub struct AppConfig {
    pub data_dir: PathBuf,
    /// The same folder, where it has been opened already.
    pub folder: Option<DataDir>,
    pub secrets: OpenSecrets,
    pub clock: Arc<dyn Clock>,
    pub opener: Arc<dyn Opener>,
    /// As the system names it: `pt_BR.UTF-8`.
    pub locale: String,
    /// Who the sample customers are.
    pub sample_customers: embudo_simulator::Options,
    /// What `secrets` opens, in a word for the diagnostics.
    pub secrets_place: &'static str,
    /// None: facts are told to nobody.
    pub alerts: Option<Arc<AlertGear>>,
    /// Strong in the shipped app; tests take a weak one.
    pub passphrase_cost: embudo_platform::KdfCost,
    /// Where a file goes that is saved by its name alone; absent where people choose the place.
    pub downloads: Option<PathBuf>,
}

impl AppConfig {
    pub fn new(data_dir: impl Into<PathBuf>, secrets: OpenSecrets) -> Self {
        Self {
            data_dir: data_dir.into(),
            folder: None,
            secrets,
            clock: Arc::new(SystemClock::new()),
            opener: Arc::new(NoOpener),
            locale: system_locale(),
            sample_customers: embudo_simulator::Options::sample(),
            secrets_place: "keyring",
            alerts: None,
            passphrase_cost: embudo_platform::KdfCost::STRONG,
            downloads: None,
        }
    }
}

/// What the environment says; empty where it says nothing.
fn system_locale() -> String {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .unwrap_or_default()
}

pub struct App {
    pub(crate) config: AppConfig,
    pub(crate) bus: EventBus,
    state: RwLock<State>,
    /// One start at a time.
    starting: tokio::sync::Mutex<()>,
    /// Held from the first successful opening to the end of the program.
    dir: Mutex<Option<Arc<DataDir>>>,
    secrets: Mutex<Option<Arc<dyn SecretStore>>>,
    pub(crate) lock: AppLock,
    /// The main window is gone: what it said last may still be on its way.
    pub(crate) is_window_closed: AtomicBool,
    /// The person knows that nothing here can tell them, and closes the window all the same.
    pub(crate) knows_of_silence: AtomicBool,
    /// When somebody last did something outside of the main window, which counts for itself.
    pub(crate) hands_mono_ms: AtomicI64,
    runtime: tokio::runtime::Handle,
}

#[derive(Clone)]
enum State {
    FirstRun,
    Locked { code: &'static str },
    Broken { code: &'static str, detail: String },
    Ready(Arc<Workspace>),
}

impl App {
    /// Returns when the state is known: a usable inbox, or what is in its way.
    pub async fn start(mut config: AppConfig) -> Arc<Self> {
        let folder = config.folder.take().map(Arc::new);
        let app = Arc::new(Self {
            config,
            bus: EventBus::start(),
            state: RwLock::new(State::FirstRun),
            starting: tokio::sync::Mutex::new(()),
            dir: Mutex::new(folder),
            secrets: Mutex::default(),
            lock: AppLock::default(),
            is_window_closed: AtomicBool::new(false),
            knows_of_silence: AtomicBool::new(false),
            hands_mono_ms: AtomicI64::new(0),
            runtime: tokio::runtime::Handle::current(),
        });
        app.start_again(false).await;
        app
    }

    /// Runs a command of [`crate::commands`].
    pub async fn call(&self, command: &str, args: serde_json::Value) -> Result<serde_json::Value, ApiError> {
        if !self.lock.may_run(command) {
            return Err(ApiError::new("APP_LOCKED").retryable());
        }
        crate::commands::call(self, command, args).await
    }

    pub(crate) fn runtime(&self) -> &tokio::runtime::Handle {
        &self.runtime
    }

    /// Facts, after they are durable. A listener that falls behind gets `Lagged`: it then reads
    /// everything again.
    pub fn events(&self) -> broadcast::Receiver<AppEvent> {
        self.bus.listen()
    }

    /// The open workspace, or why there is none.
    pub(crate) fn workspace(&self) -> Result<Arc<Workspace>, ApiError> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Ready(workspace) => Ok(workspace.clone()),
            State::FirstRun => Err(ApiError::new("NO_WORKSPACE")),
            State::Locked { code } => Err(ApiError::new(*code).retryable()),
            State::Broken { code, .. } => Err(ApiError::new(*code)),
        }
    }

    pub(crate) fn alert_gear(&self) -> Option<&Arc<AlertGear>> {
        self.config.alerts.as_ref()
    }

    pub fn is_ready(&self) -> bool {
        matches!(*self.state.read().unwrap_or_else(PoisonError::into_inner), State::Ready(_))
    }

    /// Another program owns the data folder.
    pub fn is_owned_elsewhere(&self) -> bool {
        matches!(*self.state.read().unwrap_or_else(PoisonError::into_inner), State::Broken { code: "DATA_IN_USE", .. })
    }

    /// Tries again from the beginning, unless it is ready. `asked`: by a person.
    pub(crate) async fn start_again(&self, asked: bool) {
        let _one = self.starting.lock().await;
        if self.is_ready() {
            return;
        }
        let state = match self.try_start(asked).await {
            Ok(Some(opened)) => State::Ready(opened.workspace),
            Ok(None) => State::FirstRun,
            Err(StartError::Locked(code)) => State::Locked { code },
            Err(StartError::Broken { code, detail }) => {
                match code {
                    // Most often a second start, which hands over and ends.
                    "DATA_IN_USE" => tracing::info!(code, "another program has the data folder"),
                    _ => tracing::error!(code, detail, "the app cannot start"),
                }
                State::Broken { code, detail }
            }
        };
        self.set_state(state);
    }

    /// Nothing of the workspace is shown or given out.
    pub(crate) fn is_screen_locked(&self) -> bool {
        self.is_ready() && self.lock.is_locked()
    }

    /// Everything on screen is read again: locked or unlocked.
    pub(crate) fn tell_state(&self) {
        self.tell_lock();
        self.bus.put(AppEvent::StateChanged);
    }

    /// Behind the lock no banner shows a customer and none is answered, nor does the reply box.
    fn tell_lock(&self) {
        if let Ok(workspace) = self.workspace() {
            let is_locked = self.lock.is_locked();
            workspace.alerts.presence(|presence| presence.app_locked = is_locked);
            if let (true, Some(gear)) = (is_locked, self.alert_gear()) {
                gear.shell.close_reply_box();
            }
        }
    }

    /// The reply box's window is gone, whoever closed it: nobody looks at its chat any more.
    pub fn reply_box_is_gone(&self) {
        if let Ok(workspace) = self.workspace() {
            reply_box::gone(&workspace);
        }
    }

    fn set_state(&self, state: State) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        self.tell_state();
    }

    async fn try_start(&self, asked: bool) -> Result<Option<Opened>, StartError> {
        let dir = self.take_folder().await?;
        let secrets = self.take_secrets(&dir, asked).await?;
        let opened = start::open_existing(self, dir, secrets.clone()).await?;
        if let Some(opened) = &opened
            && let Err(error) = self.lock.load(opened.workspace.device.workspace_id.0, secrets).await
        {
            opened.workspace.stop().await;
            return Err(error);
        }
        Ok(opened)
    }

    async fn take_folder(&self) -> Result<Arc<DataDir>, StartError> {
        if let Some(dir) = self.dir.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Ok(dir);
        }
        let path = self.config.data_dir.clone();
        let dir = off_thread(move || DataDir::open(&path)).await??;
        let dir = Arc::new(dir);
        *self.dir.lock().unwrap_or_else(PoisonError::into_inner) = Some(dir.clone());
        Ok(dir)
    }

    /// The store that was opened before, the passphrase store if there is one (it must be
    /// unlocked first), else the system's.
    async fn take_secrets(&self, dir: &DataDir, asked: bool) -> Result<Arc<dyn SecretStore>, StartError> {
        if let Some(secrets) = self.secrets.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Ok(secrets);
        }
        if embudo_platform::PassphraseStore::exists(&dir.sealed_secrets()) {
            return Err(StartError::Locked("PASSPHRASE_NEEDED"));
        }
        let open = self.config.secrets.clone();
        let secrets = off_thread(move || open(asked)).await??;
        *self.secrets.lock().unwrap_or_else(PoisonError::into_inner) = Some(secrets.clone());
        Ok(secrets)
    }

    pub(crate) fn sealed_secrets(&self) -> Option<PathBuf> {
        self.dir.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|dir| dir.sealed_secrets())
    }

    /// A passphrase instead of a keyring protects data that begins with it. Data that is here
    /// has its key in the keyring; a passphrase would only stand in front of a key that is not
    /// to be had.
    fn may_begin_with_passphrase(&self) -> bool {
        let dir = self.dir.lock().unwrap_or_else(PoisonError::into_inner).clone();
        dir.is_some_and(|dir| !start::has_data(&dir).unwrap_or(true))
    }

    /// Makes (`new`) or opens the passphrase store, and starts with it.
    pub(crate) async fn open_passphrase(&self, passphrase: Secret, new: bool) -> Result<(), ApiError> {
        if new && !self.may_begin_with_passphrase() {
            return Err(ApiError::new("KEY_IN_KEYRING"));
        }
        let path = self.sealed_secrets().ok_or_else(|| ApiError::new("DATA_PATH"))?;
        let spill = {
            let dir = self.dir.lock().unwrap_or_else(PoisonError::into_inner);
            dir.as_ref().map(|dir| dir.spill()).ok_or_else(|| ApiError::new("DATA_PATH"))?
        };
        let cost = self.config.passphrase_cost;
        let opened = off_thread(move || {
            if new {
                embudo_platform::PassphraseStore::create(&path, &passphrase, cost)
            } else {
                embudo_platform::PassphraseStore::open(&path, &passphrase)
            }
        })
        .await
        .map_err(|_| ApiError::new("INTERNAL"))?;
        let store = opened.map_err(crate::failure::secret)?;
        let store: Arc<dyn SecretStore> = Arc::new(embudo_platform::SpillingStore::new(store, spill));
        *self.secrets.lock().unwrap_or_else(PoisonError::into_inner) = Some(store);
        self.start_again(true).await;
        Ok(())
    }

    /// The first run: makes the workspace and opens it.
    pub(crate) async fn create_workspace(&self, args: CreateWorkspace) -> Result<(), ApiError> {
        let _one = self.starting.lock().await;
        if self.is_ready() {
            // A double click.
            return Ok(());
        }
        if let Err(error) = self.workspace()
            && error.code != "NO_WORKSPACE"
        {
            return Err(error);
        }
        let made = async {
            let dir = self.take_folder().await?;
            let secrets = self.take_secrets(&dir, true).await?;
            let opened = start::create(self, dir, secrets.clone(), args).await?;
            self.lock.load(opened.workspace.device.workspace_id.0, secrets).await?;
            Ok(opened)
        }
        .await;
        match made {
            Ok(opened) => {
                self.set_state(State::Ready(opened.workspace));
                Ok(())
            }
            Err(StartError::Locked(code)) => Err(ApiError::new(code).retryable()),
            Err(StartError::Broken { code, detail }) => {
                tracing::error!(code, detail, "the workspace could not be made");
                Err(ApiError::new(code).retryable())
            }
        }
    }

    pub(crate) fn app_state(&self) -> AppState {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut app_state = AppState {
            phase: Phase::FirstRun,
            language: settings::language_of(&self.config.locale),
            theme: Theme::System,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            session: None,
        };
        app_state.phase = match state {
            State::FirstRun => Phase::FirstRun,
            State::Locked { code } => {
                let passphrase_set = code == "PASSPHRASE_NEEDED" || code == "WRONG_PASSPHRASE";
                let passphrase_possible = code == "KEYRING_MISSING" && self.may_begin_with_passphrase();
                Phase::Locked { code: code.to_owned(), passphrase_possible, passphrase_set }
            }
            State::Broken { code, detail } => {
                let folder = self.config.data_dir.display().to_string();
                Phase::Broken {
                    code: code.to_owned(),
                    params: [("detail".to_owned(), detail), ("folder".to_owned(), folder)].into(),
                }
            }
            State::Ready(workspace) if self.lock.is_locked() => {
                let catalogue = workspace.catalogue();
                app_state.language = catalogue.settings.language;
                app_state.theme = catalogue.settings.theme;
                Phase::Locked { code: "APP_LOCKED".to_owned(), passphrase_possible: false, passphrase_set: false }
            }
            State::Ready(workspace) => {
                let catalogue = workspace.catalogue();
                app_state.language = catalogue.settings.language;
                app_state.theme = catalogue.settings.theme;
                app_state.session = Some(Session {
                    workspace: catalogue.workspace.clone(),
                    me: catalogue.me.clone(),
                    settings: catalogue.settings.clone(),
                    has_lines: catalogue.live_lines().next().is_some(),
                });
                Phase::Ready
            }
        };
        app_state
    }

    /// The simulated provider inside the app, for tests and for the dev host.
    pub async fn sample_customers(&self) -> Result<Arc<embudo_simulator::Provider>, ApiError> {
        let channels = self.workspace()?.channels.clone();
        channels.provider().await.map_err(|error| crate::failure::internal("sample customers", error))
    }

    /// Where the log files go, once the folder is ours.
    pub fn log_dir(&self) -> Option<PathBuf> {
        self.dir.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|dir| dir.logs())
    }

    /// Where secrets are kept, in a word for the diagnostics.
    pub(crate) fn secrets_place(&self) -> String {
        let sealed = self.sealed_secrets().is_some_and(|path| embudo_platform::PassphraseStore::exists(&path));
        if sealed { "passphrase" } else { self.config.secrets_place }.to_owned()
    }

    pub(crate) fn dir(&self) -> Option<Arc<DataDir>> {
        self.dir.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Before the program ends. Killing it instead loses nothing; this only spares the checks
    /// of the next start.
    pub async fn stop(&self) {
        let workspace = self.workspace().ok();
        if let Some(workspace) = workspace {
            workspace.stop().await;
        }
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = State::FirstRun;
        *self.dir.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Runs what blocks (disk, keyring, key derivation) beside the async threads.
pub(crate) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StartError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StartError::broken("INTERNAL", error))
}

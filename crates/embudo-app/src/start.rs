//! Opening a workspace: keys, hub, device database, sync; and making one at the first run.
//!
//! Invariants:
//! - a workspace exists once its hub is founded. A device database that is missing beside it is
//!   made anew and filled by the first sync; a hub that is missing beside a device database is
//!   told, and nothing is touched;
//! - what an interrupted first run left behind knows neither, was never shown to anybody, and is
//!   set aside (where it holds files) or removed;
//! - a start that fails leaves nothing running.

use crate::alerts;
use crate::api::{AppEvent, CreateWorkspace, Language};
use crate::app::{App, off_thread};
use crate::catalogue::Catalogue;
use crate::channels_host::{Channels, SampleCustomers};
use crate::erasing::{self, Attaching};
use crate::failure::StartError;
use crate::holds;
use crate::hub_clock::HubClock;
use crate::hub_side::{HubMachineClock, HubSide};
use crate::media_host::HubMedia;
use crate::settings;
use crate::space;
use crate::workspace::{Parts, Workspace};
use embudo_domain::{Act, DeviceId, Member, MemberId, Role, WorkspaceId};
use embudo_hub::{Hub, HubOptions, Place, Sealing};
use embudo_platform::{DataDir, Database, MediaStore, SecretStore, Secrets, WorkspaceDir, WorkspaceKeys};
use embudo_protocol::{DeviceFrame, HubFrame};
use embudo_store::{Changed, Depth, Device, Key, Location, OpenOptions, Store};
use embudo_sync::{DeviceSync, SyncEvent};
use std::convert::Infallible;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

/// The first sync of a new workspace is two rows.
const FIRST_SYNC: Duration = Duration::from_secs(30);
const SYNC_EVENTS: usize = 64;
/// After an unclean end the file is checked, but not while the inbox is being painted.
const CHECK_AFTER: Duration = Duration::from_secs(5);
const SIMULATOR_LEDGER: &str = "app.embudo 2026-11 simulator ledger";

pub struct Opened {
    pub workspace: Arc<Workspace>,
}

/// `None`: no workspace on this computer yet.
pub async fn open_existing(
    app: &App,
    dir: Arc<DataDir>,
    secrets: Arc<dyn SecretStore>,
) -> Result<Option<Opened>, StartError> {
    let mut ids: Vec<Uuid> = dir.workspaces()?.iter().filter_map(|name| name.parse().ok()).collect();
    ids.sort();
    for id in ids {
        let place = dir.workspace(id)?;
        let has_database = place.device_db().exists() || place.hub_db().exists();
        let (store, at) = (secrets.clone(), id);
        let keys = off_thread(move || WorkspaceKeys::load(&*store, at)).await??;
        match keys {
            Some(keys) if has_database => {
                if let Some(opened) = open(app, &dir, place.clone(), keys, secrets.clone(), id, None).await? {
                    return Ok(Some(opened));
                }
                tracing::warn!(workspace = %id, "a first run was interrupted; what it left is put away");
                put_away(&place, &secrets, id).await?;
            }
            None if has_database => {
                return Err(StartError::broken("KEY_LOST", "the secret store holds no key for this workspace"));
            }
            _ => put_away(&place, &secrets, id).await?,
        }
    }
    Ok(None)
}

/// Does a folder here hold somebody's data? Its key then lies in the store that was used before.
pub fn has_data(dir: &DataDir) -> Result<bool, StartError> {
    for name in dir.workspaces()? {
        let place = dir.workspace(name)?;
        if place.device_db().exists() || place.hub_db().exists() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Both databases are blank. Files beside them have no owner then, but they may be all that a
/// damaged disk left of one: the folder gets another name instead, and the key stays.
async fn put_away(place: &WorkspaceDir, secrets: &Arc<dyn SecretStore>, id: Uuid) -> Result<(), StartError> {
    let root = place.root().to_owned();
    let media = place.media();
    let aside = off_thread(move || {
        if !holds_files(&media) {
            return Ok(false);
        }
        let mut number = 1;
        let mut name = root.with_extension("aside");
        while name.exists() {
            number += 1;
            name = root.with_extension(format!("aside-{number}"));
        }
        std::fs::rename(&root, name).map(|()| true)
    })
    .await?
    .map_err(|error: std::io::Error| StartError::from(embudo_platform::DataDirError::from(error)))?;
    if aside { Ok(()) } else { remove(place, secrets, id).await }
}

fn holds_files(folder: &std::path::Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => holds_files(&entry.path()),
        _ => true,
    })
}

async fn remove(place: &WorkspaceDir, secrets: &Arc<dyn SecretStore>, id: Uuid) -> Result<(), StartError> {
    let (root, secrets) = (place.root().to_owned(), secrets.clone());
    off_thread(move || {
        std::fs::remove_dir_all(&root)?;
        if let Err(error) = WorkspaceKeys::delete(&*secrets, id) {
            tracing::warn!(%error, "the key of a workspace that never was stays");
        }
        Ok::<_, std::io::Error>(())
    })
    .await?
    .map_err(|error| embudo_platform::DataDirError::from(error).into())
}

/// The first run. Nobody is told before everything is durable.
pub async fn create(
    app: &App,
    dir: Arc<DataDir>,
    secrets: Arc<dyn SecretStore>,
    args: CreateWorkspace,
) -> Result<Opened, StartError> {
    let id = Uuid::now_v7();
    let (store, at) = (secrets.clone(), id);
    let keys = off_thread(move || WorkspaceKeys::create(&*store, at)).await??;
    let place = dir.workspace(id)?;
    let language = args.language;
    let founding = Founding::new(id, args, app.config.clock.now_ms(), &app.config.locale);
    let opened = open(app, &dir, place.clone(), keys, secrets.clone(), id, Some(founding)).await;
    let opened = match opened {
        Ok(Some(opened)) => opened,
        Ok(None) => return Err(StartError::broken("INTERNAL", "a founded workspace is not founded")),
        Err(error) => {
            if let Err(error) = remove(&place, &secrets, id).await {
                tracing::warn!(%error, "what a failed first run left stays until the next start");
            }
            return Err(error);
        }
    };
    let value = serde_json::to_string(&language).map_err(|error| StartError::broken("INTERNAL", error))?;
    if let Err(error) = opened.workspace.act(Act::PutSetting { key: "language".to_owned(), value }).await {
        tracing::warn!(code = error.code, "the chosen language was not kept");
    }
    Ok(opened)
}

/// What a new workspace begins with.
struct Founding {
    workspace: WorkspaceRow,
    owner: Member,
}

/// The row, not the open thing.
type WorkspaceRow = embudo_domain::Workspace;

impl Founding {
    fn new(id: Uuid, args: CreateWorkspace, now_ms: i64, locale: &str) -> Self {
        let or = |text: &str, other: &str| {
            let text = text.trim();
            if text.is_empty() { other.to_owned() } else { text.to_owned() }
        };
        let country = args.country.trim().to_ascii_uppercase();
        let country = if crate::phone::is_country(&country) { Some(country) } else { settings::country_of(locale) };
        let usual = match args.language {
            Language::En => "US",
            Language::Es => "MX",
            Language::Pt => "BR",
        };
        Self {
            workspace: WorkspaceRow {
                id: WorkspaceId(id),
                name: or(&args.workspace_name, settings::first_name_of_a_workspace(args.language)),
                default_country: country.unwrap_or_else(|| usual.to_owned()),
                created_at_ms: now_ms,
            },
            owner: Member {
                id: MemberId(Uuid::now_v7()),
                name: or(&args.my_name, settings::first_name_of_the_owner(args.language)),
                role: Role::Owner,
                active: true,
            },
        }
    }
}

/// `None`: never founded, and no founding given.
async fn open(
    app: &App,
    dir: &DataDir,
    place: WorkspaceDir,
    keys: WorkspaceKeys,
    secrets: Arc<dyn SecretStore>,
    id: Uuid,
    founding: Option<Founding>,
) -> Result<Option<Opened>, StartError> {
    let clock = app.config.clock.clone();
    let media = open_media(&place, &keys, &clock).await?;
    let device_key = *keys.database_key(Database::Device);
    let store =
        Store::open(&OpenOptions { location: Location::File(place.device_db()), key: Key::Raw(device_key) }).await?;
    let hub_key = *keys.database_key(Database::Hub);
    let mut hub_store = embudo_hub::Store::open(Place::File(&place.hub_db()), Sealing::Key(hub_key)).await?;
    if let Some(cursor) = store.cursor().await?
        && hub_store.is_older_copy(cursor).await?
    {
        tracing::warn!("the hub's database is an older copy; the device tells it what it has forgotten");
    }
    let mut sample = app.config.sample_customers.clone();
    sample.key = Some(blake3::derive_key(SIMULATOR_LEDGER, &hub_key));
    let sample = SampleCustomers { ledger: place.root().join("simulator.db"), options: sample };
    let channels = Arc::new(Channels::new(Secrets::new(secrets), sample));
    let attaching = Arc::new(Attaching::default());
    let hub_media = {
        let (store, scratch, arriving) = (media.clone(), place.root().join("scratch"), attaching.clone());
        off_thread(move || HubMedia::open(store, scratch, arriving))
            .await?
            .map_err(|error| StartError::from(embudo_platform::DataDirError::from(error)))?
    };
    let machine = Arc::new(HubMachineClock(clock.clone()));
    let hub = Hub::start(hub_store, HubOptions::default(), machine, channels.clone(), Arc::new(hub_media)).await?;

    let hub_clock = Arc::new(HubClock::load(clock, dir.hub_time()));
    let language = settings::language_of(&app.config.locale);
    let joined = match join(&hub, &store, id, founding, language, &hub_clock).await {
        Ok(Some(joined)) => joined,
        not => {
            // A hub that went on under a screen which says that it can't would meet the hub of
            // the next try on the same file.
            hub.stop().await;
            // Closing a file that nobody uses cannot lose anything.
            let _ = store.close().await;
            return not.map(|_| None);
        }
    };
    let Joined { device, sync, events, catalogue } = joined;
    let workspace = Arc::new(Workspace::new(Parts {
        store,
        device,
        dir: place,
        media,
        attaching,
        hub: HubSide::new(hub),
        channels,
        clock: hub_clock,
        bus: app.bus.clone(),
        catalogue,
        language,
        sync,
    }));
    tokio::spawn(follow_sync(Arc::downgrade(&workspace), events));
    tokio::spawn(follow_lines(Arc::downgrade(&workspace)));
    tokio::spawn(follow_trouble(Arc::downgrade(&workspace)));
    holds::watch(&workspace);
    space::watch(&workspace);
    erasing::watch(&workspace);
    if let Some(gear) = &app.config.alerts {
        alerts::watch(&workspace, gear.clone());
    }
    // The numbering plans take a moment to load: before the first contact is looked at.
    tokio::task::spawn_blocking(crate::phone::warm_up);
    tokio::spawn(warm_leads(workspace.store.clone()));
    if workspace.store.was_open() {
        tokio::spawn(check_later(Arc::downgrade(&workspace)));
    }
    Ok(Some(Opened { workspace }))
}

/// So that the leads page and the inbox by leads find them read.
async fn warm_leads(store: Store) {
    if let Err(error) = store.warm_chats().await {
        tracing::debug!(%error, "the conversations could not be read ahead");
    }
    if let Err(error) = store.warm_leads().await {
        // Also when the program ends meanwhile; who asks is told.
        tracing::debug!(%error, "the leads could not be read ahead");
    }
    give_back_memory();
}

/// The rows that were read are many times what is kept of them.
fn give_back_memory() {
    tokio::task::spawn_blocking(embudo_platform::give_back_memory);
}

/// This device, known to its hub and with what it must know before anything is shown.
struct Joined {
    device: Device,
    sync: DeviceSync,
    events: mpsc::Receiver<SyncEvent<Changed>>,
    catalogue: Catalogue,
}

/// `None`: never founded, and no founding given. Nothing of it runs on after an error.
async fn join(
    hub: &Hub,
    store: &Store,
    id: Uuid,
    founding: Option<Founding>,
    language: Language,
    clock: &HubClock,
) -> Result<Option<Joined>, StartError> {
    let Some(device) = found(hub, store, id, founding).await? else { return Ok(None) };
    let device = not_an_older_copy(hub, store, device).await?;
    store.ask_for_held().await?;

    let (events_in, mut events) = mpsc::channel(SYNC_EVENTS);
    let to_hub = hub.clone();
    let connect = move || {
        let link = to_hub.connect(device.device_id, device.member_id);
        async move { Ok::<_, Infallible>((link.to_hub, link.from_hub)) }
    };
    let sync = embudo_sync::spawn(Arc::new(store.clone()), device.device_id, device.member_id, connect, events_in);
    match first_catalogue(store, device.member_id, language, (clock, hub), &mut events).await {
        Ok(catalogue) => Ok(Some(Joined { device, sync, events, catalogue })),
        Err(error) => {
            sync.stop().await;
            Err(error)
        }
    }
}

async fn open_media(
    place: &WorkspaceDir,
    keys: &WorkspaceKeys,
    clock: &Arc<dyn embudo_platform::Clock>,
) -> Result<Arc<MediaStore>, StartError> {
    let (folder, keys, clock) = (place.media(), keys.media_keys(), clock.clone());
    let opened = crate::workspace::opened_files(place);
    let store = off_thread(move || {
        // Plain copies for other programs live for one run.
        if let Err(error) = std::fs::remove_dir_all(&opened)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "files that were opened could not be removed");
        }
        MediaStore::open(folder, keys, clock)
    })
    .await??;
    Ok(Arc::new(store))
}

/// The hub's workspace and this device's name in it, made if there is a founding. `None`: neither
/// file knows of a workspace.
async fn found(hub: &Hub, store: &Store, id: Uuid, founding: Option<Founding>) -> Result<Option<Device>, StartError> {
    let known = store.device().await?;
    match (hub.workspace_id().await?, known, founding) {
        (Some(_), Some(device), _) => Ok(Some(device)),
        (None, _, Some(founding)) => {
            let member_id = founding.owner.id;
            hub.found(founding.workspace, founding.owner).await?;
            new_device(store, member_id, id).await.map(Some)
        }
        // A power cut in the first run, or a device database that was lost: all it knew and the
        // hub did not is gone with it, the rest comes with the first sync.
        (Some(_), None, _) => {
            let owner = hub.owner().await?;
            let owner = owner.ok_or_else(|| StartError::broken("DATA_CORRUPT", "the workspace has no owner"))?;
            tracing::warn!(workspace = %id, "this workspace has no device database; it is filled anew");
            new_device(store, owner, id).await.map(Some)
        }
        // Whoever used this device had a hub: a file that was moved away can be put back.
        (None, Some(_), None) => {
            Err(StartError::broken("HUB_DATA_MISSING", "the hub's database is missing or empty, the device's is there"))
        }
        (None, None, None) => Ok(None),
    }
}

async fn new_device(store: &Store, member_id: MemberId, id: Uuid) -> Result<Device, StartError> {
    let device = Device {
        device_id: DeviceId(Uuid::now_v7()),
        member_id,
        workspace_id: WorkspaceId(id),
        incarnation: Uuid::new_v4().as_u64_pair().0 >> 1,
    };
    store.set_device(device).await?;
    Ok(device)
}

/// Was the device's file put back from a copy? Then the hub knows acts of it that the file does
/// not, and new ones under the same numbers would be taken for repetitions: it goes on under a
/// new name. Asked before any act can be made.
async fn not_an_older_copy(hub: &Hub, store: &Store, device: Device) -> Result<Device, StartError> {
    let mut link = hub.connect(device.device_id, device.member_id);
    let hello =
        DeviceFrame::Hello { device_id: device.device_id, member_id: device.member_id, cursor: store.cursor().await? };
    let greeted = tokio::time::timeout(FIRST_SYNC, async {
        link.to_hub.send(hello).await.ok()?;
        loop {
            match link.from_hub.recv().await? {
                HubFrame::Welcome { last_mid, .. } => return Some(last_mid),
                // It is the hub that is an older copy: it knows nothing that the device does not.
                HubFrame::Recall { .. } => return Some(0),
                _ => {}
            }
        }
    });
    let last_mid =
        greeted.await.ok().flatten().ok_or_else(|| StartError::broken("SYNC_FAILED", "the hub does not answer"))?;
    if last_mid <= store.newest_mid().await? {
        return Ok(device);
    }
    tracing::warn!("this device's database is an older copy; it continues under a new id");
    let device = Device { device_id: DeviceId(Uuid::now_v7()), ..device };
    store.set_device(device).await?;
    Ok(device)
}

/// The workspace and its owner reach the device with the first batch.
async fn first_catalogue(
    store: &Store,
    member_id: MemberId,
    language: Language,
    (clock, hub): (&HubClock, &Hub),
    events: &mut mpsc::Receiver<SyncEvent<Changed>>,
) -> Result<Catalogue, StartError> {
    let deadline = tokio::time::Instant::now() + FIRST_SYNC;
    loop {
        if let Some(catalogue) = Catalogue::load(store, member_id, language).await? {
            return Ok(catalogue);
        }
        match tokio::time::timeout_at(deadline, events.recv()).await {
            Ok(Some(SyncEvent::HubTime(hub_ms))) if hub.time_is_sure() => clock.heard(hub_ms),
            Ok(Some(SyncEvent::HubTime(_) | SyncEvent::Changed(_) | SyncEvent::Rested)) => {}
            Ok(Some(SyncEvent::Failed(error))) => return Err(StartError::broken("SYNC_FAILED", error)),
            Ok(None) | Err(_) => {
                return Err(StartError::broken("SYNC_FAILED", "the workspace did not reach this device"));
            }
        }
    }
}

async fn follow_sync(workspace: Weak<Workspace>, mut events: mpsc::Receiver<SyncEvent<Changed>>) {
    while let Some(event) = events.recv().await {
        let Some(workspace) = workspace.upgrade() else { return };
        match event {
            SyncEvent::Changed(changed) => workspace.tell(changed).await,
            // What the hub itself is not sure of is no contact with a server.
            SyncEvent::HubTime(hub_ms) if workspace.hub.hub().time_is_sure() => workspace.clock.heard(hub_ms),
            SyncEvent::HubTime(_) => {}
            SyncEvent::Rested => give_back_memory(),
            SyncEvent::Failed(error) => {
                tracing::error!(%error, "sync has ended");
                workspace.bus.put(AppEvent::StatusChanged);
            }
        }
    }
}

/// What lines report now and then: last heard, and with it the time.
async fn follow_lines(workspace: Weak<Workspace>) {
    let Some(mut status) = workspace.upgrade().map(|workspace| workspace.hub.hub().line_status()) else { return };
    while status.changed().await.is_ok() {
        let Some(workspace) = workspace.upgrade() else { return };
        if workspace.hub.hub().time_is_sure() {
            workspace.clock.heard(workspace.hub.hub().now_ms());
        }
        workspace.bus.put(AppEvent::StatusChanged);
    }
}

/// The hub cannot write, or can again: the person hears it although they did nothing.
async fn follow_trouble(workspace: Weak<Workspace>) {
    let Some(mut trouble) = workspace.upgrade().map(|workspace| workspace.hub.hub().trouble()) else { return };
    while trouble.changed().await.is_ok() {
        let Some(workspace) = workspace.upgrade() else { return };
        workspace.bus.put(AppEvent::StatusChanged);
    }
}

async fn check_later(workspace: Weak<Workspace>) {
    tokio::time::sleep(CHECK_AFTER).await;
    let Some(workspace) = workspace.upgrade() else { return };
    if let Err(error) = crate::commands::check(&workspace, Depth::Everything).await {
        tracing::error!(code = error.code, "the database could not be checked");
    }
}

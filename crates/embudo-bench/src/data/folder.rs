//! A data folder that the app opens: keys in a secret store, the hub's database, the device's
//! by a first sync, one photo. Made once per shape and schema and kept.

use super::plan::{NOW_MS, Shape};
use super::rows::{LINE_URL, LINES, Made, OWNER, Rows};
use anyhow::{Context as _, Result, bail};
use embudo_domain::*;
use embudo_hub::{HubCore, Place, Sealing};
use embudo_platform::{DataDir, Database, FileSecrets, MediaStore, SystemClock, WorkspaceKeys};
use embudo_protocol::HubFrame;
use embudo_store::{Device, Key, Location, OpenOptions, Store};
use sqlx::migrate::Migrator;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

pub const WORKSPACE: WorkspaceId = WorkspaceId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
pub const DEVICE: DeviceId = DeviceId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0003));
/// Messages per transaction while it is made.
const PIECE: usize = 4_000;
/// The smallest PNG.
const PHOTO: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x64, 0xf8, 0xcf,
    0x50, 0x0f, 0, 3, 0x86, 1, 0x80, 0x5a, 0x34, 0x7d, 0x6b, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60,
    0x82,
];

/// Where everything of one data set lies.
#[derive(Clone, Debug)]
pub struct Folder {
    pub data: PathBuf,
    pub secrets: PathBuf,
    pub shape: Shape,
}

impl Folder {
    pub fn hub_db(&self) -> PathBuf {
        self.place().join("hub.db")
    }

    pub fn device_db(&self) -> PathBuf {
        self.place().join("device.db")
    }

    fn place(&self) -> PathBuf {
        self.data.join("workspaces").join(WORKSPACE.to_string())
    }

    /// What a database is sealed with.
    pub fn key(&self, database: Database) -> Result<[u8; 32]> {
        let secrets = FileSecrets::open(&self.secrets)?;
        let keys = WorkspaceKeys::load(&secrets, WORKSPACE)?.context("the secrets file holds no key for the data")?;
        Ok(*keys.database_key(database))
    }

    pub fn hub_sealing(&self) -> Result<Sealing> {
        Ok(Sealing::Key(self.key(Database::Hub)?))
    }

    pub async fn open_device(&self) -> Result<Store> {
        let key = Key::Raw(self.key(Database::Device)?);
        Ok(Store::open(&OpenOptions { location: Location::File(self.device_db()), key }).await?)
    }
}

/// From the cache, made first if need be.
pub async fn cached(cache: &Path, shape: Shape) -> Result<Folder> {
    let root = cache_root(cache, shape);
    let folder = Folder { data: root.join("data"), secrets: root.join("secrets.json"), shape };
    let done = root.join("complete");
    if done.exists() {
        return Ok(folder);
    }
    if root.exists() {
        std::fs::remove_dir_all(&root)?;
    }
    std::fs::create_dir_all(&root)?;
    make(&folder).await?;
    std::fs::write(done, "")?;
    Ok(folder)
}

/// Where all of a data set is kept.
pub fn cache_root(cache: &Path, shape: Shape) -> PathBuf {
    cache.join(cache_name(shape))
}

/// A copy at `data` and `secrets` that may be changed.
pub fn copy_to(from: &Folder, data: &Path, secrets: &Path) -> Result<Folder> {
    if std::fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty", data.display());
    }
    copy_folder(&from.data, data)?;
    if let Some(parent) = secrets.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::copy(&from.secrets, secrets)?;
    Ok(Folder { data: data.to_owned(), secrets: secrets.to_owned(), shape: from.shape })
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The key of the workspace into another place for secrets.
pub fn copy_key(from: &Folder, to: &dyn embudo_platform::SecretStore) -> Result<()> {
    use embudo_platform::SecretStore as _;
    let name = format!("workspace/{WORKSPACE}/master");
    let master = FileSecrets::open(&from.secrets)?.get(&name)?.context("the secrets file holds no key for the data")?;
    Ok(to.set(&name, &master)?)
}

/// Rises with every change of the generator, or of how rows become bytes.
const VERSION: &str = "3";

static HUB_SCHEMA: Migrator = sqlx::migrate!("../embudo-hub/migrations");
static DEVICE_SCHEMA: Migrator = sqlx::migrate!("../embudo-store/migrations");

/// Another schema or shape is another data set.
fn cache_name(shape: Shape) -> String {
    let mut parts = VERSION.as_bytes().to_vec();
    for migration in HUB_SCHEMA.iter().chain(DEVICE_SCHEMA.iter()) {
        parts.extend_from_slice(&migration.checksum);
    }
    let key = Uuid::new_v5(&Uuid::NAMESPACE_OID, &parts).simple().to_string();
    let planned = if shape.follow_ups > 0 { format!("-{}", shape.follow_ups) } else { String::new() };
    let Shape { conversations, messages, longest, seed, .. } = shape;
    format!("{conversations}-{messages}-{longest}-{seed}{planned}-{}", &key[..12])
}

async fn make(folder: &Folder) -> Result<()> {
    let started = Instant::now();
    let dir = DataDir::open(&folder.data)?;
    let place = dir.workspace(WORKSPACE)?;
    let keys = WorkspaceKeys::create(&FileSecrets::open(&folder.secrets)?, WORKSPACE)?;
    let media = MediaStore::open(place.media(), keys.media_keys(), Arc::new(SystemClock::new()))?;
    let photo = media.put_bytes(PHOTO, PHOTO.len() as u64)?;

    let store = embudo_hub::Store::open(Place::File(&folder.hub_db()), folder.hub_sealing()?).await?;
    let mut core = HubCore::open(store, embudo_hub::Options::default(), NOW_MS).await?;
    let workspace = Workspace { id: WORKSPACE, name: "Bench".into(), default_country: "MX".into(), created_at_ms: 0 };
    let owner = Member { id: OWNER, name: "Ana".into(), role: Role::Owner, active: true };
    core.found(workspace, owner, NOW_MS).await?;
    core.put_rows(&first_rows()).await?;
    let mut rows = Rows::new(folder.shape, photo.to_string(), PHOTO.len() as u64);
    let mut written = 0;
    while let Some(piece) = rows.next(PIECE) {
        core.put_rows(&piece).await?;
        written += piece.len();
    }
    core.into_store().close().await?;
    eprintln!("hub: {written} rows in {:.0} s", started.elapsed().as_secs_f64());
    first_sync(folder).await
}

/// The device receives it as any new device does.
async fn first_sync(folder: &Folder) -> Result<()> {
    let started = Instant::now();
    let store = embudo_hub::Store::open(Place::File(&folder.hub_db()), folder.hub_sealing()?).await?;
    let mut core = HubCore::open(store, embudo_hub::Options::default(), NOW_MS).await?;
    let device = folder.open_device().await?;
    device.set_device(Device { device_id: DEVICE, member_id: OWNER, workspace_id: WORKSPACE, incarnation: 1 }).await?;
    let mut frames: std::collections::VecDeque<HubFrame> = core.hello(DEVICE, OWNER, None, NOW_MS).await?.into();
    let mut applied = 0;
    while let Some(frame) = frames.pop_front() {
        let HubFrame::Changes { to, ref changes, .. } = frame else { continue };
        applied += changes.len();
        let batch = frame.try_into().map_err(|_| anyhow::anyhow!("a frame of changes is a batch"))?;
        device.apply_changes(&batch).await?;
        frames.extend(core.applied(DEVICE, to).await?);
    }
    device.close().await?;
    core.into_store().close().await?;
    let seconds = started.elapsed().as_secs_f64();
    eprintln!("device: {applied} rows in {seconds:.0} s, {:.0} rows/s", applied as f64 / seconds);
    Ok(())
}

fn first_rows() -> Vec<Made> {
    let line = |number: usize, name: &str, color: &str, window_ms: Option<i64>| {
        let line = Line {
            id: LINES[number],
            line_type: LineType::Simulator,
            display_name: name.to_owned(),
            external_id: format!("bench{number}"),
            color: color.to_owned(),
            state: LineState::Connected,
            base_url: Some(LINE_URL.to_owned()),
            created_at_ms: 0,
            window_ms,
            history: LineHistory::Kept,
            auto_lead: None,
        };
        (Row::Line(line), None)
    };
    vec![line(0, "Ventas", "#2266aa", Some(86_400_000)), line(1, "Suporte", "#aa6622", None)]
}

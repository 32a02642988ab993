//! The rows of the table that need no window.

#[cfg(feature = "commands")]
mod agenda;
#[cfg(feature = "commands")]
mod commands;
mod directory;
#[cfg(feature = "commands")]
mod import;
mod live;
mod reads;
mod sale;

use crate::data::folder::{self, Folder};
use crate::data::plan::Shape;
use crate::floor;
use crate::options::Options;
use crate::report::{Goal, Line};
use anyhow::{Result, bail};
use embudo_platform::Database;
use std::path::Path;

/// What `--rows` may name, in the order of the table.
pub const NAMES: [&str; 12] = [
    "inbox",
    "filters",
    "thread",
    "search",
    "sale",
    "directory",
    "commands",
    "bulk",
    "agenda",
    "import",
    "live",
    "disk",
];

pub async fn measure(options: &Options, rows: &[String]) -> Result<Vec<Line>> {
    if let Some(unknown) = rows.iter().find(|row| !NAMES.contains(&row.as_str())) {
        bail!("{unknown} is no row; there are {}", NAMES.join(", "));
    }
    let wants = |name: &str| rows.is_empty() || rows.iter().any(|row| row == name);
    let kept = folder::cached(&options.cache, options.shape).await?;
    let scratch = tempfile::tempdir_in(&options.cache)?;
    let copy = folder::copy_to(&kept, &scratch.path().join("data"), &scratch.path().join("secrets.json"))?;
    let mut lines = Vec::new();
    if ["inbox", "filters", "thread", "search", "sale", "directory", "commands", "bulk"].into_iter().any(wants) {
        reads(&copy, options.samples, &wants, &mut lines).await?;
    }
    if wants("thread") && options.shape == Shape::FULL {
        lines.push(longest_thread(options, scratch.path()).await?);
    }
    #[cfg(feature = "commands")]
    if wants("agenda") {
        agenda(options, scratch.path(), &mut lines).await?;
    }
    #[cfg(feature = "commands")]
    if wants("import") {
        // Into a copy of its own: what is measured after it pays nothing for it.
        let (data, secrets) = (scratch.path().join("import"), scratch.path().join("import.json"));
        let copy = folder::copy_to(&kept, &data, &secrets)?;
        let known = import::known(&copy, options.import_rows()).await?;
        let app = commands::start(&copy).await?;
        import::measure(&app, &copy, &import::List::new(options.import_rows(), &known), scratch.path(), &mut lines)
            .await?;
        app.stop().await;
        std::fs::remove_dir_all(&data)?;
    }
    if wants("live") {
        let mut live = live::Live::start(&copy).await?;
        lines.push(live.receive(options.samples).await?);
        live.burst(&mut lines).await?;
        lines.extend(live.drops(options.samples).await?);
        live.stop().await?;
    }
    if wants("disk") {
        disk(&kept, &options.cache, &mut lines).await?;
    }
    Ok(lines)
}

async fn reads(folder: &Folder, samples: usize, wants: &dyn Fn(&str) -> bool, lines: &mut Vec<Line>) -> Result<()> {
    let store = folder.open_device().await?;
    floor::check_plans(&store).await?;
    let mut reads = reads::Reads::new(&store, folder.shape, samples);
    if wants("inbox") {
        reads.inbox(lines).await?;
    }
    if wants("filters") {
        reads.filters(lines).await?;
    }
    if wants("thread") {
        reads.threads(lines).await?;
    }
    if wants("search") {
        reads.search(lines).await?;
    }
    if wants("sale") {
        reads.sale(lines).await?;
    }
    if wants("directory") {
        reads.directory(lines).await?;
    }
    #[cfg(feature = "commands")]
    if wants("commands") || wants("bulk") {
        let app = commands::start(folder).await?;
        if wants("commands") {
            commands::measure(&app, &mut reads, lines).await?;
        }
        if wants("bulk") {
            commands::bulk(&app, lines).await?;
        }
        app.stop().await;
    }
    Ok(store.close().await?)
}

/// Of data of its own, which is kept like the other.
#[cfg(feature = "commands")]
async fn agenda(options: &Options, scratch: &Path, lines: &mut Vec<Line>) -> Result<()> {
    let kept = folder::cached(&options.cache, options.shape.agenda()).await?;
    let copy = folder::copy_to(&kept, &scratch.join("agenda"), &scratch.join("agenda.json"))?;
    let app = commands::start(&copy).await?;
    agenda::measure(&app, copy.shape, options.samples, lines).await?;
    app.stop().await;
    Ok(())
}

/// The second database.
async fn longest_thread(options: &Options, scratch: &Path) -> Result<Line> {
    let kept = folder::cached(&options.cache, Shape::ONE_LONG).await?;
    let copy = folder::copy_to(&kept, &scratch.join("long"), &scratch.join("long.json"))?;
    let store = copy.open_device().await?;
    let mut reads = reads::Reads::new(&store, copy.shape, options.samples);
    let ids = vec![crate::data::rows::conversation_id(copy.shape.seed, 0); options.samples];
    let line = reads.thread(&format!("open a thread of {}", copy.shape.longest), &ids).await?;
    store.close().await?;
    Ok(line)
}

async fn disk(folder: &Folder, cache: &Path, lines: &mut Vec<Line>) -> Result<()> {
    let path = folder::cache_root(cache, folder.shape).join("floor.db");
    let floor = floor::database::size_bytes(folder, &path).await?;
    let (hub, device) = (std::fs::metadata(folder.hub_db())?.len(), std::fs::metadata(folder.device_db())?.len());
    let name =
        format!("disk: hub {} + device {} MB, floor {} MB", hub / 1_000_000, device / 1_000_000, floor / 1_000_000);
    lines.push(Line::figure(name, (hub + device) as f64 / floor as f64, "× the floor", Goal::AtMost(2.6)));
    Ok(())
}

/// Where the bytes are, for who wants fewer.
pub async fn sizes(options: &Options) -> Result<()> {
    let folder = folder::cached(&options.cache, options.shape).await?;
    let path = folder::cache_root(&options.cache, folder.shape).join("floor.db");
    floor::database::size_bytes(&folder, &path).await?;
    let device = folder.key(Database::Device)?;
    for (name, path, key) in [
        ("hub", folder.hub_db(), folder.key(Database::Hub)?),
        ("device", folder.device_db(), device),
        ("floor", path, device),
    ] {
        println!("{name}: {} bytes", std::fs::metadata(&path)?.len());
        for (table, bytes) in floor::database::tables(&path, key).await? {
            println!("  {bytes:>12} {table}");
        }
    }
    Ok(())
}

//! The desktop shell: a window, the tray, the bridge to the web UI, and nothing that decides.
//!
//! Who owns a data folder is decided by the operating system's lock on it, which the app takes;
//! a second start on the same folder brings the first forward and ends.

mod alerts;
mod bridge;
mod closing;
mod forward;
mod keyring;
mod log;
mod media;
mod options;
mod reply_box;
mod tray;
mod windows;

use embudo_app::{App, AppConfig};
use forward::Start;
use options::Options;
use std::sync::Arc;
use std::time::Duration;
use tauri::{Manager, RunEvent};

/// At the end of the program sends under way get a moment; killing it loses nothing either.
const GOODBYE: Duration = Duration::from_secs(8);

pub fn run() -> anyhow::Result<()> {
    let options = match Options::read()? {
        Some(options) => options,
        None => return Ok(()),
    };
    let log = log::start();
    let Options { data, hidden, link } = options;
    // Before anything of a window begins: a program that ends while its window system is being
    // set up by other threads may crash in them.
    let folder = match forward::take_or_hand_over(&data, link.as_deref(), hidden) {
        Start::HandedOver => return Ok(()),
        Start::Here(folder) => folder,
    };
    let runtime = tokio::runtime::Runtime::new()?;
    tauri::async_runtime::set(runtime.handle().clone());

    // The app opens its databases while the web view gets ready.
    let mut config = AppConfig::new(&data, keyring::opener(&data));
    config.folder = folder;
    config.opener = Arc::new(bridge::SystemOpener);
    let shell = Arc::new(alerts::Shell::new(&data));
    config.alerts = {
        let _inside = runtime.enter();
        alerts::gear(shell.clone())
    };
    let starting = runtime.spawn(App::start(config));

    let tauri_app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .register_asynchronous_uri_scheme_protocol(media::SCHEME, media::serve)
        .invoke_handler(tauri::generate_handler![bridge::call, bridge::blob, bridge::painted, bridge::left])
        .setup(move |handle| {
            let app = tauri::async_runtime::block_on(starting)?;
            if let Some(folder) = app.log_dir() {
                log.write_to(&folder);
            }
            bridge::pass_events(&app, handle.handle().clone());
            #[cfg(unix)]
            end_when_told(handle.handle().clone());
            handle.manage(app.clone());
            handle.manage(shell.clone());
            shell.begin(handle.handle(), &app);
            if !app.is_owned_elsewhere() {
                forward::listen(&data, shell.clone());
            }
            // Who signs in and starts nothing by hand is heard by what is open; whatever else it
            // is needs a person.
            if !(hidden && app.is_ready()) {
                windows::open_main(handle.handle(), &data, None)?;
            }
            if let Some(link) = &link {
                shell.follow(link);
            }
            Ok(())
        })
        .build(tauri::generate_context!())?;

    tauri_app.run(move |handle, event| match event {
        // The last window was closed, which is not the end (NOT-18): who ends it says so.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => with_shell(handle, |shell| shell.forward(None)),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => with_shell(handle, |shell| urls.iter().for_each(|url| shell.follow(url.as_str()))),
        RunEvent::Exit => end(handle),
        _ => {}
    });
    Ok(())
}

/// A desktop that signs out tells its programs by SIGTERM before it kills them.
#[cfg(unix)]
fn end_when_told(handle: tauri::AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    tauri::async_runtime::spawn(async move {
        match signal(SignalKind::terminate()) {
            Ok(mut told) => {
                told.recv().await;
                closing::end(&handle);
            }
            Err(error) => tracing::warn!(%error, "the end of the session will not be heard"),
        }
    });
}

fn end(handle: &tauri::AppHandle) {
    forward::stop_answering();
    let Some(app) = handle.try_state::<Arc<App>>() else { return };
    let app = Arc::clone(&app);
    let stopped = tauri::async_runtime::block_on(async move { tokio::time::timeout(GOODBYE, app.stop()).await });
    if stopped.is_err() {
        tracing::warn!("the app did not end in time");
    }
}

#[cfg(target_os = "macos")]
fn with_shell(handle: &tauri::AppHandle, with: impl FnOnce(&alerts::Shell)) {
    if let Some(shell) = handle.try_state::<Arc<alerts::Shell>>() {
        with(&shell);
    }
}

//! The desktop shell: a window, the bridge to the web UI, and nothing that decides.
//!
//! Who owns a data folder is decided by the operating system's lock on it, which the app takes;
//! a second start on the same folder brings the first forward and ends.

mod alerts;
mod bridge;
mod forward;
mod keyring;
mod log;
mod media;
mod options;
mod reply_box;
mod windows;

use embudo_app::{App, AppConfig};
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
    let runtime = tokio::runtime::Runtime::new()?;
    tauri::async_runtime::set(runtime.handle().clone());

    // The app opens its databases while the web view gets ready.
    let mut config = AppConfig::new(&options.data, keyring::opener(&options.data));
    config.opener = Arc::new(bridge::SystemOpener);
    let windows = Arc::new(alerts::Windows::default());
    config.alerts = {
        let _inside = runtime.enter();
        alerts::gear(windows.clone())
    };
    let starting = runtime.spawn(App::start(config));

    let data = options.data;
    let tauri_app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .register_asynchronous_uri_scheme_protocol(media::SCHEME, media::serve)
        .invoke_handler(tauri::generate_handler![bridge::call, bridge::blob, bridge::painted])
        .setup(move |shell| {
            let app = tauri::async_runtime::block_on(starting)?;
            if app.is_owned_elsewhere() && forward::ask(&data) {
                shell.handle().exit(0);
                return Ok(());
            }
            if let Some(folder) = app.log_dir() {
                log.write_to(&folder);
            }
            if !app.is_owned_elsewhere() {
                forward::listen(&data, shell.handle().clone());
            }
            bridge::pass_events(&app, shell.handle().clone());
            shell.manage(app);
            windows.are_of(shell.handle(), &data);
            windows::open_main(shell.handle(), &data)?;
            Ok(())
        })
        .build(tauri::generate_context!())?;

    tauri_app.run(|shell, event| {
        if let RunEvent::Exit = event
            && let Some(app) = shell.try_state::<Arc<App>>()
        {
            let app = Arc::clone(&app);
            let stopped =
                tauri::async_runtime::block_on(async move { tokio::time::timeout(GOODBYE, app.stop()).await });
            if stopped.is_err() {
                tracing::warn!("the app did not end in time");
            }
        }
    });
    Ok(())
}

//! Runs the app behind a local HTTP server until the process is told to end.

use crate::auth::{self, Door};
use crate::options::HostOptions;
use crate::routes;
use crate::ui::{self, UiFolder};
use anyhow::Context as _;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::routing::{get, post};
use embudo_app::{AlertGear, App, AppConfig, OpenSecrets};
use embudo_platform::{FileSecrets, SecretStore};
use std::sync::Arc;
use tokio::net::TcpListener;

const MAX_BODY_BYTES: usize = 65 * 1024 * 1024;

#[derive(Clone)]
struct Shared {
    app: Arc<App>,
    door: Door,
    ui: UiFolder,
}

impl FromRef<Shared> for Arc<App> {
    fn from_ref(shared: &Shared) -> Self {
        shared.app.clone()
    }
}

impl FromRef<Shared> for Door {
    fn from_ref(shared: &Shared) -> Self {
        shared.door.clone()
    }
}

impl FromRef<Shared> for UiFolder {
    fn from_ref(shared: &Shared) -> Self {
        shared.ui.clone()
    }
}

pub async fn run(options: HostOptions) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .init();
    let secrets_file = options.secrets.clone();
    let secrets: OpenSecrets = Arc::new(move |_| {
        let store: Arc<dyn SecretStore> = Arc::new(FileSecrets::open(&secrets_file)?);
        Ok(store)
    });
    let mut config = AppConfig::new(&options.data, secrets);
    config.secrets_place = "file";
    config.downloads = Some(options.data.join("downloads"));
    config.alerts = Some(AlertGear::in_memory());
    let app = App::start(config).await;

    let listener = TcpListener::bind(("127.0.0.1", options.port)).await.context("the port cannot be had")?;
    let port = listener.local_addr()?.port();
    let token = options.token.unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
    let shared = Shared { app: app.clone(), door: Door::new(token.clone(), port), ui: UiFolder(Arc::new(options.ui)) };
    let url = format!("http://127.0.0.1:{port}");
    tell(&serde_json::json!({ "url": url, "token": token }))?;
    axum::serve(listener, router(shared)).with_graceful_shutdown(told_to_end()).await.context("the server failed")?;
    app.stop().await;
    Ok(())
}

/// The one line that scripts read.
#[allow(clippy::print_stdout)]
fn tell(line: &serde_json::Value) -> anyhow::Result<()> {
    use std::io::Write as _;
    println!("{line}");
    Ok(std::io::stdout().flush()?)
}

async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without signals the process ends by being killed, which loses nothing.
    let _ = tokio::signal::ctrl_c().await;
}

fn router(shared: Shared) -> Router {
    let inside = Router::new()
        .route("/call/{command}", post(routes::call))
        .route("/commands", get(routes::commands))
        .route("/events", get(routes::events))
        .route("/media/{hash}", get(routes::media))
        .route("/blob", post(routes::blob))
        .route("/elsewhere", post(routes::elsewhere))
        .layer(middleware::from_fn_with_state(shared.clone(), auth::check_token));
    Router::new()
        .route("/session", post(routes::session))
        .route("/", get(ui::index))
        .route("/{*path}", get(ui::asset))
        .merge(inside)
        .layer(middleware::map_response(secure))
        .layer(middleware::from_fn_with_state(shared.clone(), auth::check_origin))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(shared)
}

async fn secure(mut response: axum::response::Response) -> axum::response::Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(ui::CSP));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

//! `embudo://localhost/preview/HASH` and `embudo://localhost/file/HASH`: files of the media
//! store for the web view, by range where it asks for one.

use embudo_app::{App, MediaAs, MediaPart, Range};
use std::sync::Arc;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};

pub const SCHEME: &str = "embudo";

/// Where our page is from, on the three systems and while developing.
const ORIGINS: [&str; 4] =
    ["tauri://localhost", "http://tauri.localhost", "https://tauri.localhost", "http://localhost:5173"];

pub fn serve<R: Runtime>(context: UriSchemeContext<'_, R>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let Some(app) = context.app_handle().try_state::<Arc<App>>().map(|app| Arc::clone(&app)) else {
        return responder.respond(plain(StatusCode::SERVICE_UNAVAILABLE, None));
    };
    tauri::async_runtime::spawn(async move { responder.respond(answer(&app, &request).await) });
}

async fn answer(app: &App, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let origin = text(header::ORIGIN).filter(|origin| ORIGINS.contains(origin)).map(str::to_owned);
    let mut path = request.uri().path().trim_matches('/').split('/');
    let (show_as, hash) = match (path.next(), path.next(), path.next()) {
        (Some("preview"), Some(hash), None) => (MediaAs::Preview, hash),
        (Some("file"), Some(hash), None) => (MediaAs::Full, hash),
        _ => return plain(StatusCode::NOT_FOUND, origin),
    };
    let range = text(header::RANGE).and_then(Range::parse);
    match app.media(hash, show_as, range).await {
        Ok(part) => full(part, origin),
        Err(error) if error.code == "BAD_RANGE" => plain(StatusCode::RANGE_NOT_SATISFIABLE, origin),
        Err(error) if error.code == "INTERNAL" => plain(StatusCode::INTERNAL_SERVER_ERROR, origin),
        Err(_) => plain(StatusCode::NOT_FOUND, origin),
    }
}

fn full(part: MediaPart, origin: Option<String>) -> Response<Vec<u8>> {
    let mut response = Response::builder()
        .status(if part.is_part { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK })
        .header(header::CONTENT_TYPE, part.mime)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        // The name is a hash of the content: it never changes.
        .header(header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    if part.is_part {
        let last = part.from + (part.bytes.len() as u64).max(1) - 1;
        response = response.header(header::CONTENT_RANGE, format!("bytes {}-{last}/{}", part.from, part.total_bytes));
    }
    if let Some(origin) = origin {
        response = response.header(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response.body(part.bytes).unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, None))
}

fn plain(status: StatusCode, origin: Option<String>) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    if let Some(origin) = origin.and_then(|origin| origin.parse().ok()) {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response
}

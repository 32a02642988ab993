//! The routes. Commands answer 200 with JSON or an `ApiError` with the status that fits best.

use crate::auth::Door;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use embudo_app::{ApiError, App, AppEvent, MediaAs, MediaPart, Range};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

#[derive(Deserialize)]
pub struct Token {
    token: String,
}

pub async fn session(State(door): State<Door>, Json(args): Json<Token>) -> Response {
    match door.trade(&args.token).and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        Some(cookie) => (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response(),
        None => refusal(StatusCode::UNAUTHORIZED, ApiError::new("SESSION")),
    }
}

pub async fn commands() -> Response {
    Json(embudo_app::commands::list()).into_response()
}

pub async fn call(State(app): State<Arc<App>>, Path(command): Path<String>, body: Bytes) -> Response {
    let args = if body.is_empty() { Ok(serde_json::Value::Null) } else { serde_json::from_slice(&body) };
    let args = match args {
        Ok(args) => args,
        Err(error) => return failed(ApiError::new("BAD_ARGUMENTS").with("detail", error.to_string())),
    };
    match app.call(&command, args).await {
        Ok(result) => Json(result).into_response(),
        Err(error) => failed(error),
    }
}

/// Another device that was quicker: for what a screen says when two were apart.
pub async fn elsewhere(State(app): State<Arc<App>>, Json(acts): Json<serde_json::Value>) -> Response {
    match app.overtake(acts).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => failed(error),
    }
}

fn failed(error: ApiError) -> Response {
    let status = match error.code.as_str() {
        "BAD_ARGUMENTS" => StatusCode::BAD_REQUEST,
        "UNKNOWN_COMMAND" | "NOT_FOUND" => StatusCode::NOT_FOUND,
        "BAD_RANGE" => StatusCode::RANGE_NOT_SATISFIABLE,
        "INTERNAL" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::CONFLICT,
    };
    refusal(status, error)
}

pub fn refusal(status: StatusCode, error: ApiError) -> Response {
    (status, Json(error)).into_response()
}

#[derive(Deserialize)]
pub struct MediaQuery {
    #[serde(rename = "as", default)]
    show_as: String,
}

pub async fn media(
    State(app): State<Arc<App>>,
    Path(hash): Path<String>,
    Query(query): Query<MediaQuery>,
    headers: HeaderMap,
) -> Response {
    let show_as = if query.show_as == "preview" { MediaAs::Preview } else { MediaAs::Full };
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).and_then(Range::parse);
    match app.media(&hash, show_as, range).await {
        Ok(part) => media_response(part),
        Err(error) => failed(error),
    }
}

fn media_response(part: MediaPart) -> Response {
    let status = if part.is_part { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut headers = HeaderMap::new();
    let mut put = |name, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    };
    if part.mime == "application/octet-stream" {
        put(header::CONTENT_DISPOSITION, "attachment".to_owned());
    }
    put(header::CONTENT_TYPE, part.mime);
    put(header::ACCEPT_RANGES, "bytes".to_owned());
    // The name is a hash of the content: it never changes.
    put(header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned());
    if part.is_part {
        let last = part.from + (part.bytes.len() as u64).max(1) - 1;
        put(header::CONTENT_RANGE, format!("bytes {}-{last}/{}", part.from, part.total_bytes));
    }
    (status, headers, Body::from(part.bytes)).into_response()
}

pub async fn blob(State(app): State<Arc<App>>, body: Bytes) -> Response {
    match app.put_blob(body.into()).await {
        Ok(blob) => Json(blob).into_response(),
        Err(error) => failed(error),
    }
}

pub async fn events(State(app): State<Arc<App>>, upgrade: WebSocketUpgrade) -> Response {
    // Subscribed before the answer: what follows the handshake is not missed.
    let events = app.events();
    upgrade.on_upgrade(move |socket| follow(socket, events))
}

async fn follow(mut socket: WebSocket, mut events: tokio::sync::broadcast::Receiver<AppEvent>) {
    loop {
        tokio::select! {
            event = events.recv() => {
                let event = match event {
                    Ok(event) => event,
                    // Too slow: it reads everything again when it comes back.
                    Err(RecvError::Lagged(_)) | Err(RecvError::Closed) => break,
                };
                let Ok(text) = serde_json::to_string(&event) else { continue };
                if socket.send(Message::Text(text.into())).await.is_err() {
                    return;
                }
            }
            incoming = socket.recv() => match incoming {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            }
        }
    }
    // The other side may be gone already.
    let _ = socket.send(Message::Close(None)).await;
}

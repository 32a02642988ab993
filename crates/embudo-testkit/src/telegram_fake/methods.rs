//! The methods of the Bot API that a bot of ours uses.

use super::{BOT_ID, Params, Refusal, SAME_OFFSET, SeenPoll, SentMessage, Server, World, error, ok, refuse};
use axum::body::{Body, Bytes};
use axum::response::Response;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const MAX_DOWNLOAD_BYTES: u64 = 20 * 1024 * 1024;

/// A body that breaks off before its first byte.
pub(super) fn broken() -> Body {
    let broken: Result<Bytes, std::io::Error> = Err(std::io::Error::other("the fake broke off"));
    Body::from_stream(futures_util::stream::iter([broken]))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` for seconds since 1970.
pub(super) fn http_date(at_s: i64) -> Option<String> {
    let days = at_s.div_euclid(86_400);
    let second = at_s.rem_euclid(86_400);
    // Howard Hinnant's civil-from-days.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let week_day = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"].get(days.rem_euclid(7) as usize)?;
    let name =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].get(month as usize - 1)?;
    Some(format!(
        "{week_day}, {day:02} {name} {year} {:02}:{:02}:{:02} GMT",
        second / 3_600,
        second / 60 % 60,
        second % 60
    ))
}

pub(super) async fn answer(server: &Server, method: &str, params: Params) -> Response {
    match method.to_lowercase().as_str() {
        "getme" => ok(json!({ "id": BOT_ID, "is_bot": true, "first_name": "Fake Shop", "username": "fake_shop_bot" })),
        "getupdates" => get_updates(server, params).await,
        "getwebhookinfo" => {
            let url = if server.world().webhook { "https://bots.example/hook/SECRET" } else { "" };
            ok(json!({ "url": url, "has_custom_certificate": false, "pending_update_count": 0 }))
        }
        "deletewebhook" => {
            server.world().webhook = false;
            ok(json!(true))
        }
        "getfile" => get_file(&server.world(), &params),
        "getuserprofilephotos" => get_profile_photos(&server.world(), &params),
        "editmessagetext" => edit(&mut server.world(), &params, "text", 4_096),
        "editmessagecaption" => edit(&mut server.world(), &params, "caption", 1_024),
        "sendmessage" | "sendphoto" | "senddocument" | "sendvoice" | "sendaudio" | "sendvideo" | "sendanimation"
        | "sendsticker" | "sendlocation" | "sendvenue" | "sendcontact" => send(&mut server.world(), method, params),
        _ => error(404, "Not Found: method not found"),
    }
}

fn bad(words: &str) -> Response {
    error(400, &format!("Bad Request: {words}"))
}

async fn get_updates(server: &Server, params: Params) -> Response {
    let asked = Instant::now();
    let offset = params.number("offset").unwrap_or(0);
    let limit = params.number("limit").unwrap_or(100);
    let timeout_s = params.number("timeout").unwrap_or(0);
    if !(1..=100).contains(&limit) || !(0..=50).contains(&timeout_s) {
        return bad("limit must be 1..100 and timeout 0..50");
    }
    let (my_no, hold_back) = {
        let mut world = server.world();
        if world.webhook {
            return webhook_is_active();
        }
        if let Some(allowed) = params.json("allowed_updates") {
            let Ok(kinds) = serde_json::from_value::<Vec<String>>(allowed) else {
                return bad("can't parse allowed updates");
            };
            // An empty list means the default, and a list that is not sent the last one.
            world.allowed = (!kinds.is_empty()).then(|| kinds.iter().cloned().collect());
        }
        // Confirms what is below; a negative offset throws away all but the last so many.
        if offset > 0 {
            // After a jump to lower ids the head is not below the offset any more.
            while world.updates.front().and_then(|update| update["update_id"].as_i64()).is_some_and(|id| id < offset) {
                world.updates.pop_front();
            }
        } else {
            let keep = if offset < 0 { offset.unsigned_abs() as usize } else { world.updates.len() };
            while world.updates.len() > keep {
                world.updates.pop_front();
            }
        }
        let again = world.polls.last().filter(|last| world.stretches && last.offset == offset);
        let hold_back = again.and_then(|last| SAME_OFFSET.checked_sub(last.at.elapsed()));
        let allowed_updates = world.allowed.iter().flatten().cloned().collect();
        world.polls.push(SeenPoll { at: asked, offset, timeout_s, allowed_updates });
        world.poll_no += 1;
        (world.poll_no, hold_back)
    };
    server.changed.notify_waiters();
    if let Some(pause) = hold_back {
        tokio::time::sleep(pause).await;
    }
    let until = asked + Duration::from_secs(timeout_s as u64);
    loop {
        let changed = server.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        {
            let world = server.world();
            if world.revoked {
                return error(401, "Unauthorized");
            }
            if world.webhook {
                return webhook_is_active();
            }
            if world.poll_no != my_no {
                return error(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                );
            }
            let found: Vec<Value> = world.updates.iter().take(limit as usize).cloned().collect();
            if !found.is_empty() || world.answers_at_once || Instant::now() >= until {
                return ok(json!(found));
            }
        }
        let _ = tokio::time::timeout_at(until.into(), changed).await;
    }
}

fn webhook_is_active() -> Response {
    error(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
}

fn get_file(world: &World, params: &Params) -> Response {
    match world.files.get(params.text("file_id")) {
        None => bad("wrong file_id or the file is temporarily unavailable"),
        Some(file) if file.claimed_bytes > MAX_DOWNLOAD_BYTES => bad("file is too big"),
        Some(file) => ok(json!({ "file_id": params.text("file_id"), "file_unique_id": "u",
            "file_size": file.claimed_bytes, "file_path": file.path })),
    }
}

/// Sizes of the newest pictures first; of a person whom the bot never met there are none to be had.
fn get_profile_photos(world: &World, params: &Params) -> Response {
    let Some(user) = params.number("user_id").filter(|user| world.chats.contains_key(user)) else {
        return bad("user not found");
    };
    if !(1..=100).contains(&params.number("limit").unwrap_or(100)) {
        return bad("limit must be 1..100");
    }
    let sizes = world.profile_photos.get(&user);
    let photos: Vec<Value> = sizes.into_iter().map(|sizes| json!(sizes)).collect();
    ok(json!({ "total_count": photos.len(), "photos": photos }))
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The chat that a message may go to.
fn chat_of(world: &World, params: &Params) -> Result<i64, Refusal> {
    let chat = params.number("chat_id").ok_or_else(|| refuse(400, "Bad Request: chat_id is empty"))?;
    if !world.chats.contains_key(&chat) {
        return Err(refuse(400, "Bad Request: chat not found"));
    }
    if world.blocked.contains(&chat) {
        return Err(refuse(403, "Forbidden: bot was blocked by the user"));
    }
    Ok(chat)
}

fn send(world: &mut World, method: &str, params: Params) -> Response {
    let chat = match chat_of(world, &params) {
        Ok(chat) => chat,
        Err((code, words)) => return error(code, &words),
    };
    if let Some(reply) = params.json("reply_parameters") {
        let exists =
            reply["message_id"].as_i64().is_some_and(|id| world.chats.get(&chat).is_some_and(|ids| ids.contains(&id)));
        if !exists && reply["allow_sending_without_reply"] != json!(true) {
            return bad("message to be replied not found");
        }
    }
    if let Err(words) = check_content(method, &params) {
        return bad(&words);
    }
    let message_id = world.new_message_id();
    world.chats.entry(chat).or_default().insert(message_id);
    let date = world.now_s();
    let mut message = json!({ "message_id": message_id, "date": date,
        "chat": { "id": chat, "type": "private" }, "from": { "id": BOT_ID, "is_bot": true, "first_name": "Fake Shop" } });
    for key in ["text", "caption"] {
        if let Some(words) = params.fields.get(key) {
            message[key] = words.clone();
        }
    }
    let Params { fields, files } = params;
    world.sent.push(SentMessage {
        chat,
        message_id,
        method: method.to_owned(),
        params: fields,
        files,
        earlier: vec![],
    });
    ok(message)
}

fn check_content(method: &str, params: &Params) -> Result<(), String> {
    let needs = |key: &str| params.fields.contains_key(key).then_some(()).ok_or_else(|| format!("{key} is empty"));
    if units(params.text("caption")) > 1_024 {
        return Err("message caption is too long".into());
    }
    match method.to_lowercase().as_str() {
        "sendmessage" => {
            let text = params.text("text");
            if text.trim().is_empty() {
                return Err("message text is empty".into());
            }
            if units(text) > 4_096 {
                return Err("message is too long".into());
            }
            Ok(())
        }
        "sendlocation" => needs("latitude").and_then(|()| needs("longitude")),
        "sendvenue" => ["latitude", "longitude", "title", "address"].into_iter().try_for_each(needs),
        "sendcontact" => ["phone_number", "first_name"].into_iter().try_for_each(needs),
        upload => {
            let field = upload.trim_start_matches("send");
            let max_bytes = if field == "photo" { 10 * 1024 * 1024 } else { 50 * 1024 * 1024 };
            match params.files.iter().find(|file| file.field == field) {
                None => Err(format!("there is no {field} in the request")),
                Some(file) if file.bytes.is_empty() => Err("file must be non-empty".into()),
                Some(file) if file.bytes.len() > max_bytes => Err("file is too big".into()),
                Some(_) => Ok(()),
            }
        }
    }
}

fn edit(world: &mut World, params: &Params, key: &str, max_units: usize) -> Response {
    let chat = match chat_of(world, params) {
        Ok(chat) => chat,
        Err((code, words)) => return error(code, &words),
    };
    let text = params.text(key).to_owned();
    let message_id = params.number("message_id");
    let Some(message) = world.sent.iter_mut().find(|sent| sent.chat == chat && Some(sent.message_id) == message_id)
    else {
        return bad("message to edit not found");
    };
    if key == "text" && message.method != "sendMessage" {
        return bad("there is no text in the message to edit");
    }
    if units(&text) > max_units {
        return bad("message is too long");
    }
    let before = message.params.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    if before == text {
        return bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a \
             current content and reply markup of the message",
        );
    }
    message.earlier.push(before);
    message.params.insert(key.to_owned(), json!(text));
    ok(json!({ "message_id": message_id, "chat": { "id": chat, "type": "private" }, key: text }))
}

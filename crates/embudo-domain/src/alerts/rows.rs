//! Alert settings as setting rows: one row per part, JSON inside, so that two devices that
//! change different parts do not undo each other.
//!
//! Keys: `alerts.event.{kind}`, `alerts.line.{id}`, `alerts.chat.{id}` (a mute; `null` takes it
//! away) and `alerts.{part}` for the rest.

use super::event::EventKind;
use super::quiet::Mute;
use super::settings::{AlertSettings, LineAlerts};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const PREFIX: &str = "alerts.";

impl AlertSettings {
    /// The key of the list of a person's own tones.
    pub const OWN_TONES: &str = "alerts.own_tones";

    /// Everything that is not stored is at its default. Of a value that does not read (a later
    /// version's) what reads is taken; its key is in the second list. Keys of others are passed
    /// over.
    pub fn from_rows<'a>(rows: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<String>) {
        let mut settings = Self::default();
        let mut unread = Vec::new();
        for (key, json) in rows {
            let Some(part) = key.strip_prefix(PREFIX) else { continue };
            let known = serde_json::from_str(json).is_ok_and(|value| settings.put(part, value));
            if !known {
                unread.push(key.to_owned());
            }
        }
        (settings, unread)
    }

    /// The rows that say what differs from `before`.
    pub fn rows_since(&self, before: &Self) -> Vec<(String, String)> {
        let mut rows = Vec::new();
        for kind in EventKind::ALL {
            if kind != EventKind::SelfTest {
                put(&mut rows, &format!("event.{}", kind.key()), before.events.of(kind), self.events.of(kind));
            }
        }
        for id in before.lines.keys().chain(self.lines.keys().filter(|id| !before.lines.contains_key(id))) {
            let line = |settings: &Self| settings.lines.get(id).copied().unwrap_or_default();
            put(&mut rows, &format!("line.{id}"), &line(before), &line(self));
        }
        let chats = &self.muted_chats;
        for id in before.muted_chats.keys().chain(chats.keys().filter(|id| !before.muted_chats.contains_key(id))) {
            put(&mut rows, &format!("chat.{id}"), &before.muted_chats.get(id), &chats.get(id));
        }
        put(&mut rows, "muted", &before.muted, &self.muted);
        put(&mut rows, "quiet_hours", &before.quiet_hours, &self.quiet_hours);
        put(&mut rows, "follow_system_dnd", &before.follow_system_dnd, &self.follow_system_dnd);
        put(&mut rows, "hide_text_while_sharing", &before.hide_text_while_sharing, &self.hide_text_while_sharing);
        put(&mut rows, "when_focused", &before.when_focused, &self.when_focused);
        put(&mut rows, "preview", &before.preview, &self.preview);
        put(&mut rows, "repeat", &before.repeat, &self.repeat);
        put(&mut rows, "own_tones", &before.own_tones, &self.own_tones);
        put(&mut rows, "quick_answers", &before.quick_answers, &self.quick_answers);
        put(&mut rows, "close_to_tray", &before.close_to_tray, &self.close_to_tray);
        put(&mut rows, "tray_explained", &before.tray_explained, &self.tray_explained);
        rows
    }

    /// `now` with what differs here from `since`, row by row.
    pub fn changed_onto(&self, since: &Self, now: &Self) -> Self {
        let mut settings = now.clone();
        for (key, json) in self.rows_since(since) {
            if let (Some(part), Ok(value)) = (key.strip_prefix(PREFIX), serde_json::from_str(&json)) {
                settings.put(part, value);
            }
        }
        settings
    }

    fn put(&mut self, part: &str, value: Value) -> bool {
        if let Some(name) = part.strip_prefix("event.") {
            let kind = EventKind::ALL.into_iter().find(|kind| kind.key() == name);
            // A later version's event is not ours to understand.
            return kind.and_then(|kind| self.events.of_mut(kind)).is_none_or(|row| overlay(row, value));
        }
        if let Some(id) = part.strip_prefix("line.") {
            let Ok(id) = id.parse() else { return false };
            let mut line = LineAlerts::default();
            let known = match value {
                // Parts that are absent are not written, so there is nothing to lay them over.
                Value::Object(fields) => fields.into_iter().fold(true, |known, (name, value)| {
                    known
                        & match name.as_str() {
                            "tone" => read(value, &mut line.tone),
                            "volume" => read(value, &mut line.volume),
                            "mute" => read(value, &mut line.mute),
                            _ => true,
                        }
                }),
                _ => false,
            };
            self.lines.insert(id, line);
            return known;
        }
        if let Some(id) = part.strip_prefix("chat.") {
            let Ok(id) = id.parse() else { return false };
            let mut mute: Option<Mute> = None;
            let known = read(value, &mut mute);
            match mute {
                Some(mute) => self.muted_chats.insert(id, mute),
                None => self.muted_chats.remove(&id),
            };
            return known;
        }
        match part {
            "muted" => read(value, &mut self.muted),
            "quiet_hours" => overlay(&mut self.quiet_hours, value),
            "follow_system_dnd" => read(value, &mut self.follow_system_dnd),
            "hide_text_while_sharing" => read(value, &mut self.hide_text_while_sharing),
            "when_focused" => read(value, &mut self.when_focused),
            "preview" => read(value, &mut self.preview),
            "repeat" => read(value, &mut self.repeat),
            "own_tones" => read(value, &mut self.own_tones),
            "quick_answers" => read(value, &mut self.quick_answers),
            "close_to_tray" => read(value, &mut self.close_to_tray),
            "tray_explained" => read(value, &mut self.tray_explained),
            _ => true,
        }
    }
}

fn put<T: Serialize + PartialEq>(rows: &mut Vec<(String, String)>, part: &str, before: &T, now: &T) {
    if before != now
        && let Ok(json) = serde_json::to_string(now)
    {
        rows.push((format!("{PREFIX}{part}"), json));
    }
}

fn read<T: DeserializeOwned>(value: Value, into: &mut T) -> bool {
    serde_json::from_value(value).map(|value| *into = value).is_ok()
}

/// Field by field: a field that is absent or does not read stays as it is.
fn overlay<T: Serialize + DeserializeOwned>(base: &mut T, stored: Value) -> bool {
    let (Value::Object(stored), Ok(Value::Object(mut fields))) = (stored, serde_json::to_value(&*base)) else {
        return false;
    };
    let mut known = true;
    for (name, value) in stored {
        let Some(field) = fields.get_mut(&name) else { continue };
        let before = std::mem::replace(field, value);
        match serde_json::from_value(Value::Object(fields.clone())) {
            Ok(changed) => *base = changed,
            Err(_) => {
                known = false;
                fields.insert(name, before);
            }
        }
    }
    known
}

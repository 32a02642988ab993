//! A person's settings: one row per setting, JSON inside, so that two devices that change
//! different ones do not undo each other.

use crate::api::ApiError;
use crate::api::{Availability, Density, Language, Settings, SettingsPatch, Theme};
use embudo_domain::{Act, Setting};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Choices of CMP-04.
const UNDO_SEND_S: [u32; 5] = [0, 5, 10, 20, 30];
const MAX_KEYS: usize = 400;

impl Settings {
    pub fn new(language: Language) -> Self {
        Self {
            language,
            theme: Theme::System,
            density: Density::Comfortable,
            undo_send_s: 5,
            enter_sends: true,
            keep_unread_until_reply: false,
            show_events: true,
            close_reason_required: false,
            keys: Default::default(),
            focus_line: false,
            availability: Availability::default(),
        }
    }

    /// `language` stands where none was chosen. A value that does not read (a later version's)
    /// leaves its setting at the default: a setting is a wish, not data.
    pub fn from_rows(rows: &[Setting], language: Language) -> Self {
        let mut settings = Self::new(language);
        for row in rows {
            let known = match row.key.as_str() {
                "language" => read(&row.value, &mut settings.language),
                "theme" => read(&row.value, &mut settings.theme),
                "density" => read(&row.value, &mut settings.density),
                "undo_send_s" => read(&row.value, &mut settings.undo_send_s),
                "enter_sends" => read(&row.value, &mut settings.enter_sends),
                "keep_unread_until_reply" => read(&row.value, &mut settings.keep_unread_until_reply),
                "show_events" => read(&row.value, &mut settings.show_events),
                "close_reason_required" => read(&row.value, &mut settings.close_reason_required),
                "keys" => read(&row.value, &mut settings.keys),
                "focus_line" => read(&row.value, &mut settings.focus_line),
                "availability" => read(&row.value, &mut settings.availability),
                _ => true,
            };
            if !known {
                tracing::warn!(key = row.key, "a setting is not understood");
            }
        }
        settings
    }
}

fn read<T: DeserializeOwned>(json: &str, into: &mut T) -> bool {
    serde_json::from_str(json).map(|value| *into = value).is_ok()
}

impl SettingsPatch {
    /// One act for each setting that is named.
    pub fn into_acts(self) -> Result<Vec<Act>, ApiError> {
        if self.undo_send_s.is_some_and(|seconds| !UNDO_SEND_S.contains(&seconds)) {
            return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "undo_send_s is 0, 5, 10, 20 or 30"));
        }
        if self.keys.as_ref().is_some_and(|keys| keys.len() > MAX_KEYS) {
            return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "too many keys"));
        }
        let mut acts = Vec::new();
        put(&mut acts, "language", self.language)?;
        put(&mut acts, "theme", self.theme)?;
        put(&mut acts, "density", self.density)?;
        put(&mut acts, "undo_send_s", self.undo_send_s)?;
        put(&mut acts, "enter_sends", self.enter_sends)?;
        put(&mut acts, "keep_unread_until_reply", self.keep_unread_until_reply)?;
        put(&mut acts, "show_events", self.show_events)?;
        put(&mut acts, "close_reason_required", self.close_reason_required)?;
        put(&mut acts, "keys", self.keys)?;
        put(&mut acts, "focus_line", self.focus_line)?;
        put(&mut acts, "availability", self.availability)?;
        Ok(acts)
    }
}

fn put<T: Serialize>(acts: &mut Vec<Act>, key: &str, value: Option<T>) -> Result<(), ApiError> {
    if let Some(value) = value {
        let value = serde_json::to_string(&value).map_err(|error| crate::failure::internal("settings", error))?;
        acts.push(Act::PutSetting { key: key.to_owned(), value });
    }
    Ok(())
}

/// The language of a locale name such as `pt_BR.UTF-8`; English for all that we do not speak.
pub fn language_of(locale: &str) -> Language {
    match locale.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("es") => Language::Es,
        Some("pt") => Language::Pt,
        _ => Language::En,
    }
}

/// `BR` of `pt_BR.UTF-8` or `pt-BR`.
pub fn country_of(locale: &str) -> Option<String> {
    let tail = locale.split(['_', '-']).nth(1)?;
    let country: String = tail.chars().take_while(char::is_ascii_alphabetic).collect();
    (country.len() == 2).then(|| country.to_ascii_uppercase())
}

const LANGUAGES: [Language; 3] = [Language::En, Language::Es, Language::Pt];

/// A name that nobody gave: not one to sign with.
pub fn is_no_name_of_the_owner(name: &str) -> bool {
    LANGUAGES.iter().any(|language| first_name_of_the_owner(*language) == name)
}

pub fn is_no_name_of_a_workspace(name: &str) -> bool {
    LANGUAGES.iter().any(|language| first_name_of_a_workspace(*language) == name)
}

/// What a workspace is called when nobody named it.
pub fn first_name_of_a_workspace(language: Language) -> &'static str {
    match language {
        Language::En => "My shop",
        Language::Es => "Mi tienda",
        Language::Pt => "Minha loja",
    }
}

/// What the owner is called when they gave no name.
pub fn first_name_of_the_owner(language: Language) -> &'static str {
    match language {
        Language::En => "Me",
        Language::Es => "Yo",
        Language::Pt => "Eu",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use embudo_domain::MemberId;

    fn rows(acts: Vec<Act>) -> Vec<Setting> {
        let member_id = MemberId(uuid::Uuid::nil());
        acts.into_iter()
            .map(|act| match act {
                Act::PutSetting { key, value } => Setting { member_id, key, value },
                other => panic!("{other:?} is no setting"),
            })
            .collect()
    }

    #[test]
    fn what_is_put_is_what_is_read() {
        let patch = SettingsPatch {
            language: Some(Language::Pt),
            undo_send_s: Some(0),
            keys: Some([("close".to_owned(), "x".to_owned())].into()),
            ..SettingsPatch::default()
        };
        let settings = Settings::from_rows(&rows(patch.into_acts().unwrap()), Language::En);
        assert_eq!((settings.language, settings.undo_send_s), (Language::Pt, 0), "chosen");
        assert_eq!(settings.keys.get("close").map(String::as_str), Some("x"), "maps too");
        assert!(settings.enter_sends, "what was not named keeps its default");
    }

    #[test]
    fn a_setting_of_a_later_version_does_not_break_the_others() {
        let member_id = MemberId(uuid::Uuid::nil());
        let rows = [("theme", "\"sepia\""), ("density", "\"compact\""), ("hologram", "7")]
            .map(|(key, value)| Setting { member_id, key: key.into(), value: value.into() });
        let settings = Settings::from_rows(&rows, Language::Es);
        assert_eq!(
            (settings.theme, settings.density, settings.language),
            (Theme::System, Density::Compact, Language::Es)
        );
    }

    #[test]
    fn seven_seconds_of_undo_send_are_no_choice() {
        let patch = SettingsPatch { undo_send_s: Some(7), ..SettingsPatch::default() };
        assert_eq!(patch.into_acts().unwrap_err().code, "BAD_ARGUMENTS");
    }

    #[test]
    fn the_system_s_locale_gives_language_and_country() {
        assert_eq!((language_of("pt_BR.UTF-8"), country_of("pt_BR.UTF-8").as_deref()), (Language::Pt, Some("BR")));
        assert_eq!((language_of("es-AR"), country_of("es-AR").as_deref()), (Language::Es, Some("AR")));
        assert_eq!((language_of("C.UTF-8"), country_of("C.UTF-8")), (Language::En, None), "no language is English");
        assert_eq!((language_of(""), country_of("")), (Language::En, None));
        assert_eq!(country_of("es_419"), None, "a region of figures is no country");
    }
}

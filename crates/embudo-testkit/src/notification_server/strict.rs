//! What the specification forbids, as complaints in words.

use std::collections::{BTreeSet, HashMap};

use zbus::zvariant::{OwnedValue, Value};

use super::Image;

/// No desktop draws more, and a photograph is not sent to say who wrote.
const MAX_SUMMARY: usize = 300;
const MAX_BODY: usize = 5_000;
const MAX_IMAGE_SIDE: i32 = 256;
const HINTS: [&str; 16] = [
    "action-icons",
    "category",
    "desktop-entry",
    "image-data",
    "image_data",
    "image-path",
    "image_path",
    "icon_data",
    "resident",
    "sound-file",
    "sound-name",
    "suppress-sound",
    "transient",
    "x",
    "y",
    "urgency",
];
const MARKS: [&str; 5] = ["b", "i", "u", "a", "img"];
const ENTITIES: [&str; 5] = ["amp", "lt", "gt", "quot", "apos"];

/// `Notify` as it came over the bus.
pub(super) type Arguments = (String, u32, String, String, String, Vec<String>, HashMap<String, OwnedValue>, i32);

pub(super) fn complaints(call: &Arguments, offers: &[String]) -> Vec<String> {
    let (app_name, _, _, summary, body, actions, hints, expire_timeout) = call;
    let offers = |capability: &str| offers.iter().any(|offered| offered == capability);
    let mut said = Vec::new();
    let mut forbid = |is_wrong: bool, what: &str| {
        if is_wrong {
            said.push(what.to_owned());
        }
    };
    forbid(app_name.is_empty(), "no name of the application");
    forbid(summary.trim().is_empty(), "an empty summary");
    forbid(summary.chars().count() > MAX_SUMMARY, "an endless summary");
    forbid(body.chars().count() > MAX_BODY, "an endless body");
    let texts = [summary, body].into_iter().chain(actions);
    forbid(texts.clone().any(|text| text.chars().any(char::is_control)), "control characters");
    forbid(*expire_timeout < -1, "a timeout below -1");
    match offers("body-markup") {
        true => forbid(!is_markup(body), "markup that is none"),
        // What looks like a tag may be what somebody wrote. An entity is a client's work.
        false => forbid(is_escaped(body), "escaped text where markup is not offered"),
    }
    forbid(is_escaped(summary), "escaped text in a summary");

    forbid(actions.len() % 2 == 1, "a key without a label");
    let keys: Vec<&str> = actions.iter().step_by(2).map(String::as_str).collect();
    forbid(!keys.is_empty() && !offers("actions"), "actions where they are not offered");
    forbid(keys.iter().any(|key| key.is_empty()), "an empty key");
    forbid(actions.iter().skip(1).step_by(2).any(|label| label.trim().is_empty()), "an empty label");
    forbid(keys.iter().collect::<BTreeSet<_>>().len() < keys.len(), "a key twice");
    forbid(keys.contains(&"inline-reply") && !offers("inline-reply"), "a field where none is offered");

    for (name, value) in hints {
        let is_right = match (name.as_str(), &**value) {
            ("urgency", value) => matches!(value, Value::U8(0..=2)),
            ("category" | "desktop-entry" | "image-path" | "sound-file" | "sound-name", value) => {
                matches!(value, Value::Str(text) if !text.is_empty())
            }
            ("suppress-sound" | "transient" | "resident" | "action-icons", value) => matches!(value, Value::Bool(_)),
            ("image-data", value) => image(value).is_some(),
            (name, _) => HINTS.contains(&name) || name.starts_with("x-"),
        };
        forbid(!is_right, &format!("the hint {name}"));
    }
    said
}

/// `None`: not an image, or a larger one than is ever drawn.
pub(super) fn image(value: &Value<'_>) -> Option<Image> {
    let Value::Structure(parts) = value else { return None };
    let [width, height, row, alpha, bits, samples, pixels] = parts.fields() else { return None };
    let number = |value: &Value<'_>| if let Value::I32(number) = value { Some(*number) } else { None };
    let (width, height, row) = (number(width)?, number(height)?, number(row)?);
    let has_alpha = if let Value::Bool(alpha) = alpha { *alpha } else { return None };
    let (bits, samples) = (number(bits)?, number(samples)?);
    let Value::Array(pixels) = pixels else { return None };
    let sizes = 1..=MAX_IMAGE_SIDE;
    let is_right = sizes.contains(&width)
        && sizes.contains(&height)
        && bits == 8
        && samples == if has_alpha { 4 } else { 3 }
        && row >= width * samples
        && pixels.len() as i64 == i64::from(row) * i64::from(height - 1) + i64::from(width * samples);
    let bytes = pixels.iter().map(|byte| if let Value::U8(byte) = byte { Some(*byte) } else { None });
    is_right.then(|| bytes.collect::<Option<Vec<u8>>>()).flatten().map(|pixels| Image { width, height, pixels })
}

/// Text with closed marks of the specification's kinds and no bare sign.
pub(crate) fn is_markup(body: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    let mut rest = body;
    while let Some(at) = rest.find(['<', '>', '&']) {
        let (sign, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        match sign {
            b'&' => match entity(after) {
                Some(len) => rest = &after[len..],
                None => return false,
            },
            b'<' => {
                let Some(end) = after.find('>') else { return false };
                let (mark, closes) = (&after[..end], after.starts_with('/'));
                let stands_alone = mark.ends_with('/');
                let name = mark.trim_matches('/').split_whitespace().next().unwrap_or_default().to_owned();
                if !MARKS.contains(&name.as_str()) || (closes && open.pop().as_ref() != Some(&name)) {
                    return false;
                }
                if !closes && !stands_alone {
                    open.push(name);
                }
                rest = &after[end + 1..];
            }
            _ => return false,
        }
    }
    open.is_empty()
}

fn is_escaped(text: &str) -> bool {
    ENTITIES.iter().any(|name| text.contains(&format!("&{name};")))
}

/// The length of "amp;" at the start of what follows an ampersand.
fn entity(after: &str) -> Option<usize> {
    let (name, _) = after.split_once(';')?;
    let is_number = name.strip_prefix('#').is_some_and(|number| {
        let number = number.strip_prefix('x').unwrap_or(number);
        !number.is_empty() && number.len() < 8 && number.chars().all(|digit| digit.is_ascii_hexdigit())
    });
    (ENTITIES.contains(&name) || is_number).then_some(name.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_told_from_text_that_only_looks_like_it() {
        for right in ["", "plain", "a &amp; b", "<b>1</b> &#65;&#x41;", "<a href=\"x\">y</a><img src=\"z\"/>"] {
            assert!(is_markup(right), "{right}");
        }
        for wrong in ["a & b", "1 < 2", "2 > 1", "<b>open", "</b>", "<b><i></b></i>", "<script>x</script>", "&nbsp;"] {
            assert!(!is_markup(wrong), "{wrong}");
        }
    }

    fn call(change: impl FnOnce(&mut Arguments)) -> Arguments {
        let hints = HashMap::from([("urgency".to_owned(), OwnedValue::from(1u8))]);
        let mut call = ("Embudo".into(), 0, String::new(), "Ana".into(), "Hello".into(), Vec::new(), hints, -1);
        change(&mut call);
        call
    }

    fn words(text: &[&str]) -> Vec<String> {
        text.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_call_by_the_specification_is_not_complained_about() {
        let plain = call(|_| {});
        assert_eq!(complaints(&plain, &[]), Vec::<String>::new());
        let rich = call(|call| {
            call.4 = "<b>Hello</b> &amp; welcome".into();
            call.5 = words(&["default", "Open", "inline-reply", "Reply"]);
        });
        assert_eq!(complaints(&rich, &words(&["actions", "inline-reply", "body-markup"])), Vec::<String>::new());
    }

    #[test]
    fn each_breach_has_a_complaint_of_its_own() {
        let all = words(&["actions", "inline-reply", "body-markup"]);
        type Breach = fn(&mut Arguments);
        let breaches: [(&[String], Breach); 13] = [
            (&all, |call| call.0.clear()),
            (&all, |call| call.3 = " ".into()),
            (&all, |call| call.3 = "x".repeat(301)),
            (&all, |call| call.4 = "x".repeat(5_001)),
            (&all, |call| call.4 = "a\u{7}b".into()),
            (&all, |call| call.7 = -2),
            (&all, |call| call.4 = "a < b".into()),
            (&[], |call| call.4 = "a &lt; b".into()),
            (&all, |call| call.5 = words(&["lonely"])),
            (&[], |call| call.5 = words(&["default", "Open"])),
            (&all, |call| call.5 = words(&["a", "A", "a", "B"])),
            (&all, |call| drop(call.6.insert("urgency".into(), OwnedValue::from(1u32)))),
            (&all, |call| drop(call.6.insert("made-up".into(), OwnedValue::from(true)))),
        ];
        for (at, (offers, breach)) in breaches.into_iter().enumerate() {
            let said = complaints(&call(breach), offers);
            assert_eq!(said.len(), 1, "breach {at}: {said:?}");
        }
    }

    #[test]
    fn an_image_is_what_its_numbers_say_and_small() {
        let of = |width: i32, height: i32, bytes: usize| {
            image(&Value::from((width, height, width * 4, true, 8i32, 4i32, vec![0u8; bytes])))
        };
        assert!(of(2, 3, 24).is_some());
        assert!(of(2, 3, 23).is_none(), "a byte is missing");
        assert!(of(0, 3, 0).is_none());
        assert!(of(1_000, 1_000, 4_000_000).is_none(), "nobody draws that");
        assert!(image(&Value::from("no image")).is_none());
    }
}

//! An icon's properties, and what the specification forbids of them, in words.

use std::collections::HashMap;

use zbus::zvariant::{OwnedValue, Value};

use super::menu::inner;
use super::{Icon, Item, Pixmap, ToolTip};
use crate::notification_server::is_markup;

/// No tray draws more.
const MAX_SIDE: i32 = 512;
const CATEGORIES: [&str; 4] = ["ApplicationStatus", "Communications", "SystemServices", "Hardware"];
const STATES: [&str; 3] = ["Passive", "Active", "NeedsAttention"];

pub(super) type Properties = HashMap<String, OwnedValue>;

/// The icon, the path of its menu, and what is wrong.
pub(super) fn read(properties: &Properties) -> (Item, Option<String>, Vec<String>) {
    let mut wrong = Vec::new();
    let mut item = Item {
        id: word(properties, "Id", &mut wrong),
        title: word(properties, "Title", &mut wrong),
        category: word(properties, "Category", &mut wrong),
        status: word(properties, "Status", &mut wrong),
        ..Item::default()
    };
    for (name, given) in [("Id", &item.id), ("Title", &item.title)] {
        if given.trim().is_empty() {
            wrong.push(format!("no {name}"));
        }
    }
    if !CATEGORIES.contains(&item.category.as_str()) {
        wrong.push(format!("the category {:?}", item.category));
    }
    wrong.extend(wrong_status(&item.status));
    item.icon = icon(properties, "", &mut wrong);
    item.overlay = icon(properties, "Overlay", &mut wrong);
    item.attention = icon(properties, "Attention", &mut wrong);
    if item.icon == Icon::default() {
        wrong.push("no icon".into());
    }
    match properties.get("ToolTip").map(|value| inner(value)) {
        None => {}
        Some(value) => match tooltip(value, &mut wrong) {
            Some(tooltip) => item.tooltip = tooltip,
            None => wrong.push(format!("the property ToolTip: {value:?}")),
        },
    }
    match properties.get("ItemIsMenu").map(|value| inner(value)) {
        None => {}
        Some(Value::Bool(is_menu)) => item.is_menu = *is_menu,
        Some(value) => wrong.push(format!("the property ItemIsMenu: {value:?}")),
    }
    let menu = match properties.get("Menu").map(|value| inner(value)) {
        None => None,
        Some(Value::ObjectPath(path)) => Some(path.to_string()).filter(|path| path != "/" && path != "/NO_DBUSMENU"),
        Some(value) => {
            wrong.push(format!("the property Menu: {value:?}"));
            None
        }
    };
    if item.is_menu && menu.is_none() {
        wrong.push("it is a menu and has none".into());
    }
    (item, menu, wrong)
}

pub(super) fn wrong_status(status: &str) -> Option<String> {
    (!STATES.contains(&status)).then(|| format!("the status {status:?}"))
}

fn word(properties: &Properties, name: &str, wrong: &mut Vec<String>) -> String {
    match properties.get(name).map(|value| inner(value)) {
        Some(Value::Str(word)) => word.to_string(),
        None => String::new(),
        Some(value) => {
            wrong.push(format!("the property {name}: {value:?}"));
            String::new()
        }
    }
}

fn icon(properties: &Properties, kind: &str, wrong: &mut Vec<String>) -> Icon {
    let name = word(properties, &format!("{kind}IconName"), wrong);
    let of = format!("{kind}IconPixmap");
    let pixmaps = match properties.get(&of).map(|value| inner(value)) {
        None => Vec::new(),
        Some(value) => pixmaps(value).unwrap_or_else(|| {
            wrong.push(format!("the pixels of {of} are not what their numbers say"));
            Vec::new()
        }),
    };
    Icon { name, pixmaps }
}

fn pixmaps(value: &Value<'_>) -> Option<Vec<Pixmap>> {
    let Value::Array(pixmaps) = value else { return None };
    pixmaps.iter().map(pixmap).collect()
}

fn pixmap(value: &Value<'_>) -> Option<Pixmap> {
    let Value::Structure(parts) = value else { return None };
    let [Value::I32(width), Value::I32(height), Value::Array(bytes)] = parts.fields() else { return None };
    let argb: Option<Vec<u8>> =
        bytes.iter().map(|byte| if let Value::U8(byte) = byte { Some(*byte) } else { None }).collect();
    let sides = 1..=MAX_SIDE;
    let is_right = sides.contains(width) && sides.contains(height);
    argb.filter(|argb| is_right && argb.len() as i64 == i64::from(*width) * i64::from(*height) * 4).map(|argb| Pixmap {
        width: *width,
        height: *height,
        argb,
    })
}

fn tooltip(value: &Value<'_>, wrong: &mut Vec<String>) -> Option<ToolTip> {
    let Value::Structure(parts) = value else { return None };
    let [Value::Str(_), icons, Value::Str(title), Value::Str(text)] = parts.fields() else { return None };
    pixmaps(icons)?;
    // The text is markup, its title is not.
    if !is_markup(text) {
        wrong.push(format!("a tooltip with markup that is none: {text:?}"));
    }
    Some(ToolTip { title: title.to_string(), text: text.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Tip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);

    fn tip(text: &str) -> Tip {
        (String::new(), Vec::new(), "Embudo".into(), text.into())
    }

    fn with(change: impl FnOnce(&mut HashMap<&'static str, Value<'static>>)) -> Properties {
        let mut properties: HashMap<&'static str, Value<'static>> = HashMap::from([
            ("Category", "Communications".into()),
            ("Id", "embudo".into()),
            ("Title", "Embudo".into()),
            ("Status", "Active".into()),
            ("IconPixmap", vec![(1_i32, 2_i32, vec![0_u8; 8])].into()),
            ("ToolTip", tip("3 &lt; 4").into()),
            ("ItemIsMenu", false.into()),
            ("Menu", zbus::zvariant::ObjectPath::try_from("/Menu").unwrap().into()),
        ]);
        change(&mut properties);
        properties.into_iter().map(|(name, value)| (name.to_owned(), value.try_into().unwrap())).collect()
    }

    #[test]
    fn an_icon_by_the_specification_is_read_whole() {
        let (item, menu, wrong) = read(&with(|_| {}));
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!((item.id.as_str(), item.status.as_str(), menu.as_deref()), ("embudo", "Active", Some("/Menu")));
        assert_eq!(item.icon.pixmaps, [Pixmap { width: 1, height: 2, argb: vec![0; 8] }]);
        assert_eq!(item.tooltip, ToolTip { title: "Embudo".into(), text: "3 &lt; 4".into() });
    }

    #[test]
    fn each_breach_of_an_icon_is_named() {
        type Breach = fn(&mut HashMap<&'static str, Value<'static>>);
        let breaches: [Breach; 11] = [
            |of| drop(of.remove("Id")),
            |of| drop(of.insert("Title", " ".into())),
            |of| drop(of.insert("Category", "Chat".into())),
            |of| drop(of.insert("Status", "active".into())),
            |of| drop(of.remove("IconPixmap")),
            |of| drop(of.insert("OverlayIconPixmap", vec![(1_i32, 2_i32, vec![0_u8; 7])].into())),
            |of| drop(of.insert("AttentionIconName", 1.into())),
            |of| drop(of.insert("ToolTip", "Embudo".into())),
            |of| drop(of.insert("ToolTip", tip("3 < 4").into())),
            |of| drop(of.insert("Menu", "/Menu".into())),
            |of| {
                of.insert("ItemIsMenu", true.into());
                of.remove("Menu");
            },
        ];
        for (at, breach) in breaches.into_iter().enumerate() {
            let (_, _, wrong) = read(&with(breach));
            assert_eq!(wrong.len(), 1, "breach {at}: {wrong:?}");
        }
    }
}

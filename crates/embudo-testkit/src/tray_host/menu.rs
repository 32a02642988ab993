//! A menu as `com.canonical.dbusmenu` gives it.

use std::collections::BTreeSet;

use zbus::zvariant::Value;

/// No tray draws more.
const MAX_LABEL: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Separator,
    Submenu,
    Checkmark,
    Radio,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MenuItem {
    pub id: i32,
    /// As it is shown: without the marks of access keys.
    pub label: String,
    pub kind: Kind,
    pub enabled: bool,
    pub visible: bool,
    /// `None`: it is neither.
    pub checked: Option<bool>,
    pub children: Vec<MenuItem>,
}

impl MenuItem {
    fn new(id: i32) -> Self {
        Self {
            id,
            label: String::new(),
            kind: Kind::Plain,
            enabled: true,
            visible: true,
            checked: None,
            children: Vec::new(),
        }
    }

    /// Takes one property; `None`: it is as if it had never been given.
    fn set(&mut self, name: &str, value: Option<&Value<'_>>) -> Result<(), String> {
        let word = |value: &Value<'_>| if let Value::Str(word) = value { Some(word.to_string()) } else { None };
        let wrong = || format!("the property {name} of the menu entry {}: {value:?}", self.id);
        match name {
            "label" => {
                let label = value.map_or(Some(String::new()), word).ok_or_else(wrong)?;
                let (shown, has_mark) = shown(&label);
                self.label = shown;
                if has_mark {
                    return Err(format!("an underscore that would not be shown: {label:?}"));
                }
                if label.chars().any(char::is_control) || label.chars().count() > MAX_LABEL {
                    return Err(format!("no words for a menu: {label:?}"));
                }
            }
            "enabled" | "visible" => {
                let is_so = match value {
                    None => true,
                    Some(Value::Bool(is_so)) => *is_so,
                    Some(_) => return Err(wrong()),
                };
                *(if name == "enabled" { &mut self.enabled } else { &mut self.visible }) = is_so;
            }
            "type" => match value.map_or(Some(String::new()), word).as_deref() {
                Some("separator") => self.kind = Kind::Separator,
                Some("" | "standard") => self.back_from(&[Kind::Separator]),
                _ => return Err(wrong()),
            },
            "toggle-type" => match value.map_or(Some(String::new()), word).as_deref() {
                Some("checkmark") => self.kind = Kind::Checkmark,
                Some("radio") => self.kind = Kind::Radio,
                Some("") => self.back_from(&[Kind::Checkmark, Kind::Radio]),
                _ => return Err(wrong()),
            },
            "toggle-state" => match value {
                Some(Value::I32(state @ 0..=1)) => self.checked = Some(*state == 1),
                None | Some(Value::I32(-1)) => self.checked = None,
                Some(_) => return Err(wrong()),
            },
            "children-display" => match value.map_or(Some(String::new()), word).as_deref() {
                Some("submenu") => self.kind = Kind::Submenu,
                Some("") => self.back_from(&[Kind::Submenu]),
                _ => return Err(wrong()),
            },
            "icon-name" | "disposition" | "accessible-desc" if value.is_none_or(|value| word(value).is_some()) => {}
            "icon-data" | "shortcut" if value.is_none_or(|value| matches!(value, Value::Array(_))) => {}
            other if other.starts_with("x-") => {}
            _ => return Err(wrong()),
        }
        Ok(())
    }

    fn back_from(&mut self, kinds: &[Kind]) {
        if kinds.contains(&self.kind) {
            self.kind = Kind::Plain;
        }
    }
}

/// The entries below the root, and what is wrong with them.
pub(super) fn read(root: &Value<'_>) -> (Vec<MenuItem>, Vec<String>) {
    let mut wrong = Vec::new();
    let Some(root) = entry(root, &mut wrong) else { return (Vec::new(), wrong) };
    let mut ids = BTreeSet::new();
    if root.id != 0 {
        wrong.push(format!("the root of the menu is {}, not 0", root.id));
    }
    if !root.children.is_empty() && root.kind != Kind::Submenu {
        wrong.push("a root with entries that is no submenu".into());
    }
    let mut stack: Vec<&MenuItem> = root.children.iter().collect();
    while let Some(entry) = stack.pop() {
        if entry.id <= 0 || !ids.insert(entry.id) {
            wrong.push(format!("the id {} is no entry's own", entry.id));
        }
        match entry.kind {
            Kind::Separator if !entry.label.is_empty() => wrong.push(format!("a line with words: {}", entry.label)),
            Kind::Separator => {}
            _ if entry.label.trim().is_empty() => wrong.push(format!("no words on the entry {}", entry.id)),
            _ => {}
        }
        if !entry.children.is_empty() && entry.kind != Kind::Submenu {
            wrong.push(format!("entries below one that is no submenu: {}", entry.label));
        }
        stack.extend(&entry.children);
    }
    (root.children, wrong)
}

fn entry(value: &Value<'_>, wrong: &mut Vec<String>) -> Option<MenuItem> {
    let value = inner(value);
    let parts = if let Value::Structure(parts) = value { parts.fields() } else { &[] };
    let [Value::I32(id), Value::Dict(properties), Value::Array(children)] = parts else {
        wrong.push(format!("no entry of a menu: {value:?}"));
        return None;
    };
    let mut entry = MenuItem::new(*id);
    for (name, value) in properties.iter() {
        let Value::Str(name) = name else { continue };
        wrong.extend(entry.set(name, Some(inner(value))).err());
    }
    entry.children = children.iter().filter_map(|child| self::entry(child, wrong)).collect();
    Some(entry)
}

/// What a variant holds.
pub(super) fn inner<'a, 'v>(value: &'a Value<'v>) -> &'a Value<'v> {
    if let Value::Value(value) = value { inner(value) } else { value }
}

/// Changes one property of an entry that is shown.
pub(super) fn change(menu: &mut [MenuItem], id: i32, name: &str, value: Option<&Value<'_>>) -> Result<(), String> {
    match by_id(menu, id) {
        Some(entry) => entry.set(name, value),
        None => Err(format!("a change of the entry {id}, which is not there")),
    }
}

fn by_id(menu: &mut [MenuItem], id: i32) -> Option<&mut MenuItem> {
    menu.iter_mut().find_map(|entry| if entry.id == id { Some(entry) } else { by_id(&mut entry.children, id) })
}

pub(super) fn has_id(menu: &[MenuItem], id: i32) -> bool {
    menu.iter().any(|entry| entry.id == id || has_id(&entry.children, id))
}

pub(super) fn find<'a>(menu: &'a [MenuItem], label: &str) -> Option<&'a MenuItem> {
    way_to(menu, label).and_then(|way| way.last().copied())
}

/// The submenus that lead to the visible entry with these words, and the entry.
pub(super) fn way_to<'a>(menu: &'a [MenuItem], label: &str) -> Option<Vec<&'a MenuItem>> {
    menu.iter().filter(|entry| entry.visible).find_map(|entry| {
        if entry.label == label {
            return Some(vec![entry]);
        }
        let mut way = way_to(&entry.children, label)?;
        way.insert(0, entry);
        Some(way)
    })
}

/// The words without marks, and whether there was one: two underscores show one, a lone one
/// shows none and makes the next letter an access key.
fn shown(label: &str) -> (String, bool) {
    let (mut shown, mut has_mark) = (String::new(), false);
    let mut letters = label.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '_' {
            shown.push(letter);
        } else if letters.next_if_eq(&'_').is_some() {
            shown.push('_');
        } else {
            has_mark = true;
        }
    }
    (shown, has_mark)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use zbus::zvariant::StructureBuilder;

    use super::*;

    fn node(id: i32, properties: &[(&str, Value<'static>)], children: Vec<Value<'static>>) -> Value<'static> {
        let properties: HashMap<String, Value<'static>> =
            properties.iter().map(|(name, value)| ((*name).to_owned(), value.try_clone().unwrap())).collect();
        let node = StructureBuilder::new().add_field(id).add_field(properties).add_field(children);
        Value::from(node.build().unwrap())
    }

    fn root(children: Vec<Value<'static>>) -> Value<'static> {
        node(0, &[("children-display", "submenu".into())], children)
    }

    #[test]
    fn a_menu_is_read_with_its_marks_lines_and_submenus() {
        let more = vec![node(4, &[("label", "ana__shop".into()), ("enabled", false.into())], Vec::new())];
        let menu = root(vec![
            node(
                1,
                &[("label", "Sound".into()), ("toggle-type", "checkmark".into()), ("toggle-state", 1.into())],
                vec![],
            ),
            node(2, &[("type", "separator".into())], Vec::new()),
            node(3, &[("label", "Lines".into()), ("children-display", "submenu".into())], more),
        ]);
        let (read, wrong) = read(&menu);
        assert_eq!(wrong, Vec::<String>::new());
        let kinds: Vec<Kind> = read.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [Kind::Checkmark, Kind::Separator, Kind::Submenu]);
        assert_eq!(read[0].checked, Some(true));
        let way: Vec<i32> = way_to(&read, "ana_shop").unwrap().iter().map(|entry| entry.id).collect();
        assert_eq!(way, [3, 4]);
        assert!(!find(&read, "ana_shop").unwrap().enabled);
    }

    #[test]
    fn each_breach_of_a_menu_is_named() {
        let plain = |id: i32| node(id, &[("label", "Open".into())], Vec::new());
        let with = |name: &str, value: Value<'static>| {
            root(vec![node(1, &[("label", "Open".into()), (name, value)], Vec::new())])
        };
        let breaches = [
            node(7, &[("children-display", "submenu".into())], vec![plain(1)]),
            node(0, &[], vec![plain(1)]),
            root(vec![plain(1), plain(1)]),
            root(vec![plain(0)]),
            root(vec![plain(-3)]),
            root(vec![node(1, &[], Vec::new())]),
            root(vec![node(1, &[("label", "ana_shop".into())], Vec::new())]),
            root(vec![node(1, &[("label", "a\nb".into())], Vec::new())]),
            root(vec![node(1, &[("label", "More".into())], vec![plain(2)])]),
            root(vec![node(1, &[("label", "x".into()), ("type", "separator".into())], Vec::new())]),
            root(vec![Value::from("no entry")]),
            with("enabled", "yes".into()),
            with("toggle-type", "both".into()),
            with("toggle-state", 2.into()),
            with("made-up", true.into()),
        ];
        for (at, menu) in breaches.iter().enumerate() {
            let (_, wrong) = read(menu);
            assert_eq!(wrong.len(), 1, "breach {at}: {wrong:?}");
        }
    }

    #[test]
    fn a_change_reaches_its_entry_and_no_other() {
        let below = vec![node(2, &[("label", "Mute".into()), ("toggle-type", "checkmark".into())], Vec::new())];
        let menu = root(vec![node(1, &[("label", "Ana".into()), ("children-display", "submenu".into())], below)]);
        let (mut menu, _) = read(&menu);
        change(&mut menu, 2, "toggle-state", Some(&Value::I32(1))).unwrap();
        change(&mut menu, 1, "enabled", Some(&Value::Bool(false))).unwrap();
        assert_eq!(find(&menu, "Mute").unwrap().checked, Some(true));
        assert!(!menu[0].enabled);
        change(&mut menu, 1, "enabled", None).unwrap();
        assert!(menu[0].enabled, "as if it had never been said");
        assert!(change(&mut menu, 3, "enabled", None).is_err());
    }
}

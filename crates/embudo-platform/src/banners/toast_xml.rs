//! A banner as Windows reads it: a toast in XML.
#![cfg_attr(not(windows), allow(dead_code))]

use super::sheet::{CLICK, FIELD, Sheet};

/// The name of the text field in the answer.
pub(crate) const FIELD_ID: &str = "text";

pub(crate) fn toast_xml(sheet: &Sheet) -> String {
    let mut xml = String::from("<toast");
    if sheet.can_click {
        xml += &format!(" launch=\"{CLICK}\"");
    }
    if sheet.stays {
        xml += " duration=\"long\"";
    }
    xml += "><visual><binding template=\"ToastGeneric\">";
    for text in [&sheet.title, &sheet.body] {
        xml += &format!("<text>{}</text>", escaped(text));
    }
    // The sound is ours.
    xml += "</binding></visual><audio silent=\"true\"/>";
    if sheet.field.is_some() || !sheet.buttons.is_empty() {
        xml += "<actions>";
        if let Some(label) = &sheet.field {
            let label = escaped(label);
            xml += &format!("<input id=\"{FIELD_ID}\" type=\"text\" placeHolderContent=\"{label}\"/>");
            xml += &format!("<action content=\"{label}\" arguments=\"{FIELD}\" hint-inputId=\"{FIELD_ID}\"/>");
        }
        for (key, label) in &sheet.buttons {
            xml += &format!("<action content=\"{}\" arguments=\"{}\"/>", escaped(label), escaped(key));
        }
        xml += "</actions>";
    }
    xml + "</toast>"
}

/// Text inside an element or a quoted attribute. What XML has no way to write is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&apos;",
            '\u{fffe}' | '\u{ffff}' => {}
            sign if sign.is_control() => safe.push(' '),
            sign => safe.push(sign),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use embudo_domain::alerts::Tag;

    fn sheet() -> Sheet {
        Sheet {
            tag: Tag::Test,
            title: "Ana".into(),
            body: "hello".into(),
            can_click: true,
            field: Some("Reply".into()),
            buttons: vec![("mark-read".into(), "Mark read".into())],
            stays: false,
            is_quiet: false,
            picture: None,
        }
    }

    #[test]
    fn a_toast_has_its_text_a_field_and_its_buttons() {
        assert_eq!(
            toast_xml(&sheet()),
            "<toast launch=\"default\"><visual><binding template=\"ToastGeneric\"><text>Ana</text><text>hello</text>\
             </binding></visual><audio silent=\"true\"/><actions>\
             <input id=\"text\" type=\"text\" placeHolderContent=\"Reply\"/>\
             <action content=\"Reply\" arguments=\"inline-reply\" hint-inputId=\"text\"/>\
             <action content=\"Mark read\" arguments=\"mark-read\"/></actions></toast>"
        );
    }

    #[test]
    fn a_bare_toast_says_nothing_when_it_is_clicked() {
        let bare = Sheet { can_click: false, field: None, buttons: Vec::new(), stays: true, ..sheet() };
        assert_eq!(
            toast_xml(&bare),
            "<toast duration=\"long\"><visual><binding template=\"ToastGeneric\"><text>Ana</text><text>hello</text>\
             </binding></visual><audio silent=\"true\"/></toast>"
        );
    }

    #[test]
    fn no_text_can_leave_its_place() {
        let hostile = "\"/></text><action content='x' arguments=\"mark-read\"/>&\u{ffff}\u{1}";
        let safe =
            "&quot;/&gt;&lt;/text&gt;&lt;action content=&apos;x&apos; arguments=&quot;mark-read&quot;/&gt;&amp; ";
        let mut sheet = sheet();
        sheet.title = hostile.into();
        sheet.field = Some(hostile.into());
        sheet.buttons = vec![(hostile.into(), hostile.into())];
        let xml = toast_xml(&sheet);
        assert_eq!(xml.matches(safe).count(), 5, "{xml}");
        assert_eq!(xml.matches("<action ").count(), 2, "its own two and no more");
    }
}

//! A conversation as a page of its own: no script, nothing from elsewhere, every word as it is.

pub const END: &str = "</main></body></html>\n";

pub struct Shown<'a> {
    pub is_ours: bool,
    pub who: &'a str,
    pub day: &'a str,
    pub at: &'a str,
    pub text: &'a str,
    /// What it is, where it is no text.
    pub what: &'a str,
    /// Its path in the archive.
    pub file: Option<&'a str>,
    pub is_picture: bool,
}

pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A path as an address.
fn address(path: &str) -> String {
    use std::fmt::Write as _;
    let mut url = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

pub fn begin(name: &str, number: &str) -> String {
    let (name, number) = (escape(name), escape(number));
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' file:; media-src 'self' file:; style-src 'unsafe-inline'\">\
         <title>{name}</title><style>body{{font:15px/1.45 system-ui,sans-serif;margin:0;background:#f4f4f2;color:#1c1c1a}}\
         main,header{{max-width:44rem;margin:auto;padding:1rem}}header h1{{font-size:1.2rem;margin:0}}header p{{margin:0;color:#5d5d58}}\
         article{{background:#fff;border-radius:12px;padding:.5rem .75rem;margin:.4rem 0;max-width:80%;width:fit-content;overflow-wrap:anywhere}}\
         article.us{{background:#dcefe2;margin-left:auto}}p{{margin:.15rem 0;white-space:pre-wrap}}small{{color:#5d5d58}}img{{max-width:100%;border-radius:8px}}\
         </style></head><body><header><h1>{name}</h1><p>{number}</p></header><main>\n"
    )
}

pub fn message(shown: &Shown<'_>) -> String {
    let side = if shown.is_ours { "us" } else { "them" };
    let mut body = String::new();
    if let Some(file) = shown.file {
        let (url, name) = (address(file), escape(file.rsplit('/').next().unwrap_or(file)));
        if shown.is_picture {
            body.push_str(&format!("<a href=\"{url}\"><img src=\"{url}\" alt=\"{name}\" loading=\"lazy\"></a>"));
        } else {
            body.push_str(&format!("<p><a href=\"{url}\">{name}</a></p>"));
        }
    } else if !shown.what.is_empty() {
        body.push_str(&format!("<p><em>{}</em></p>", escape(shown.what)));
    }
    if !shown.text.is_empty() {
        body.push_str(&format!("<p>{}</p>", escape(shown.text)));
    }
    format!(
        "<article class=\"{side}\"><small>{} · <time datetime=\"{}\">{}</time></small>{body}</article>\n",
        escape(shown.who),
        escape(shown.day),
        escape(shown.at),
    )
}

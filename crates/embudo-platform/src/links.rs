//! Where a link in somebody's message really leads. Decides only; the shell opens what it gets
//! after the person has seen [`Link::host`].
//!
//! Invariants: only web, mail and telephone links come out; the host shown is the host that a
//! browser will ask, whatever the text looks like; the link opened is the one that was judged.

use url::{Host, Url};

const MAX_LEN_BYTES: usize = 8 * 1024;

/// A link that may be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What to hand to the system: normalised ASCII, without a user name or password.
    pub url: String,
    /// What to show before opening: the host of a web link (with an unusual port), the addresses
    /// of a mail link, the number of a telephone link.
    pub host: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("not a link")]
    NotALink,
    /// Programs, files, scripts and anything else that is not web, mail or telephone.
    #[error("links of this kind are not opened")]
    SchemeNotAllowed,
    #[error("the link is too long")]
    TooLong,
}

/// Judges a link as it stands in a text: `https://…`, `mailto:…`, `tel:…`, or a bare
/// `www.example.com/x`, which becomes https.
pub fn link_target(text_url: &str) -> Result<Link, LinkError> {
    let text = text_url.trim();
    if text.len() > MAX_LEN_BYTES {
        return Err(LinkError::TooLong);
    }
    let url = match Url::parse(text) {
        // `example.com:8080/x` parses as the scheme `example.com`; no scheme in use has a dot.
        Ok(url) if !url.scheme().contains('.') => url,
        Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) => bare(text)?,
        Err(_) => return Err(LinkError::NotALink),
    };
    match url.scheme() {
        "http" | "https" => web(url),
        "mailto" => mail(&url),
        "tel" => telephone(&url),
        _ => Err(LinkError::SchemeNotAllowed),
    }
}

fn bare(text: &str) -> Result<Url, LinkError> {
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let looks_like_host = host.contains('.')
        && !host.starts_with('.')
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\' || c == '@');
    if !looks_like_host {
        return Err(LinkError::NotALink);
    }
    Url::parse(&format!("https://{text}")).map_err(|_| LinkError::NotALink)
}

fn web(mut url: Url) -> Result<Link, LinkError> {
    // `https://my.bank@evil.example`: a name in front of the host serves only to deceive.
    url.set_username("").and_then(|()| url.set_password(None)).map_err(|()| LinkError::NotALink)?;
    let name = match url.host() {
        Some(Host::Domain(domain)) => shown_domain(domain),
        Some(address) => address.to_string(),
        None => return Err(LinkError::NotALink),
    };
    let host = match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name,
    };
    Ok(Link { url: url.into(), host })
}

/// `domain` is ASCII. Letters of Western European languages are shown as letters; anything else
/// stays punycode, because letters of other scripts can look exactly like ours.
fn shown_domain(domain: &str) -> String {
    let (unicode, valid) = idna::domain_to_unicode(domain);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') || ('à'..='ÿ').contains(&c);
    if valid.is_ok() && unicode.chars().all(|c| is_plain(c) && c != '÷') { unicode } else { domain.to_owned() }
}

fn mail(url: &Url) -> Result<Link, LinkError> {
    let addresses = decode(url.path()).ok_or(LinkError::NotALink)?;
    let is_mail = addresses.split(',').all(|address| {
        address
            .trim()
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && address.chars().all(is_visible_ascii))
    });
    if !is_mail {
        return Err(LinkError::NotALink);
    }
    // Only what the person will see in their mail program; some take `attach=/etc/passwd`, and
    // `bcc` adds a reader.
    let mut clean = Url::parse("mailto:").map_err(|_| LinkError::NotALink)?;
    clean.set_path(url.path());
    for (key, value) in url.query_pairs() {
        if matches!(key.to_ascii_lowercase().as_str(), "subject" | "body") {
            clean.query_pairs_mut().append_pair(&key, &value);
        }
    }
    // A form writes spaces as `+`, mail programs expect `%20`.
    let url = String::from(clean).replace('+', "%20");
    Ok(Link { url, host: addresses })
}

fn telephone(url: &Url) -> Result<Link, LinkError> {
    let number = decode(url.path()).ok_or(LinkError::NotALink)?;
    let number: String = number.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '\u{a0}')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    // `*` and `#` are commands to a telephone network, not numbers.
    let is_number = (2..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number {
        return Err(LinkError::NotALink);
    }
    Ok(Link { url: format!("tel:{number}"), host: number })
}

fn is_visible_ascii(c: char) -> bool {
    c.is_ascii_graphic() || c == ' '
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn host(text: &str) -> Result<String, LinkError> {
        link_target(text).map(|link| link.host)
    }

    #[test]
    fn the_real_host_is_shown_whatever_the_text_pretends() {
        for (text, real) in [
            ("https://example.com/pay?x=1", "example.com"),
            ("HTTPS://Example.COM", "example.com"),
            ("https://bank.com@evil.com", "evil.com"),
            ("https://bank.com:secret@evil.com/bank.com", "evil.com"),
            ("https://bank.com%2f@evil.com", "evil.com"),
            ("https:\\\\evil.com\\@bank.com", "evil.com"),
            ("https://evil.com#@bank.com", "evil.com"),
            ("https://evil.com?@bank.com", "evil.com"),
            ("https://bank.com.evil.com", "bank.com.evil.com"),
            ("http:evil.com", "evil.com"),
            ("https://ba\tnk.com", "bank.com"),
            ("http://0x7f.1/", "127.0.0.1"),
            ("http://2130706433", "127.0.0.1"),
            ("http://[::1]:8080/", "[::1]:8080"),
            ("https://example.com:443/", "example.com"),
            ("https://example.com:444/", "example.com:444"),
            ("www.example.com/a b", "not a link"),
            ("www.example.com/a", "www.example.com"),
            ("example.com:8080/x", "example.com:8080"),
        ] {
            let shown = host(text).unwrap_or_else(|error| error.to_string());
            assert_eq!(shown, real, "{text}");
        }
    }

    #[test]
    fn names_that_could_deceive_are_shown_as_punycode() {
        for (text, real) in [
            ("https://соса-cola.com", "xn---cola-3ve1hxab.com"),
            ("https://аррӏе.com", "xn--80ak6aa92e.com"),
            ("https://paypaı.com", "xn--paypa-r4a.com"),
            ("https://例え.jp", "xn--r8jz45g.jp"),
            ("https://ｅｖｉｌ．com", "evil.com"),
            ("https://panadería-ñandú.com.ar", "panadería-ñandú.com.ar"),
            ("https://xn--caf-dma.com", "café.com"),
            ("https://pão.com.br", "pão.com.br"),
        ] {
            assert_eq!(host(text).unwrap(), real, "{text}");
        }
    }

    #[test]
    fn what_is_opened_carries_no_user_name_and_no_odd_characters() {
        assert_eq!(link_target("https://bank.com@evil.com/x").unwrap().url, "https://evil.com/x");
        let opened = link_target("https://example.com/\u{202e}gpj.exe\n").unwrap().url;
        assert_eq!(opened, "https://example.com/%E2%80%AEgpj.exe", "no character turns text round");
    }

    #[test]
    fn only_web_mail_and_telephone_links_are_opened() {
        for text in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            " javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,<script>",
            "vbscript:x",
            "ms-msdt:/id",
            "search-ms:query=x",
            "smb://host/share",
            "ftp://example.com",
            "embudo://send",
            "blob:https://example.com/1",
            "view-source:https://example.com",
            "x-apple.systempreferences:x",
        ] {
            let outcome = link_target(text);
            assert!(
                matches!(outcome, Err(LinkError::SchemeNotAllowed | LinkError::NotALink)),
                "{text:?} must not open: {outcome:?}"
            );
        }
        for text in ["", "hello", "//evil.com", "\\\\host\\share", "../x", "https://", "a@b.com"] {
            assert_eq!(link_target(text), Err(LinkError::NotALink), "{text:?}");
        }
        let long = format!("https://example.com/{}", "a".repeat(9_000));
        assert_eq!(link_target(&long), Err(LinkError::TooLong));
    }

    #[test]
    fn mail_links_keep_what_the_person_sees_and_nothing_else() {
        let link = link_target("mailto:ana@example.com?subject=Hola%20%2B1&bcc=x@evil.com&attach=/etc/passwd").unwrap();
        assert_eq!(link.host, "ana@example.com");
        assert_eq!(link.url, "mailto:ana@example.com?subject=Hola%20%2B1");
        for text in ["mailto:", "mailto:x", "mailto:@", "mailto:a%0ab@example.com"] {
            assert_eq!(link_target(text), Err(LinkError::NotALink), "{text:?}");
        }
    }

    #[test]
    fn telephone_links_hold_numbers_and_no_commands() {
        let link = link_target("tel:+55 (11) 98765-4321").unwrap();
        assert_eq!((link.url.as_str(), link.host.as_str()), ("tel:+5511987654321", "+5511987654321"));
        for text in ["tel:", "tel:*#06#", "tel:*21*123%23", "tel:1;ext=2", "tel:abc", "tel:+"] {
            assert_eq!(link_target(text), Err(LinkError::NotALink), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_text_only_allowed_links_come_out_and_stay_what_they_are(
            text in prop_oneof![any::<String>(), "(https?|mailto|tel|file|javascript):[/\\\\@:.a-zà-я0-9%?#]{0,30}"],
        ) {
            if let Ok(link) = link_target(&text) {
                prop_assert!(link.url.is_ascii(), "{:?}", link.url);
                let scheme = link.url.split(':').next().unwrap();
                prop_assert!(matches!(scheme, "http" | "https" | "mailto" | "tel"));
                prop_assert!(!link.host.is_empty(), "something is shown");
                prop_assert_eq!(link_target(&link.url).map(|l| l.host), Ok(link.host.clone()));
            }
        }
    }
}

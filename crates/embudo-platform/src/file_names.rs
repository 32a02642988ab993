//! Names of files that strangers send: which may be opened from a chat, and what a saved file is
//! called. Opening hands a file to another program; anything that would run, or would open a
//! page with scripts from the person's own disk, can be saved but not opened.

/// Ends of names that run something on one of the three systems, or hold something that does.
#[rustfmt::skip]
const RUNS: &[&str] = &[
    // Windows
    "appref-ms", "appx", "appxbundle", "bat", "cmd", "chm", "com", "cpl", "diagcab", "dll", "drv",
    "exe", "gadget", "grp", "hlp", "hta", "inf", "ins", "isp", "jse", "js", "lnk", "mde", "msc",
    "msh", "msh1", "msh2", "mshxml", "msi", "msix", "msixbundle", "msp", "mst", "ocx", "pif",
    "ps1", "ps1xml", "ps2", "psc1", "psd1", "psm1", "reg", "rgs", "scf", "scr", "sct",
    "search-ms", "settingcontent-ms", "shb", "shs", "sys", "theme", "themepack", "library-ms",
    "url", "vb", "vbe", "vbs", "vbscript", "ws", "wsc", "wsf", "wsh", "xbap", "xll", "xnk",
    "application", "website", "udl", "cab", "mcf", "job", "osd", "rdp", "ica",
    // macOS
    "action", "app", "command", "dmg", "fileloc", "inetloc", "mobileconfig", "mpkg", "osax", "pkg",
    "prefpane", "scpt", "scptd", "applescript", "terminal", "term", "tool", "webloc", "workflow",
    "wdgt", "dylib", "kext",
    // Linux
    "appimage", "bin", "deb", "desktop", "flatpak", "flatpakref", "flatpakrepo", "kdelnk", "out",
    "rpm", "run", "service", "snap", "so", "x86", "x86_64", "o", "ko",
    // everywhere: scripts, byte code, packages of programs
    "apk", "bash", "class", "csh", "fish", "jar", "jnlp", "ksh", "lua", "mjs", "cjs", "perl",
    "php", "pl", "py", "pyc", "pyo", "pyw", "pyz", "pyzw", "rb", "sh", "tcl", "ts", "wasm", "xpi",
    "crx", "vsix", "zsh", "gem", "whl", "air", "action", "ipa", "aab",
    // pages and pictures that run scripts, mail that carries files
    "htm", "html", "mht", "mhtml", "shtml", "svg", "svgz", "swf", "xhtml", "xht", "xml", "xsl",
    "xslt", "eml", "msg",
    // disks, whose content escapes the mark of its origin
    "img", "iso", "udf", "vhd", "vhdx", "vmdk", "wim", "sparseimage", "sparsebundle",
    // documents with macros, add-ins, data connections
    "docm", "dotm", "potm", "ppam", "ppsm", "pptm", "sldm", "xla", "xlam", "xlm", "xlsb", "xlsm",
    "xltm", "iqy", "oqy", "slk", "accde", "accdb", "ade", "adp", "mdb", "mda", "one", "onepkg",
];

/// These give a file away even in the middle of its name (`photo.exe.jpg`). Not `com`: shops are
/// called `mystore.com`.
const NEVER_INSIDE: &[&str] =
    &["exe", "scr", "bat", "cmd", "pif", "msi", "vbs", "js", "jar", "ps1", "hta", "lnk", "apk"];

#[rustfmt::skip]
const RUNS_BY_TYPE: &[&str] = &[
    "application/bat", "application/hta", "application/java-archive", "application/java-vm",
    "application/javascript", "application/vnd.android.package-archive",
    "application/vnd.appimage", "application/vnd.debian.binary-package",
    "application/vnd.microsoft.portable-executable", "application/x-apple-diskimage",
    "application/x-bat", "application/x-csh", "application/x-deb", "application/x-debian-package",
    "application/x-desktop", "application/x-dosexec", "application/x-elf", "application/x-exe",
    "application/x-executable", "application/x-iso9660-image", "application/x-java-archive",
    "application/x-java-jnlp-file", "application/x-javascript", "application/x-mach-binary",
    "application/x-mach-o-executable", "application/x-ms-dos-executable",
    "application/x-ms-installer", "application/x-ms-shortcut", "application/x-msdos-program",
    "application/x-msdownload", "application/x-msi", "application/x-perl",
    "application/x-pie-executable", "application/x-powershell", "application/x-python-code",
    "application/x-redhat-package-manager", "application/x-rpm", "application/x-sh",
    "application/x-sharedlib", "application/x-shellscript", "application/x-shockwave-flash",
    "application/x-winexe", "application/xhtml+xml", "application/xml", "image/svg+xml",
    "message/rfc822", "multipart/related", "text/html", "text/javascript", "text/x-perl",
    "text/x-python", "text/x-script.python", "text/x-sh", "text/x-shellscript", "text/xml",
];

/// Whether a file from a chat may be handed to the system's program for it. `mime` is what the
/// sender claimed, empty when they claimed nothing. A name without an ending may not: what it
/// is would be guessed from its content, by somebody else.
pub fn may_open_file(name: &str, mime: &str) -> bool {
    let mime = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if RUNS_BY_TYPE.contains(&mime.as_str()) || name.chars().any(is_deceptive) {
        return false;
    }
    // Windows ignores dots and spaces at the end, and what follows a colon is a stream.
    let name = last_part(name).trim_end_matches(['.', ' ', '\u{a0}']).to_lowercase();
    if name.contains(':') {
        return false;
    }
    let mut parts = name.split('.').map(str::trim);
    let stem = parts.next().unwrap_or_default();
    let endings: Vec<&str> = parts.collect();
    match endings.split_last() {
        // A hidden file (`.profile`) is no document either.
        None | Some((&"", _)) => false,
        Some(_) if stem.is_empty() => false,
        Some((last, inner)) => !RUNS.contains(last) && !inner.iter().any(|part| NEVER_INSIDE.contains(part)),
    }
}

const MAX_NAME_BYTES: usize = 150;

/// The name under which a file may be saved on any of the three systems: one path component,
/// visible, not hidden, not reserved, at most 150 bytes, with its ending kept. Cleaning a clean
/// name changes nothing.
pub fn safe_file_name(name: &str) -> String {
    let visible: String = last_part(name)
        .chars()
        .filter(|c| !is_deceptive(*c))
        .map(|c| match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\' => '_',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    let trimmed = trim(&visible);
    let mut safe = shorten(trimmed);
    if is_reserved(&safe) {
        safe.insert(0, '_');
    }
    if safe.is_empty() { "file".to_owned() } else { safe }
}

/// A name that starts with a dash is an option to some program, one that starts with a dot is
/// hidden, one that ends with a dot or space is another name on Windows.
fn trim(name: &str) -> &str {
    name.trim_start_matches([' ', '.', '-', '~']).trim_end_matches([' ', '.'])
}

fn shorten(name: &str) -> String {
    if name.len() <= MAX_NAME_BYTES {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 16 && !ending.contains(' ') => (stem, ending),
        _ => (name, ""),
    };
    let room = MAX_NAME_BYTES - ending.len() - 1;
    let cut = (0..=room.min(stem.len())).rev().find(|at| stem.is_char_boundary(*at)).unwrap_or(0);
    let stem = stem[..cut].trim_end_matches([' ', '.']);
    if ending.is_empty() { stem.to_owned() } else { format!("{stem}.{ending}") }
}

/// Names of devices on Windows, with any ending.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix)
            .is_some_and(|n| matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// Characters that change what the rest of a name looks like, or that nobody sees.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn documents_and_media_may_be_opened() {
        for (name, mime) in [
            ("invoice.pdf", "application/pdf"),
            ("Lista de precios 2026.xlsx", ""),
            ("foto.da.loja.JPG", "image/jpeg"),
            ("www.mystore.com.pdf", "application/pdf"),
            ("voz.ogg", "audio/ogg; codecs=opus"),
            ("año.docx", "application/octet-stream"),
            ("v1.2.3.zip", "application/zip"),
        ] {
            assert!(may_open_file(name, mime), "{name} is harmless");
        }
    }

    #[test]
    fn what_runs_is_refused_however_it_is_dressed() {
        for name in [
            "setup.exe",
            "SETUP.EXE",
            "invoice.pdf.exe",
            "photo.exe.jpg",
            "a.exe.",
            "a.exe . ",
            "a.scr",
            "x.desktop",
            "run.sh",
            "App.app",
            "a.jar",
            "a.lnk",
            "page.html",
            "x.svg",
            "macro.xlsm",
            "disk.iso",
            "a.pdf:evil.exe",
            "dir/../a.bat",
            "c:\\a.cmd",
            "profile",
            ".bashrc",
            "a.pdf.",
            "",
            "a.",
            "invoice\u{202e}fdp.exe",
            "photo\u{202e}gpj.pdf",
            "a\u{200b}.pdf",
            "a\n.pdf",
        ] {
            // `a.pdf.` is a plain PDF to Windows and has no ending elsewhere; opening is fine.
            let expected = name == "a.pdf.";
            assert_eq!(may_open_file(name, ""), expected, "{name:?}");
        }
        for mime in ["application/x-msdownload", "TEXT/HTML; charset=utf-8", "image/svg+xml"] {
            assert!(!may_open_file("a.pdf", mime), "{mime} under a harmless name");
        }
    }

    #[test]
    fn saved_names_are_plain_names() {
        for (name, safe) in [
            ("invoice.pdf", "invoice.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system32\\evil.dll", "evil.dll"),
            ("a<b>:c?.txt", "a_b__c_.txt"),
            ("-rf", "rf"),
            (".bashrc", "bashrc"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("COM1.pdf", "_COM1.pdf"),
            ("común.pdf", "común.pdf"),
            ("a. . ", "a"),
            ("", "file"),
            ("...", "file"),
            ("📷\tñandú.jpg", "📷ñandú.jpg"),
        ] {
            assert_eq!(safe_file_name(name), safe, "{name:?}");
        }
        let long = safe_file_name(&format!("{}.pdf", "ñ".repeat(300)));
        assert!(long.len() <= MAX_NAME_BYTES && long.ends_with("ñ.pdf"), "{long}");
    }

    proptest! {
        #[test]
        fn a_safe_name_is_one_visible_component_and_stays_itself(
            name in prop_oneof![any::<String>(), "[a-zA-Z0-9 ./\\\\:\u{202e}ñ~-]{0,200}"],
        ) {
            let safe = safe_file_name(&name);
            prop_assert_eq!(safe_file_name(&safe), safe.clone(), "cleaning twice");
            prop_assert!(!safe.is_empty() && safe.len() <= MAX_NAME_BYTES + 1);
            prop_assert!(!safe.contains(['/', '\\', ':', '\0']), "{:?}", safe);
            prop_assert!(!safe.chars().any(is_deceptive), "{:?}", safe);
            prop_assert!(!safe.starts_with(['.', '-', ' ']) && !safe.ends_with(['.', ' ']), "{:?}", safe);
            let path = std::path::Path::new(&safe);
            prop_assert_eq!(path.components().count(), 1, "{:?}", safe);
        }

        #[test]
        fn no_dress_makes_a_program_openable(
            stem in "[a-z0-9 ñ.]{0,12}",
            ending in prop::sample::select(RUNS),
            tail in "[. ]{0,4}",
            upper: bool,
        ) {
            let ending = if upper { ending.to_uppercase() } else { ending.to_owned() };
            let name = format!("{stem}.{ending}{tail}");
            prop_assert!(!may_open_file(&name, "application/pdf"), "{:?}", name);
        }
    }
}

//! The command line: where the data is.

use anyhow::{Context as _, bail};
use std::ffi::OsString;
use std::path::PathBuf;

const USAGE: &str = "embudo [--data DIR] [--hidden] [embudo://LINK]\n    DIR holds everything; without it EMBUDO_DATA, else the usual place of this system.\n    --hidden starts in the tray, without a window. A link opens a place in the app.";

#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    pub data: PathBuf,
    /// Without a window, as at a sign-in.
    pub hidden: bool,
    /// As it was handed over: what it names is looked at by the app.
    pub link: Option<String>,
}

impl Options {
    /// `None`: it was a question and is answered.
    pub fn read() -> anyhow::Result<Option<Self>> {
        Self::parse(std::env::args_os().skip(1), std::env::var_os("EMBUDO_DATA"))
    }

    fn parse(args: impl Iterator<Item = OsString>, variable: Option<OsString>) -> anyhow::Result<Option<Self>> {
        let mut data = variable.filter(|value| !value.is_empty()).map(PathBuf::from);
        let (mut hidden, mut link) = (false, None);
        let mut args = args;
        while let Some(arg) = args.next() {
            match arg.to_str() {
                Some("--data") => data = Some(args.next().context("--data needs a folder")?.into()),
                Some("--hidden") => hidden = true,
                Some(text) if is_link(text) => {
                    // Whoever made it may have made it longer than one word.
                    if args.next().is_some() {
                        bail!("nothing follows a link\n{USAGE}");
                    }
                    link = Some(text.to_owned());
                }
                Some("--help" | "-h") => {
                    eprintln!("{USAGE}");
                    return Ok(None);
                }
                Some("--version") => {
                    eprintln!("embudo {}", env!("CARGO_PKG_VERSION"));
                    return Ok(None);
                }
                _ => bail!("{} is not understood\n{USAGE}", arg.to_string_lossy()),
            }
        }
        let data = match data {
            Some(data) => data,
            None => usual_place()?,
        };
        // Relative to where the app was started, once and for all.
        Ok(Some(Self { data: std::path::absolute(data)?, hidden, link }))
    }
}

/// Any of our scheme: one that leads nowhere is no reason not to start.
fn is_link(text: &str) -> bool {
    text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("embudo:"))
}

pub fn usual_place() -> anyhow::Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || variable("HOME").context("HOME is not set; say --data DIR");
    if cfg!(target_os = "windows") {
        Ok(variable("LOCALAPPDATA").context("LOCALAPPDATA is not set; say --data DIR")?.join("Embudo"))
    } else if cfg!(target_os = "macos") {
        Ok(home()?.join("Library/Application Support/Embudo"))
    } else {
        match variable("XDG_DATA_HOME").filter(|folder| folder.is_absolute()) {
            Some(folder) => Ok(folder.join("embudo")),
            None => Ok(home()?.join(".local/share/embudo")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn options(args: &[&str], variable: Option<&str>) -> anyhow::Result<Option<Options>> {
        Options::parse(args.iter().map(OsString::from), variable.map(OsString::from))
    }

    fn parse(args: &[&str], variable: Option<&str>) -> anyhow::Result<Option<PathBuf>> {
        Ok(options(args, variable)?.map(|options| options.data))
    }

    #[test]
    fn the_desktop_hands_links_over() {
        // Tauri's own entry names the scheme and passes nothing on.
        let entry = include_str!("../embudo.desktop");
        for line in ["Exec={{exec}} %u", "MimeType=x-scheme-handler/embudo;"] {
            assert!(entry.lines().any(|found| found == line), "{line}");
        }
    }

    #[test]
    fn a_start_may_be_without_a_window_or_follow_a_link() {
        let plain = options(&["--data", "/a"], None).unwrap().unwrap();
        assert_eq!((plain.hidden, plain.link), (false, None));
        let hidden = options(&["--hidden", "--data", "/a"], None).unwrap().unwrap();
        assert!(hidden.hidden && hidden.data.ends_with("a"));
        let linked = options(&["--data", "/a", "EMBUDO://lines"], None).unwrap().unwrap();
        assert_eq!(linked.link.as_deref(), Some("EMBUDO://lines"), "as the system's browser hands it over");
        assert!(options(&["https://lines"], None).is_err(), "no link of ours");
        let longer = options(&["embudo://lines", "--data", "/stranger"], None);
        assert!(longer.is_err(), "a link that was made longer chooses no folder");
    }

    #[test]
    fn the_folder_on_the_command_line_comes_before_the_variable() {
        assert_eq!(parse(&["--data", "/a b"], Some("/c")).unwrap(), Some("/a b".into()));
        assert_eq!(parse(&[], Some("/c")).unwrap(), Some("/c".into()));
        assert!(parse(&[], Some("")).unwrap().unwrap().is_absolute(), "an empty variable says nothing");
        assert!(parse(&["--data"], None).is_err() && parse(&["--sync"], None).is_err(), "slips are told");
        assert_eq!(parse(&["--help"], None).unwrap(), None, "a question opens no window");
    }
}

//! Starting with the system, for who wants that. What the system is told is written here and
//! tested; only the registry's calls are in `os/`.
//!
//! The crate that does this for others writes paths without quotes and looks for no
//! `XDG_CONFIG_HOME`; the rest of it is as short as this.

use std::io;
use std::path::PathBuf;

/// How this program is started at sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autostart {
    /// "Embudo": also the name of the entry.
    pub name: String,
    pub program: PathBuf,
    pub args: Vec<String>,
}

impl Autostart {
    /// Errors are the disk's or the registry's.
    pub fn is_on(&self) -> io::Result<bool> {
        match place(&self.name)? {
            Place::File(path) => match std::fs::read_to_string(path) {
                Ok(text) => Ok(is_enabled(&text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                Err(error) => Err(error),
            },
            Place::Registry => crate::os::registry_autostart(&self.name),
        }
    }

    pub fn set(&self, on: bool) -> io::Result<()> {
        match place(&self.name)? {
            Place::File(path) if on => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                std::fs::write(path, self.entry()?)
            }
            Place::File(path) => match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
            Place::Registry => {
                let line = on.then(|| self.windows_line()).transpose()?;
                crate::os::set_registry_autostart(&self.name, line.as_deref())
            }
        }
    }

    fn entry(&self) -> io::Result<String> {
        if cfg!(target_os = "macos") { self.launch_agent() } else { self.desktop_entry() }
    }

    /// <https://specifications.freedesktop.org/desktop-entry/latest/exec-variables.html>
    fn desktop_entry(&self) -> io::Result<String> {
        let words = self.words()?.into_iter().map(exec_word);
        let exec = words.collect::<Vec<_>>().join(" ");
        let name = &self.name;
        Ok(format!(
            "[Desktop Entry]\nType=Application\nVersion=1.0\nName={name}\nExec={exec}\nIcon=embudo\n\
             StartupNotify=false\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"
        ))
    }

    /// `man launchd.plist`
    fn launch_agent(&self) -> io::Result<String> {
        let words = self.words()?.into_iter().map(|word| format!("<string>{}</string>", xml(word)));
        let words = words.collect::<String>();
        let label = xml(&self.name);
        Ok(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
             \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\"><dict>\
             <key>Label</key><string>{label}</string><key>ProgramArguments</key><array>{words}</array>\
             <key>RunAtLoad</key><true/></dict></plist>\n"
        ))
    }

    /// A quote cannot be part of a path there.
    fn windows_line(&self) -> io::Result<String> {
        let words = self.words()?.into_iter().map(|word| format!("\"{word}\""));
        Ok(words.collect::<Vec<_>>().join(" "))
    }

    fn words(&self) -> io::Result<Vec<&str>> {
        let program = self.program.to_str().ok_or_else(|| io::Error::other("the program's path is no text"))?;
        let words: Vec<&str> = std::iter::once(program).chain(self.args.iter().map(String::as_str)).collect();
        if words.iter().any(|word| word.contains(['\n', '\r', '\0'])) {
            return Err(io::Error::other("a path with a line break cannot be written there"));
        }
        Ok(words)
    }
}

enum Place {
    File(PathBuf),
    // Windows' own.
    #[cfg_attr(not(target_os = "windows"), allow(dead_code))]
    Registry,
}

fn place(name: &str) -> io::Result<Place> {
    let folder = |variable: &str| std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    if cfg!(target_os = "windows") {
        return Ok(Place::Registry);
    }
    let home = folder("HOME").ok_or_else(|| io::Error::other("HOME is not set"));
    if cfg!(target_os = "macos") {
        return Ok(Place::File(home?.join("Library/LaunchAgents").join(format!("{name}.plist"))));
    }
    let config = match folder("XDG_CONFIG_HOME") {
        Some(config) => config,
        None => home?.join(".config"),
    };
    Ok(Place::File(config.join("autostart").join(format!("{name}.desktop"))))
}

/// Desktops switch an entry off by a line in it.
fn is_enabled(entry: &str) -> bool {
    let says = |line: &str, key: &str, value: &str| {
        line.split_once('=').is_some_and(|(k, v)| k.trim() == key && v.trim().eq_ignore_ascii_case(value))
    };
    !entry.lines().any(|line| says(line, "Hidden", "true") || says(line, "X-GNOME-Autostart-enabled", "false"))
}

/// Quoted, with the characters escaped that a quoted word gives a meaning; then, as any string
/// of such a file, its backslashes once more; `%` starts a field.
fn exec_word(word: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in word.chars() {
        match letter {
            '"' | '`' | '$' | '\\' => quoted.extend(['\\', letter]),
            '%' => quoted.push_str("%%"),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted.replace('\\', "\\\\")
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What starts this program: in an AppImage not the file that runs, which is gone with it.
pub fn own_program() -> io::Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    Ok(program_of(std::env::current_exe()?, variable("APPIMAGE"), variable("APPDIR")))
}

/// The variables are handed on to every program that an AppImage starts.
fn program_of(runs: PathBuf, image: Option<PathBuf>, unpacked: Option<PathBuf>) -> PathBuf {
    match (image, unpacked) {
        (Some(image), Some(unpacked)) if image.is_absolute() && runs.starts_with(&unpacked) => image,
        _ => runs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn autostart(program: &str, args: &[&str]) -> Autostart {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        Autostart { name: "Embudo".to_owned(), program: program.into(), args }
    }

    fn exec(program: &str) -> String {
        let entry = autostart(program, &["--hidden"]).desktop_entry().expect("a path that can be written");
        entry.lines().find_map(|line| line.strip_prefix("Exec=")).expect("an Exec").to_owned()
    }

    #[test]
    fn a_path_is_one_word_whatever_is_in_it() {
        assert_eq!(exec("/usr/bin/embudo"), r#""/usr/bin/embudo" "--hidden""#);
        assert_eq!(exec("/home/ana maría/em budo"), r#""/home/ana maría/em budo" "--hidden""#);
        // The example of the specification: a literal dollar is `\\$` in the file.
        assert_eq!(exec("/opt/$x"), r#""/opt/\\$x" "--hidden""#);
        assert_eq!(exec("/opt/100%"), r#""/opt/100%%" "--hidden""#);
        assert_eq!(exec(r"/opt/a\b"), r#""/opt/a\\\\b" "--hidden""#);
        assert!(autostart("/opt/a\nExec=evil", &[]).desktop_entry().is_err(), "a line break begins another key");
    }

    #[test]
    fn every_system_gets_the_program_and_its_arguments() {
        let plist = autostart("/Applications/A&B.app/Contents/MacOS/embudo", &["--hidden"]).launch_agent();
        let plist = plist.expect("a path that can be written");
        let words =
            "<array><string>/Applications/A&amp;B.app/Contents/MacOS/embudo</string><string>--hidden</string></array>";
        assert!(plist.contains(words), "{plist}");
        let line = autostart(r"C:\Program Files\Embudo\embudo.exe", &["--hidden"]).windows_line();
        assert_eq!(line.expect("a path"), r#""C:\Program Files\Embudo\embudo.exe" "--hidden""#);
    }

    #[test]
    fn an_app_image_starts_itself_and_nothing_that_it_started() {
        let path = |text: &str| Some(PathBuf::from(text));
        let (image, unpacked) = (path("/home/ana/Embudo.AppImage"), path("/tmp/.mount_Emb"));
        let inside = program_of("/tmp/.mount_Emb/usr/bin/embudo".into(), image.clone(), unpacked.clone());
        assert_eq!(inside, PathBuf::from("/home/ana/Embudo.AppImage"));
        let outside = program_of("/usr/bin/embudo".into(), image, unpacked);
        assert_eq!(outside, PathBuf::from("/usr/bin/embudo"), "a terminal's image is not ours");
    }

    #[test]
    fn what_the_desktop_switched_off_is_off() {
        let entry = autostart("/usr/bin/embudo", &[]).desktop_entry().expect("a path");
        assert!(is_enabled(&entry));
        assert!(!is_enabled(&format!("{entry}Hidden=true\n")), "as Plasma does it");
        assert!(!is_enabled(&entry.replace("enabled=true", "enabled=false")), "as GNOME does it");
    }
}

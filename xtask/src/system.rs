//! What the machine must have, and who may install it.
//!
//! Debian and its children: this is the one list of packages in the repository; CI, the README's
//! commands and the GitHub workflow all come through here. Elsewhere it says what to install.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Result, bail};

use crate::process::{command, is_set, output, run, which};

/// What a command is going to do, in terms of packages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Compile the app.
    Build,
    /// Show a window where there is no screen.
    Display,
    /// Drive the dev host in a browser and the real app through WebDriver.
    Test,
}

impl Need {
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Build => &[
                "build-essential",
                "pkg-config",
                "libwebkit2gtk-4.1-dev",
                "libayatana-appindicator3-dev",
                "librsvg2-dev",
                "libssl-dev",
                "libasound2-dev",
                "libopus-dev",
                "cmake",
                "xdg-utils",
            ],
            Self::Display => &["xvfb", "xauth", "dbus"],
            Self::Test => &[
                "webkit2gtk-driver",
                "xvfb",
                "xauth",
                "dbus",
                "dbus-x11",
                "gnome-keyring",
                "at-spi2-core",
                "dunst",
                "xdotool",
                "x11-utils",
                "openbox",
                "scrot",
                "imagemagick",
                "chromium",
                "fonts-noto-color-emoji",
            ],
        }
    }
}

/// Installs or names what is missing. Returns only when everything needed is there.
pub fn setup(needs: &[Need]) -> Result<()> {
    if cfg!(target_os = "macos") {
        return macos();
    }
    if cfg!(windows) {
        return windows();
    }
    let wanted = wanted(needs);
    if which("apt-get").is_none() || which("dpkg-query").is_none() {
        // Not Debian: the linker will say what lacks, in its own words.
        println!("This is not a Debian system. Embudo needs what these Debian packages hold:\n  {}", wanted.join(" "));
        return Ok(());
    }
    let missing = missing(&wanted, &installed(&wanted));
    let root = output("id", &["-u"]).as_deref() == Some("0");
    match plan(&missing, root, is_set("CI"), std::io::stdin().is_terminal()) {
        Plan::Ready => Ok(()),
        Plan::Install => install(&missing, root),
        Plan::Ask => {
            println!("Embudo needs these packages:\n  {}", missing.join(" "));
            if !yes("Install them now with sudo apt-get?")? {
                bail!("nothing installed. The command is:\n\n  {}", apt_line(&missing));
            }
            install(&missing, root)
        }
        Plan::Explain => bail!("packages are missing. Run this once, then repeat:\n\n  {}", apt_line(&missing)),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Plan {
    Ready,
    Install,
    Ask,
    Explain,
}

fn plan(missing: &[&str], root: bool, ci: bool, terminal: bool) -> Plan {
    match () {
        () if missing.is_empty() => Plan::Ready,
        () if root || ci => Plan::Install,
        () if terminal => Plan::Ask,
        () => Plan::Explain,
    }
}

/// Asks on the terminal; anything but a plain yes is a no.
pub fn yes(question: &str) -> Result<bool> {
    print!("{question} [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim().to_lowercase();
    Ok(["y", "yes", "s", "si", "sí", "sim"].contains(&answer.as_str()))
}

fn wanted(needs: &[Need]) -> Vec<&'static str> {
    let mut wanted = Vec::new();
    for package in needs.iter().flat_map(|need| need.packages()) {
        if !wanted.contains(package) {
            wanted.push(package);
        }
    }
    wanted
}

/// The installed ones, as `dpkg-query` prints them. It fails when it does not know a package,
/// and prints the others all the same.
fn installed(wanted: &[&str]) -> String {
    let mut query = command("dpkg-query", &["-W", "-f", "${Package} ${db:Status-Status}\n"]);
    query.args(wanted).stderr(std::process::Stdio::null());
    query.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

fn missing<'a>(wanted: &[&'a str], dpkg: &str) -> Vec<&'a str> {
    wanted.iter().filter(|package| !dpkg.lines().any(|line| line == format!("{package} installed"))).copied().collect()
}

fn apt_line(missing: &[&str]) -> String {
    format!("sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends {}'", missing.join(" "))
}

fn install(missing: &[&str], root: bool) -> Result<()> {
    println!("Installing: {}", missing.join(" "));
    let apt = |args: &[&str]| {
        let mut apt = if root {
            command("apt-get", args)
        } else {
            let mut sudo = command("sudo", &["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            sudo.args(args);
            sudo
        };
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        run(apt)
    };
    apt(&["-qq", "update"])?;
    let mut args = vec!["-qq", "install", "-y", "--no-install-recommends"];
    args.extend(missing);
    apt(&args)
}

fn macos() -> Result<()> {
    if output("xcode-select", &["-p"]).is_none() {
        bail!("the Xcode command line tools are missing. Run:\n\n  xcode-select --install");
    }
    if which("cmake").is_none() {
        bail!("CMake is missing (it builds the voice decoder). Run:\n\n  brew install cmake");
    }
    Ok(())
}

fn windows() -> Result<()> {
    let tools = [
        ("perl", "it builds the OpenSSL inside SQLCipher", "StrawberryPerl.StrawberryPerl"),
        ("cmake", "it builds the voice decoder", "Kitware.CMake"),
    ];
    if let Some((tool, why, package)) = tools.into_iter().find(|(tool, ..)| which(tool).is_none()) {
        bail!(
            "{tool} is missing ({why}). Run:\n\n  winget install {package}\n\n\
             Embudo also needs the Microsoft C++ Build Tools (winget install \
             Microsoft.VisualStudio.2022.BuildTools) and WebView2, which Windows 10 and 11 have."
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_dpkg_calls_installed_counts() {
        let dpkg = "cmake installed\nlibssl-dev config-files\nxvfb installed\n";
        assert_eq!(
            missing(&["cmake", "libssl-dev", "chromium"], dpkg),
            ["libssl-dev", "chromium"],
            "a removed package leaves its config files behind and is not there"
        );
    }

    #[test]
    fn nothing_is_installed_without_root_ci_or_a_yes() {
        let lacks = ["cmake"];
        assert_eq!(plan(&[], false, false, false), Plan::Ready, "nothing to do, nothing to ask");
        assert_eq!(plan(&lacks, true, false, true), Plan::Install, "root needs no question");
        assert_eq!(plan(&lacks, false, true, false), Plan::Install, "CI has nobody to ask");
        assert_eq!(plan(&lacks, false, false, true), Plan::Ask, "a person at a terminal decides");
        assert_eq!(plan(&lacks, false, false, false), Plan::Explain, "a script gets the command");
    }

    #[test]
    fn a_package_wanted_twice_is_named_once() {
        let both = wanted(&[Need::Display, Need::Test]);
        assert_eq!(
            both.iter().filter(|package| **package == "xvfb").count(),
            1,
            "the printed command should be as short as it can"
        );
    }
}

//! How a second start on a data folder reaches the first: a private place inside the folder. It
//! carries "come forward", with a link or without, and decides nothing: the lock has decided who
//! owns the folder, and the owner what a link may name.

use crate::alerts::Shell;
use embudo_platform::{DataDir, DataDirError, Knock, KnockKey};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_secs(1);

/// Between two knocks at an owner that is starting or ending.
const BETWEEN: Duration = Duration::from_millis(50);
/// For an owner that has the folder and does not listen: it is starting, or ending.
const ON_THE_WAY: Duration = Duration::from_secs(12);

pub enum Start {
    /// The owner of the folder has been told, or there was nothing to tell.
    HandedOver,
    /// It goes on here. Without a folder the app finds out what is in its way, and says so.
    Here(Option<DataDir>),
}

/// Opens the data folder, or tells who has it. `hidden`: started with the desktop, not by a person:
/// one that runs already is left alone, but for a link.
pub fn take_or_hand_over(data: &Path, link: Option<&str>, hidden: bool) -> Start {
    let end = Instant::now() + ON_THE_WAY;
    loop {
        match DataDir::open(data) {
            Ok(folder) => return Start::Here(Some(folder)),
            Err(DataDirError::AlreadyOpen) if hidden && link.is_none() => return Start::HandedOver,
            Err(DataDirError::AlreadyOpen) => {}
            Err(_) => return Start::Here(None),
        }
        match ask(data, link) {
            Ok(true) => return Start::HandedOver,
            // A double click starts two, and who ends lets go of the folder last.
            Err(error) if is_on_the_way(error.kind()) && Instant::now() < end => std::thread::sleep(BETWEEN),
            // It hangs, or cannot be reached.
            _ => return Start::Here(None),
        }
    }
}

/// Nobody listens yet, or not any more.
fn is_on_the_way(kind: ErrorKind) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset, NotFound, UnexpectedEof};
    matches!(kind, NotFound | ConnectionRefused | ConnectionReset | BrokenPipe | UnexpectedEof)
}

/// Asks the owner of the folder. False: who answers is not the owner.
fn ask(data: &Path, link: Option<&str>) -> std::io::Result<bool> {
    let mut owner = place::connect(data)?;
    owner.set_read_timeout(Some(PATIENCE))?;
    KnockKey::read(data)?.ask(&mut owner, link)
}

/// The program ends: whoever knocks now waits until the folder is let go, and then starts.
static ENDING: AtomicBool = AtomicBool::new(false);

pub fn stop_answering() {
    ENDING.store(true, Ordering::Release);
}

/// Answers until the program ends.
pub fn listen(data: &Path, shell: Arc<Shell>) {
    let key = match KnockKey::renew(data) {
        Ok(key) => key,
        Err(error) => return tracing::warn!(%error, "a second start will not find this window"),
    };
    let listener = match place::listen(data) {
        Ok(listener) => listener,
        Err(error) => return tracing::warn!(%error, "a second start will not find this window"),
    };
    let answering = std::thread::Builder::new().name("forward".to_owned()).spawn(move || {
        loop {
            let Ok((mut other, _)) = listener.accept() else {
                // Too many files are open, for one: the next start may be heard.
                std::thread::sleep(PAUSE);
                continue;
            };
            let Ok(Some(Knock { link, answer })) = hear(&key, &mut other) else { continue };
            if ENDING.load(Ordering::Acquire) {
                continue;
            }
            // It waits for a word, not for a window. Who asked may be gone.
            let _ = other.write_all(&answer);
            match link.as_str() {
                "" => shell.forward(None),
                link => shell.follow(link),
            }
        }
    });
    if let Err(error) = answering {
        tracing::warn!(%error, "a second start will not find this window");
    }
}

fn hear(key: &KnockKey, other: &mut place::Stream) -> std::io::Result<Option<Knock>> {
    let end = Instant::now() + PATIENCE;
    key.hear(|buffer| {
        let mut filled = 0;
        while filled < buffer.len() {
            // For the whole of it: who sends a letter now and then holds up the next start.
            let left = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero());
            other.set_read_timeout(Some(left.ok_or(std::io::ErrorKind::TimedOut)?))?;
            match other.read(&mut buffer[filled..])? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                more => filled += more,
            }
        }
        Ok(())
    })
}

#[cfg(unix)]
mod place {
    use std::io;
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::path::{Path, PathBuf};

    pub type Stream = UnixStream;

    /// Longer paths do not fit into a socket's address.
    const MAX_BYTES: usize = 100;

    fn path(data: &Path) -> io::Result<PathBuf> {
        let inside = data.join("forward.sock");
        if inside.as_os_str().len() <= MAX_BYTES {
            return Ok(inside);
        }
        Err(io::Error::other("the path of the data folder is too long for a socket"))
    }

    pub fn connect(data: &Path) -> io::Result<UnixStream> {
        UnixStream::connect(path(data)?)
    }

    /// The folder is ours alone, so what lies there is from an earlier run.
    pub fn listen(data: &Path) -> io::Result<UnixListener> {
        let path = path(data)?;
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        UnixListener::bind(path)
    }
}

#[cfg(windows)]
mod place {
    //! Windows has no sockets in folders in the standard library: a loopback port whose number
    //! lies in the folder. Every program of this machine reaches it; who is heard, the key decides.
    use std::io;
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::path::Path;

    pub type Stream = TcpStream;

    fn file(data: &Path) -> std::path::PathBuf {
        data.join("forward.port")
    }

    pub fn connect(data: &Path) -> io::Result<TcpStream> {
        let port = std::fs::read_to_string(file(data))?;
        // Half written, it is not there yet.
        let port: u16 = port.trim().parse().map_err(|_| io::Error::from(io::ErrorKind::NotFound))?;
        TcpStream::connect((Ipv4Addr::LOCALHOST, port))
    }

    pub fn listen(data: &Path) -> io::Result<TcpListener> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        std::fs::write(file(data), listener.local_addr()?.port().to_string())?;
        Ok(listener)
    }
}

//! How a second start on a data folder reaches the first: a private place inside the folder. It
//! carries one word, "come forward", and decides nothing: the lock has decided.

use crate::windows;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;
use tauri::AppHandle;

const PATIENCE: Duration = Duration::from_secs(3);
const WORD: &[u8; 8] = b"forward\n";

/// Asks the owner of the folder. False: nobody answers (it is ending, or hangs).
pub fn ask(data: &Path) -> bool {
    let answered = || -> std::io::Result<bool> {
        let mut owner = place::connect(data)?;
        owner.set_read_timeout(Some(PATIENCE))?;
        owner.write_all(WORD)?;
        let mut answer = [0; 2];
        owner.read_exact(&mut answer)?;
        Ok(&answer == b"ok")
    };
    answered().unwrap_or(false)
}

/// Answers for as long as the program runs.
pub fn listen(data: &Path, shell: AppHandle) {
    let listener = match place::listen(data) {
        Ok(listener) => listener,
        Err(error) => return tracing::warn!(%error, "a second start will not find this window"),
    };
    let answering = std::thread::Builder::new().name("forward".to_owned()).spawn(move || {
        loop {
            let Ok((mut other, _)) = listener.accept() else { return };
            let mut word = [0; WORD.len()];
            let understood = other.set_read_timeout(Some(PATIENCE)).and_then(|()| other.read_exact(&mut word));
            if understood.is_ok() && &word == WORD {
                windows::bring_forward(&shell);
                // Who asked may be gone.
                let _ = other.write_all(b"ok");
            }
        }
    });
    if let Err(error) = answering {
        tracing::warn!(%error, "a second start will not find this window");
    }
}

#[cfg(unix)]
mod place {
    use std::io;
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::path::{Path, PathBuf};

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
    //! lies in the folder. Other programs of this machine may knock; all they get is a window
    //! that comes forward.
    use std::io;
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::path::Path;

    fn file(data: &Path) -> std::path::PathBuf {
        data.join("forward.port")
    }

    pub fn connect(data: &Path) -> io::Result<TcpStream> {
        let port: u16 = std::fs::read_to_string(file(data))?.trim().parse().map_err(io::Error::other)?;
        TcpStream::connect((Ipv4Addr::LOCALHOST, port))
    }

    pub fn listen(data: &Path) -> io::Result<TcpListener> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        std::fs::write(file(data), listener.local_addr()?.port().to_string())?;
        Ok(listener)
    }
}

//! The system's keyring, on a thread of its own.
//!
//! A keyring call may wait for a person (a password window), for a service that starts, or for
//! ever. So one thread owns the connection and callers wait for it with a limit; a call that its
//! caller gave up on is skipped if it has not begun. Reading and writing never open a password
//! window where the system lets us ask first (Linux): a locked keyring says `Locked` at once, and
//! only [`OsKeyring::unlock`], which a person clicks on, opens the window.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use keyring_core::Entry;
use zeroize::Zeroizing;

use super::{Secret, SecretError, SecretStore, check_name};
use crate::os::{KeyringLink, KeyringTrouble};

/// A healthy keyring answers within milliseconds. macOS asks the person inside a call.
const ANSWER: Duration = Duration::from_secs(if cfg!(target_os = "macos") { 180 } else { 20 });
/// Time to type a password, and to mistype it.
const UNLOCK: Duration = Duration::from_secs(300);

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The keyring of the signed-in person. Entries are named by service (the app) and name.
pub struct OsKeyring {
    jobs: Sender<Job>,
    /// Set while the person is being asked for a password.
    asking: Arc<AtomicBool>,
}

impl OsKeyring {
    /// Connects. `service` groups the entries, for example `app.embudo`; tests use their own.
    ///
    /// # Errors
    /// [`SecretError::NoKeyring`] when nothing on this system keeps secrets. A locked keyring is
    /// no error here: see [`Self::status`].
    pub fn open(service: &str) -> Result<Self, SecretError> {
        let (jobs, inbox) = channel();
        let mut connection = Connection { service: service.to_owned(), link: None };
        std::thread::Builder::new().name("keyring".to_owned()).spawn(move || run(&mut connection, inbox))?;
        let keyring = Self { jobs, asking: Arc::new(AtomicBool::new(false)) };
        keyring.ask(ANSWER, |connection| connection.link().map(drop))?;
        Ok(keyring)
    }

    /// Whether secrets can be read now: `Ok`, [`SecretError::Locked`], [`SecretError::NoKeyring`].
    /// Opens no window.
    pub fn status(&self) -> Result<(), SecretError> {
        self.ask(ANSWER, |connection| {
            let service = connection.service.clone();
            connection.link()?.check_unlocked(&service, "status")
        })
    }

    /// Lets the system ask the person for the keyring's password, or for a new one where there
    /// is no keyring yet, and waits for the answer (at most 5 minutes).
    ///
    /// # Errors
    /// [`SecretError::Denied`] when they closed the window, [`SecretError::Locked`] when they
    /// did not answer.
    pub fn unlock(&self) -> Result<(), SecretError> {
        let asking = self.asking.clone();
        self.wait_for(UNLOCK, move |connection| {
            asking.store(true, Ordering::SeqCst);
            let outcome = connection.link().and_then(KeyringLink::unlock);
            asking.store(false, Ordering::SeqCst);
            outcome
        })
    }

    fn ask<T: Send + 'static>(
        &self,
        limit: Duration,
        call: impl Fn(&mut Connection) -> Result<T, KeyringTrouble> + Send + 'static,
    ) -> Result<T, SecretError> {
        // The thread is busy with a password window, which may stay open for minutes.
        if self.asking.load(Ordering::SeqCst) {
            return Err(SecretError::Locked);
        }
        self.wait_for(limit, call)
    }

    fn wait_for<T: Send + 'static>(
        &self,
        limit: Duration,
        call: impl Fn(&mut Connection) -> Result<T, KeyringTrouble> + Send + 'static,
    ) -> Result<T, SecretError> {
        let (answer, wait) = channel();
        let given_up = Arc::new(AtomicBool::new(false));
        let skip = given_up.clone();
        let job: Job = Box::new(move |connection| {
            if !skip.load(Ordering::SeqCst) {
                // The caller may have given up meanwhile: nobody to tell.
                let _ = answer.send(connection.with_fresh_link_if_stale(call));
            }
        });
        let gone = || SecretError::Other("the keyring thread has ended".to_owned());
        self.jobs.send(job).map_err(|_| gone())?;
        match wait.recv_timeout(limit) {
            Ok(answer) => answer.map_err(SecretError::from),
            Err(RecvTimeoutError::Timeout) => {
                given_up.store(true, Ordering::SeqCst);
                tracing::warn!(after_s = limit.as_secs(), "the keyring does not answer");
                if cfg!(target_os = "macos") || self.asking.load(Ordering::SeqCst) {
                    // Somebody has been asked for a password and has not given it.
                    return Err(SecretError::Locked);
                }
                Err(SecretError::Other("the keyring does not answer".to_owned()))
            }
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        }
    }
}

impl SecretStore for OsKeyring {
    fn get(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        check_name(name)?;
        let name = name.to_owned();
        self.ask(ANSWER, move |connection| match connection.entry(&name)?.get_secret() {
            Ok(bytes) => Ok(Some(Secret::new(bytes))),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(error) => Err(error.into()),
        })
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), SecretError> {
        check_name(name)?;
        let name = name.to_owned();
        let bytes = Zeroizing::new(secret.as_bytes().to_vec());
        self.ask(ANSWER, move |connection| Ok(connection.entry(&name)?.set_secret(&bytes)?))
    }

    fn delete(&self, name: &str) -> Result<(), SecretError> {
        check_name(name)?;
        let name = name.to_owned();
        self.ask(ANSWER, move |connection| match connection.entry(&name)?.delete_credential() {
            Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
            Err(error) => Err(error.into()),
        })
    }
}

/// What the thread owns.
struct Connection {
    service: String,
    link: Option<KeyringLink>,
}

impl Connection {
    fn link(&mut self) -> Result<&KeyringLink, KeyringTrouble> {
        match &mut self.link {
            Some(link) => Ok(link),
            empty => Ok(empty.insert(KeyringLink::connect()?)),
        }
    }

    /// An entry that can be read without asking the person, where the system tells.
    fn entry(&mut self, name: &str) -> Result<Entry, KeyringTrouble> {
        let service = self.service.clone();
        let link = self.link()?;
        link.check_unlocked(&service, name)?;
        Ok(link.store.build(&service, name, None)?)
    }

    /// The keyring service may have been restarted: its old sessions are gone, a new one works.
    fn with_fresh_link_if_stale<T>(
        &mut self,
        call: impl Fn(&mut Self) -> Result<T, KeyringTrouble>,
    ) -> Result<T, KeyringTrouble> {
        match call(self) {
            Err(KeyringTrouble::Stale(why)) => {
                tracing::info!(why, "connecting to the keyring again");
                self.link = None;
                call(self)
            }
            outcome => outcome,
        }
    }
}

fn run(connection: &mut Connection, inbox: Receiver<Job>) {
    for job in inbox {
        job(connection);
    }
}

impl From<KeyringTrouble> for SecretError {
    fn from(trouble: KeyringTrouble) -> Self {
        match trouble {
            KeyringTrouble::Missing(what) => Self::NoKeyring(what),
            KeyringTrouble::Locked => Self::Locked,
            KeyringTrouble::Denied => Self::Denied,
            KeyringTrouble::Stale(why) | KeyringTrouble::Other(why) => Self::Other(why),
        }
    }
}

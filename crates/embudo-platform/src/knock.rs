//! A second start on a data folder knocks at the first: what it says, and the proof that it may.
//! Where the door is a port of this machine, every program here can reach it.
//!
//! ```text
//! knock   "forward " · 16 bytes of chance · length of the link, u16 · link · proof of all of it
//! answer  "ok" · proof of it and of the same bytes of chance
//! ```
//!
//! Invariant: a proof needs the key, which lies in the folder, for its owner only, and never
//! travels. So nobody else is heard, nobody else is taken for the owner, and who listens in the
//! place of an owner that is gone learns nothing that the next one believes.

use crate::disk::{DiskError, random_bytes, replace_file};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const WORD: &[u8; 8] = b"forward ";
const OK: &[u8; 2] = b"ok";
const CHANCE_BYTES: usize = 16;
const HEAD_BYTES: usize = WORD.len() + CHANCE_BYTES + 2;
/// Longer than any link that leads somewhere.
const MAX_LINK_BYTES: usize = 1_024;

/// Of one run of the owner.
pub struct KnockKey([u8; blake3::KEY_LEN]);

/// What was heard, and what its sender waits for.
#[derive(Debug)]
pub struct Knock {
    /// Empty: just come forward.
    pub link: String,
    pub answer: Vec<u8>,
}

fn path(data: &Path) -> PathBuf {
    data.join("forward.key")
}

impl KnockKey {
    /// The owner's, new with each run. On a full disk the one of the last run is better than none.
    pub fn renew(data: &Path) -> Result<Self, DiskError> {
        let key = random_bytes()?;
        match replace_file(&path(data), &key) {
            Ok(()) => Ok(Self(key)),
            Err(error) => Self::read(data).map_err(|_| error),
        }
    }

    /// As the owner wrote it.
    pub fn read(data: &Path) -> io::Result<Self> {
        let key = std::fs::read(path(data))?;
        Ok(Self(key.try_into().map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?))
    }

    /// What is longer than a link that leads somewhere comes without it. False: who answers is not
    /// the owner.
    pub fn ask(&self, owner: &mut (impl Read + Write), link: Option<&str>) -> io::Result<bool> {
        let link = link.filter(|link| link.len() <= MAX_LINK_BYTES).unwrap_or_default();
        let chance: [u8; CHANCE_BYTES] = random_bytes()?;
        let mut knock = Vec::with_capacity(HEAD_BYTES + link.len() + blake3::OUT_LEN);
        knock.extend_from_slice(WORD);
        knock.extend_from_slice(&chance);
        knock.extend_from_slice(&(link.len() as u16).to_be_bytes());
        knock.extend_from_slice(link.as_bytes());
        let proof = self.proof(&knock);
        knock.extend_from_slice(proof.as_bytes());
        owner.write_all(&knock)?;
        let mut answer = [0; OK.len() + blake3::OUT_LEN];
        owner.read_exact(&mut answer)?;
        let (ok, proof) = answer.split_at(OK.len());
        Ok(ok == OK && self.is_proof(proof, &answer_of(&chance)))
    }

    /// `fill` fills a buffer whole, or fails. `None`: not from a start of ours.
    pub fn hear(&self, mut fill: impl FnMut(&mut [u8]) -> io::Result<()>) -> io::Result<Option<Knock>> {
        let mut knock = vec![0; HEAD_BYTES];
        fill(&mut knock)?;
        let length = usize::from(u16::from_be_bytes([knock[HEAD_BYTES - 2], knock[HEAD_BYTES - 1]]));
        if !knock.starts_with(WORD) || length > MAX_LINK_BYTES {
            return Ok(None);
        }
        knock.resize(HEAD_BYTES + length, 0);
        fill(&mut knock[HEAD_BYTES..])?;
        let mut proof = [0; blake3::OUT_LEN];
        fill(&mut proof)?;
        if !self.is_proof(&proof, &knock) {
            return Ok(None);
        }
        let Ok(link) = std::str::from_utf8(&knock[HEAD_BYTES..]) else { return Ok(None) };
        let chance = &knock[WORD.len()..WORD.len() + CHANCE_BYTES];
        let mut answer = OK.to_vec();
        answer.extend_from_slice(self.proof(&answer_of(chance)).as_bytes());
        Ok(Some(Knock { link: link.to_owned(), answer }))
    }

    fn proof(&self, of: &[u8]) -> blake3::Hash {
        blake3::keyed_hash(&self.0, of)
    }

    /// In constant time, which blake3's hashes promise and slices do not.
    fn is_proof(&self, proof: &[u8], of: &[u8]) -> bool {
        blake3::Hash::from_slice(proof).is_ok_and(|proof| proof == self.proof(of))
    }
}

fn answer_of(chance: &[u8]) -> Vec<u8> {
    [OK, chance].concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::thread;

    const LINK: &str = "embudo://chat/01a2217e-720a-715f-bb1c-038dd8ba54bf";

    fn folder_with_key() -> (tempfile::TempDir, KnockKey) {
        let folder = tempfile::tempdir().unwrap();
        let key = KnockKey::renew(folder.path()).unwrap();
        (folder, key)
    }

    fn stranger() -> KnockKey {
        folder_with_key().1
    }

    /// Two ends of a door that any program can reach.
    fn door() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let outside = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (listener.accept().unwrap().0, outside)
    }

    /// What the owner hears of these bytes.
    fn heard(owner: &KnockKey, mut bytes: &[u8]) -> Option<Knock> {
        owner.hear(|buffer| bytes.read_exact(buffer)).unwrap()
    }

    /// Writes down what is said and answers nothing.
    #[derive(Default)]
    struct Ear(Vec<u8>);

    impl Write for Ear {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl Read for Ear {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Ok(0)
        }
    }

    fn said(by: &KnockKey, link: Option<&str>) -> Vec<u8> {
        let mut ear = Ear::default();
        by.ask(&mut ear, link).unwrap_err();
        ear.0
    }

    #[test]
    fn a_second_start_is_heard_with_its_link_and_knows_that_it_was() {
        let (folder, owner) = folder_with_key();
        for (link, arrives) in [(Some(LINK), LINK), (None, ""), (Some(&*"x".repeat(1_025)), "")] {
            let (mut inside, mut outside) = door();
            let second = KnockKey::read(folder.path()).unwrap();
            let link = link.map(str::to_owned);
            let asking = thread::spawn(move || second.ask(&mut outside, link.as_deref()).unwrap());
            let knock = owner.hear(|buffer| inside.read_exact(buffer)).unwrap().unwrap();
            assert_eq!(knock.link, arrives);
            inside.write_all(&knock.answer).unwrap();
            assert!(asking.join().unwrap(), "the first one has heard it: the second may end");
        }
    }

    #[test]
    fn who_cannot_read_the_folder_is_not_heard() {
        let (_folder, owner) = folder_with_key();
        assert!(heard(&owner, &said(&stranger(), Some(LINK))).is_none());
        assert!(heard(&owner, &[0; 4_096]).is_none(), "nor is what is no knock");
        let mut other_link = said(&owner, Some(LINK));
        let last = HEAD_BYTES + LINK.len() - 1;
        other_link[last] = b'0';
        assert!(heard(&owner, &other_link).is_none(), "the proof is of this link");
        assert!(heard(&owner, &said(&owner, Some(LINK))).is_some());
    }

    #[test]
    fn what_an_earlier_run_was_told_opens_nothing_in_the_next() {
        let (folder, earlier) = folder_with_key();
        let knock = said(&earlier, None);
        let now = KnockKey::renew(folder.path()).unwrap();
        assert!(heard(&now, &knock).is_none());
    }

    #[test]
    fn who_answers_without_the_key_is_not_taken_for_the_owner() {
        let (folder, _owner) = folder_with_key();
        let second = KnockKey::read(folder.path()).unwrap();
        let (mut inside, mut outside) = door();
        let asking = thread::spawn(move || second.ask(&mut outside, None).unwrap());
        let mut knock = [0; HEAD_BYTES + blake3::OUT_LEN];
        inside.read_exact(&mut knock).unwrap();
        let mut answer = OK.to_vec();
        answer.extend_from_slice(stranger().proof(&answer_of(&knock[8..24])).as_bytes());
        inside.write_all(&answer).unwrap();
        assert!(!asking.join().unwrap(), "the second start opens its own window and says what is wrong");
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, _owner) = folder_with_key();
        let mode = std::fs::metadata(folder.path().join("forward.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

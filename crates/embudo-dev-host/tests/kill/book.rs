//! What the seller was promised. Before a command is called, what it would change is noted as
//! possible; when it returns, as certain. After a kill the database must show one or the other,
//! whole: a text stands in the composer or in the thread, never in neither and never in both.

use std::collections::{BTreeMap, HashMap, HashSet};

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On this device, to be taken back.
    Held,
    /// Its act is minted: from here on the hub decides.
    Minted,
}

/// What a chat's commands have made of it. A message that is nowhere stands in no list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chat {
    pub draft: String,
    pub places: BTreeMap<String, Place>,
}

#[derive(Clone, Debug, Default)]
pub struct Promise<T> {
    pub sure: T,
    /// What a command that has not returned would make of it.
    pub maybe: Option<T>,
}

impl<T: Clone + PartialEq + std::fmt::Debug> Promise<T> {
    pub fn returned(&mut self) {
        if let Some(done) = self.maybe.take() {
            self.sure = done;
        }
    }

    /// What was found after the kill is what was promised; it is certain from now on.
    pub fn settle(&mut self, what: &str, found: T) {
        assert!(
            found == self.sure || self.maybe.as_ref() == Some(&found),
            "{what} is {found:?}. Promised was {:?}, and under way {:?}",
            self.sure,
            self.maybe
        );
        *self = Self { sure: found, maybe: None };
    }
}

#[derive(Default)]
pub struct Book {
    /// By the number of the customer.
    pub chats: BTreeMap<usize, Promise<Chat>>,
    /// The words of each message of ours, since it was typed.
    pub words: HashMap<String, String>,
    /// Closed or not, what is said about a contact, quick replies: name → value.
    pub facts: BTreeMap<String, Promise<String>>,
    /// What customers wrote, by their words.
    pub written: HashSet<String>,
    /// Messages of customers that the app announced, by id.
    pub announced: HashSet<String>,
    /// How each message of ours stood after the last kill.
    pub last: HashMap<String, String>,
    /// Chats where a message waits for the customer: nobody writes there by accident.
    pub waiting: HashSet<usize>,
}

impl Book {
    pub fn chat(&mut self, chat: usize) -> &mut Promise<Chat> {
        self.chats.entry(chat).or_default()
    }

    /// A command is about to be called.
    pub fn intend(&mut self, chat: usize, change: impl FnOnce(&mut Chat)) {
        let promise = self.chat(chat);
        let mut after = promise.sure.clone();
        change(&mut after);
        promise.maybe = Some(after);
    }

    pub fn intend_fact(&mut self, name: &str, value: &str) {
        self.facts.entry(name.to_owned()).or_default().maybe = Some(value.to_owned());
    }

    pub fn fact_returned(&mut self, name: &str) {
        self.facts.entry(name.to_owned()).or_default().returned();
    }
}

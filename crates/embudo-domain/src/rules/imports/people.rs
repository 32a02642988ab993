//! Whom a row of a file speaks of: by what a person is found again, and who they are while the act is
//! decided.

use super::*;

/// The three things by which a person is found again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Phone(String),
    Email(String),
    /// No number, but the same words and the same name.
    Words(String, String),
}

pub(super) fn text_key(text: &str) -> String {
    crate::rules::folded(text)
}

pub(super) fn keys_of(card: &Card) -> Vec<Key> {
    let Some(reach) = &card.reach else { return Vec::new() };
    let mut keys = Vec::new();
    keys.extend(reach.phone_e164.as_deref().map(|e164| Key::Phone(phone_key(e164))));
    if !reach.email.is_empty() {
        keys.push(Key::Email(reach.email.to_lowercase()));
    }
    if reach.phone_e164.is_none() && !reach.phone_text.is_empty() {
        keys.push(Key::Words(text_key(&reach.phone_text), folded(&card.contact.display_name)));
    }
    keys
}

/// A key, and where whoever has it is found.
pub(super) struct Asked {
    pub(super) key: Key,
    pub(super) on_card: Lookup,
    pub(super) beside: Option<Lookup>,
}

impl Asked {
    pub(super) fn phone(e164: &str) -> Self {
        Self {
            key: Key::Phone(phone_key(e164)),
            on_card: Lookup::ContactByPhone { e164: e164.to_owned() },
            beside: Some(Lookup::OtherByPhone { e164: e164.to_owned() }),
        }
    }

    pub(super) fn email(email: &str) -> Self {
        let email = email.to_lowercase();
        Self {
            key: Key::Email(email.clone()),
            on_card: Lookup::ContactByEmail { email: email.clone() },
            beside: Some(Lookup::OtherByEmail { email }),
        }
    }

    pub(super) fn others<'a>(&self, facts: &'a Facts) -> impl Iterator<Item = ContactId> + 'a {
        let found = self.beside.iter().flat_map(|lookup| facts.find(lookup));
        let found: Vec<ContactId> =
            found.filter_map(|id| facts.other_reach(OtherReachId(*id))).map(|other| other.contact_id).collect();
        found.into_iter()
    }

    /// Those who have it, with their cards. Gives who is known by now.
    pub(super) fn wants(self, wanted: &mut Wanted, facts: &Facts) -> Vec<ContactId> {
        let there = facts.find(&self.on_card).iter().map(|id| ContactId(*id));
        let holders: Vec<ContactId> = there.chain(self.others(facts)).collect();
        for id in &holders {
            wanted.row(Entity::Contact, id.0).row(Entity::Reach, id.0);
        }
        if let Some(beside) = self.beside {
            wanted.rows_of(facts, Entity::OtherReach, beside);
        }
        wanted.find(self.on_card);
        holders
    }
}

/// By how surely they tell a person: the number, the address, words in its place.
pub(super) fn keys_of_row(row: &ImportRow) -> Vec<Asked> {
    let mut keys = Vec::new();
    keys.extend(row.phone_e164.as_deref().map(Asked::phone));
    let email = row.email.trim();
    if !email.is_empty() {
        keys.push(Asked::email(email));
    }
    let text = text_key(&row.phone_text);
    if row.phone_e164.is_none() && !text.is_empty() {
        let key = Key::Words(text.clone(), folded(&row.name));
        keys.push(Asked { key, on_card: Lookup::ContactByPhoneText { text }, beside: None });
    }
    keys
}

/// People as they are while the act is decided.
pub(super) struct People<'a> {
    pub(super) facts: &'a Facts,
    pub(super) cards: BTreeMap<ContactId, Card>,
    pub(super) found: HashMap<Key, ContactId>,
    pub(super) changes: BTreeMap<RowKey, Change>,
    /// Contacts for whom this act opens a lead.
    pub(super) opened: BTreeSet<ContactId>,
}

impl<'a> People<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        Self { facts, cards: BTreeMap::new(), found: HashMap::new(), changes: BTreeMap::new(), opened: BTreeSet::new() }
    }

    pub(super) fn card(&self, id: ContactId) -> Option<Card> {
        let key = RowKey { entity: Entity::Contact, id: id.0 };
        if matches!(self.changes.get(&key), Some(Change::Delete(_))) {
            return None;
        }
        self.cards.get(&id).cloned().or_else(|| {
            let contact = self.facts.contact(id)?.clone();
            Some(Card { contact, reach: self.facts.reach(id).cloned() })
        })
    }

    /// Who this row speaks of: of those who have one of its keys the one with the surest.
    /// Somebody in the bin only where nobody else has it.
    pub(super) fn who(&self, row: &ImportRow) -> Option<Card> {
        keys_of_row(row).iter().find_map(|asked| {
            let mut binned = None;
            for card in self.holders(asked) {
                if card.contact.bin.is_none() {
                    return Some(card);
                }
                binned.get_or_insert(card);
            }
            binned
        })
    }

    /// Those who have it on their card come first.
    pub(super) fn holders<'s>(&'s self, asked: &'s Asked) -> impl Iterator<Item = Card> + 's {
        let here = self.found.get(&asked.key).into_iter().copied();
        let there = self.facts.find(&asked.on_card).iter().map(|id| ContactId(*id));
        // An act before it may have taken the key away.
        let has = |card: &Card| keys_of(card).contains(&asked.key);
        let on_card = here.chain(there).filter_map(|id| self.card(id)).filter(has);
        on_card.chain(asked.others(self.facts).filter_map(|id| self.card(id)))
    }

    /// It is one of theirs already, only not on the card.
    pub(super) fn is_beside(&self, asked: &Asked, id: ContactId) -> bool {
        asked.others(self.facts).any(|other| other == id)
    }

    pub(super) fn put(&mut self, card: Card) {
        for key in keys_of(&card) {
            self.found.entry(key).or_insert(card.contact.id);
        }
        let contact = Row::Contact(card.contact.clone());
        self.changes.insert(contact.key(), Change::Put(contact));
        if let Some(reach) = &card.reach {
            let reach = Row::Reach(reach.clone());
            self.changes.insert(reach.key(), Change::Put(reach));
        }
        self.cards.insert(card.contact.id, card);
    }

    /// They have had a lead, this act's too.
    pub(super) fn has_lead(&self, id: ContactId) -> bool {
        self.opened.contains(&id) || !leads_of(self.facts, id).is_empty()
    }

    pub(super) fn has_active_lead(&self, id: ContactId) -> bool {
        self.opened.contains(&id) || leads_of(self.facts, id).iter().any(|lead| lead.is_active())
    }
}

/// Two images with one mark are equal, but for what they tell of files: that is no work with somebody.
pub(super) fn mark_of(card: &Card) -> Uuid {
    let contact = Contact { brought: Vec::new(), ..card.contact.clone() };
    let bytes = serde_json::to_vec(&(contact, &card.reach)).unwrap_or_default();
    Uuid::new_v5(&card.contact.id.0, &bytes)
}

/// Once, however many rows of a file speak of them.
pub(super) fn note_brought(contact: &mut Contact, import_id: ImportId, made: bool, stamp: Stamp) {
    if contact.brought.iter().any(|one| one.import_id == import_id) {
        return;
    }
    contact.brought.push(Brought { import_id, at_ms: stamp.now_ms, made, undone_at_ms: None });
    let over = contact.brought.len().saturating_sub(MAX_BROUGHT);
    contact.brought.drain(..over);
}

/// What stands of files on somebody who is given back as they were before this one.
pub(super) fn brought_back(now: &Contact, before: &Contact, import_id: ImportId, stamp: Stamp) -> Vec<Brought> {
    // An earlier row of the file brought or changed them, and is taken back after this one.
    let is_told = before.brought.iter().any(|one| one.import_id == import_id);
    let mut brought = now.brought.clone();
    for one in brought.iter_mut().filter(|one| one.import_id == import_id && !is_told) {
        one.undone_at_ms.get_or_insert(stamp.now_ms);
    }
    brought
}

impl People<'_> {
    /// Who was in the bin goes back there only if nothing was said and no lead moved since, which
    /// the card does not show.
    pub(super) fn mark_since(&self, before: &Card, now: &Card, lead_id: Option<LeadId>) -> Uuid {
        let mark = mark_of(now);
        if before.contact.bin.is_none() {
            return mark;
        }
        let contact_id = before.contact.id;
        let leads = leads_of(self.facts, contact_id).into_iter().filter(|lead| Some(lead.id) != lead_id);
        let leads: Vec<(LeadId, HistoryId)> = leads.map(|lead| (lead.id, lead.last_event_id)).collect();
        let chats = self.facts.find(&Lookup::ConversationsOfContact { contact_id }).iter();
        let chats: Vec<(ConversationId, i64, bool)> = chats
            .filter_map(|id| self.facts.conversation(ConversationId(*id)))
            .map(|chat| (chat.id, chat.head_seq, chat.state.is_closed()))
            .collect();
        Uuid::new_v5(&mark, &serde_json::to_vec(&(leads, chats)).unwrap_or_default())
    }
}

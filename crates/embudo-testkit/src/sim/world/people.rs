//! The seller at the device, and time.

use super::{CUSTOMERS, World};
use crate::sim::people::{self, Choice, Intent, Screen};
use crate::sim::{Failure, world::rows};
use embudo_domain::*;
use embudo_store::ActError;

impl World {
    pub(super) async fn person_acts(&mut self) -> Result<(), Failure> {
        let conversations = rows(&self.store, Entity::Conversation, |row| match row {
            Row::Conversation(row) => Some(row),
            _ => None,
        })
        .await?;
        let messages = rows(&self.store, Entity::Message, |row| match row {
            Row::Message(row) => Some(*row),
            _ => None,
        })
        .await?;
        let contacts = rows(&self.store, Entity::Contact, |row| match row {
            Row::Contact(row) => Some(row),
            _ => None,
        })
        .await?;
        let leads = rows(&self.store, Entity::Lead, |row| match row {
            Row::Lead(row) => Some(*row),
            _ => None,
        })
        .await?;
        let merges = rows(&self.store, Entity::Merge, |row| match row {
            Row::Merge(row) => Some(*row),
            _ => None,
        })
        .await?;
        let imports = rows(&self.store, Entity::Import, |row| match row {
            Row::Import(row) => Some(row),
            _ => None,
        })
        .await?;
        let history = rows(&self.store, Entity::History, |row| match row {
            Row::History(row) => Some(*row),
            _ => None,
        })
        .await?;
        let follow_ups = rows(&self.store, Entity::FollowUp, |row| match row {
            Row::FollowUp(row) => Some(*row),
            _ => None,
        })
        .await?;
        let notes = rows(&self.store, Entity::Note, |row| match row {
            Row::Note(row) => Some(*row),
            _ => None,
        })
        .await?;
        let screen = Screen {
            notes: &notes,
            follow_ups: &follow_ups,
            conversations: &conversations,
            messages: &messages,
            contacts: &contacts,
            leads: &leads,
            history: &history,
            merges: &merges,
            imports: &imports,
            member_id: self.me.id,
        };
        let believed_ms = self.believed_ms();
        let Some(choice) = people::choose(&screen, &mut self.dice, believed_ms, &mut self.serial) else {
            return Ok(());
        };
        let twice = self.dice.one_in(15);
        self.act(&choice).await?;
        if twice && matches!(choice.intent, Intent::Send { .. }) {
            // Double Enter: another act, the same message.
            self.act(&choice).await?;
        }
        Ok(())
    }

    pub(super) async fn act(&mut self, choice: &Choice) -> Result<(), Failure> {
        let stamp = self.stamp();
        let actor = self.actor();
        match self.store.apply_act(&choice.act, actor, stamp).await {
            Ok(_) => {
                self.note(|| format!("act {:?}", choice.act));
                self.stats.acts += 1;
                match &choice.intent {
                    Intent::Send { message_id, text } => {
                        self.sent.insert(*message_id, text.clone());
                    }
                    Intent::SendAgain { message_id } => *self.sent_again.entry(*message_id).or_default() += 1,
                    Intent::SaidArrived { message_id } => {
                        self.said_arrived.insert(*message_id);
                    }
                    Intent::Plan { message_id } => {
                        self.planned.insert(*message_id);
                    }
                    Intent::Other => {}
                }
                let frames = self.core.push(&self.store).await?;
                self.link.device_sends(frames)?;
            }
            Err(ActError::Refused(_)) => self.stats.refused += 1,
            Err(ActError::Store(error)) => return Err(error.into()),
        }
        Ok(())
    }

    pub(super) fn customer_acts(&mut self) {
        let customer = CUSTOMERS[self.dice.below(CUSTOMERS.len() as u64) as usize];
        self.serial += 1;
        let text = format!("question {}", self.serial);
        let late_s = if self.dice.one_in(6) { self.dice.between(1, 7_200) } else { 0 };
        self.channel.write(customer, &text, self.now_ms, late_s);
        self.stats.inbound += 1;
        self.note(|| format!("{customer} writes {text:?}, {late_s} s late"));
    }

    pub(super) fn customer_rewrites(&mut self) {
        let written: Vec<String> = self.channel.written.keys().cloned().collect();
        if let Some(provider_id) = self.dice.pick(&written).cloned() {
            self.serial += 1;
            let text = format!("changed {}", self.serial);
            self.channel.rewrite(&provider_id, &text, self.now_ms);
            self.note(|| format!("{provider_id} becomes {text:?}"));
        }
    }

    pub(super) fn time_passes(&mut self) {
        let step_ms = match self.dice.below(20) {
            0 => self.dice.between(3_600_000, 90_000_000),
            1..=3 => self.dice.between(60_000, 1_800_000),
            _ => self.dice.between(10, 5_000),
        };
        self.now_ms += step_ms;
    }
}

//! Loads what the rules ask for.

use crate::sql::{self, Args};
use crate::tables::{self, get_id};
use crate::{Result, codec};
use embudo_domain::rules::{Facts, Lookup, Need, phone_key};
use embudo_domain::*;
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// The rules settle in one or two rounds; beyond this they would ask for ever.
const MAX_ROUNDS: usize = 16;

/// What the rules see, with the versions of the rows.
#[derive(Default)]
pub(crate) struct Loaded {
    pub facts: Facts,
    pub vers: HashMap<RowKey, u64>,
}

/// Loads until `needs` asks for nothing more.
pub(crate) async fn load(conn: &mut SqliteConnection, needs: impl Fn(&Facts) -> Vec<Need>) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    for _ in 0..MAX_ROUNDS {
        let missing = needs(&loaded.facts);
        if missing.is_empty() {
            return Ok(loaded);
        }
        let mut keys = Vec::new();
        for need in missing {
            match need {
                Need::Row(key) => keys.push(key),
                Need::Find(lookup) => {
                    let found = find(conn, &lookup).await?;
                    loaded.facts.found.insert(lookup, found);
                }
            }
        }
        keys.sort();
        keys.dedup();
        let mut rows = tables::load(conn, &keys).await?;
        for key in keys {
            let row = rows.remove(&key);
            if let Some((_, ver)) = &row {
                loaded.vers.insert(key, *ver);
            }
            loaded.facts.rows.insert(key, row.map(|(row, _)| row));
        }
    }
    Err(crate::StoreError::unreadable("rules", "they ask for ever"))
}

/// The rows whose change could change the answer of a look-up: one row, or (with the nil id) any
/// row of a table. Replay re-runs an act when something it read has changed.
pub(crate) fn depends_on(lookup: &Lookup) -> RowKey {
    let any = |entity| RowKey { entity, id: Uuid::nil() };
    match lookup {
        Lookup::IdentityByExternal { .. } | Lookup::IdentitiesOfContact { .. } => any(Entity::Identity),
        Lookup::ConversationOf { .. } | Lookup::ConversationsOfContact { .. } => any(Entity::Conversation),
        Lookup::MessageByProvider { .. } => any(Entity::Message),
        Lookup::ContactByPhone { .. } => any(Entity::Reach),
        Lookup::LineByExternal { .. } | Lookup::Lines => any(Entity::Line),
        Lookup::QuickReplyByShortcut { .. } => any(Entity::QuickReply),
        // Whatever moves its messages moves the conversation's own row, or is named by
        // `RowKey { Message, conversation }`, see `message_dependency`.
        Lookup::NewestMessages { conversation_id } | Lookup::WaitingForReply { conversation_id } => {
            message_dependency(*conversation_id)
        }
        Lookup::Members => any(Entity::Member),
        Lookup::LeadsOfContact { contact_id } => lead_dependency(*contact_id),
        Lookup::HistoryOfContact { .. } => any(Entity::History),
        Lookup::LeadsUsing { .. } => any(Entity::Lead),
        Lookup::LeadStatuses => any(Entity::LeadStatus),
        Lookup::Funnels => any(Entity::Funnel),
        Lookup::Stages | Lookup::StagesOfFunnel { .. } => any(Entity::Stage),
        Lookup::Sources => any(Entity::Source),
        Lookup::LostReasons => any(Entity::LostReason),
        Lookup::Workspace => any(Entity::Workspace),
    }
}

/// The first of each index, and of those the first.
pub const LEADS_USING: &str = "select min(id) from ( \
     select id from (select id from lead where status_id = ?1 order by id limit 1) \
     union all select id from (select id from lead where stage_id = ?1 order by id limit 1) \
     union all select id from (select id from lead where source_id = ?1 order by id limit 1) \
     union all select id from (select id from lead where reason_id = ?1 order by id limit 1) \
     union all select id from (select id from lead where from_status_id = ?1 order by id limit 1)) \
     having min(id) is not null";

/// Stands for "some message of this conversation": no message has a conversation's id.
pub(crate) fn message_dependency(conversation: ConversationId) -> RowKey {
    RowKey { entity: Entity::Message, id: conversation.0 }
}

/// Stands for "some lead of this contact": no lead has a contact's id. Every send asks for the
/// leads of one contact, and what happens to those of others is nothing to it.
pub(crate) fn lead_dependency(contact: ContactId) -> RowKey {
    RowKey { entity: Entity::Lead, id: contact.0 }
}

pub(crate) async fn find(conn: &mut SqliteConnection, lookup: &Lookup) -> Result<Vec<Uuid>> {
    let mut args = Args::default();
    let sql = match lookup {
        Lookup::IdentityByExternal { line_type, namespace, external_id } => {
            args.add(external_id.as_str())?;
            args.add(codec::line_type_code(line_type))?;
            args.add(namespace.as_str())?;
            "select id from identity where external_id = ?1 and line_type = ?2 and namespace = ?3 order by id"
        }
        Lookup::IdentitiesOfContact { contact_id } => {
            args.id(contact_id.0)?;
            "select id from identity where contact_id = ?1 order by id"
        }
        Lookup::ConversationOf { identity_id, line_id } => {
            args.id(identity_id.0)?;
            args.id(line_id.0)?;
            "select id from conversation where identity_id = ?1 and line_id = ?2 order by id"
        }
        Lookup::ConversationsOfContact { contact_id } => {
            args.id(contact_id.0)?;
            "select id from conversation where contact_id = ?1 order by id"
        }
        // Only the hub's own acts ask for this; a device has no index for it.
        Lookup::MessageByProvider { line_id, provider_id } => {
            args.add(provider_id.as_str())?;
            args.id(line_id.0)?;
            "select m.id from message m join conversation c on c.id = m.conversation_id \
             where m.provider_id = ?1 and c.line_id = ?2 order by m.id"
        }
        Lookup::ContactByPhone { e164 } => {
            args.add(tables::BY_KEY)?;
            args.add(phone_key(e164))?;
            "select contact_id from identifier where kind = ?1 and value = ?2 order by contact_id"
        }
        Lookup::LineByExternal { line_type, external_id } => {
            args.add(codec::line_type_code(line_type))?;
            args.add(external_id.as_str())?;
            "select id from line where line_type = ?1 and external_id = ?2 order by id"
        }
        Lookup::Lines => "select id from line order by id",
        Lookup::Members => "select id from member order by id",
        Lookup::QuickReplyByShortcut { shortcut } => {
            args.add(shortcut.as_str())?;
            "select id from quick_reply where shortcut_key = ?1 order by id"
        }
        Lookup::NewestMessages { conversation_id } => {
            args.id(conversation_id.0)?;
            // 2: events
            "select id from message where conversation_id = ?1 and direction <> 2 and deleted_at_ms is null \
             order by sort_s desc, conv_seq desc limit 3"
        }
        Lookup::WaitingForReply { conversation_id } => {
            args.id(conversation_id.0)?;
            // 3: waiting for the customer's next message
            "select id from message where delivery in (1, 2, 3, 4, 9, 10) and delivery = 3 and conversation_id = ?1 \
             and deleted_at_ms is null order by sort_s, conv_seq"
        }
        Lookup::LeadsOfContact { contact_id } => {
            args.id(contact_id.0)?;
            "select id from lead where contact_id = ?1 order by id"
        }
        // Only the hub's own acts ask for this.
        Lookup::HistoryOfContact { contact_id } => {
            args.id(contact_id.0)?;
            "select id from history where contact_id = ?1 order by id"
        }
        Lookup::LeadsUsing { id } => {
            args.id(*id)?;
            LEADS_USING
        }
        Lookup::LeadStatuses => "select id from lead_status order by id",
        Lookup::Funnels => "select id from funnel order by id",
        Lookup::Stages => "select id from stage order by id",
        Lookup::StagesOfFunnel { funnel_id } => {
            args.id(funnel_id.0)?;
            "select id from stage where funnel_id = ?1 order by id"
        }
        Lookup::Sources => "select id from source order by id",
        Lookup::LostReasons => "select id from lost_reason order by id",
        Lookup::Workspace => "select id from workspace order by id",
    };
    sql::rows(conn, sql.to_owned(), args).await?.iter().map(|row| get_id(row, 0, "look-up")).collect()
}

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
pub(crate) const MAX_ROUNDS: usize = 16;

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
        Lookup::OtherByPhone { .. } | Lookup::OtherByEmail { .. } | Lookup::OthersOfContact { .. } => {
            any(Entity::OtherReach)
        }
        Lookup::MergesOfContact { .. } => any(Entity::Merge),
        Lookup::AliasesOfContact { .. } => any(Entity::Alias),
        Lookup::ContactsOfSource { .. } => any(Entity::Contact),
        Lookup::ContactByPhone { .. } | Lookup::ContactByEmail { .. } | Lookup::ContactByPhoneText { .. } => {
            any(Entity::Reach)
        }
        Lookup::LineByExternal { .. } | Lookup::Lines => any(Entity::Line),
        Lookup::Tags => any(Entity::Tag),
        Lookup::ContactsTagged { .. } => any(Entity::Contact),
        Lookup::QuickReplyByShortcut { .. } => any(Entity::QuickReply),
        // Whatever moves its messages moves the conversation's own row, or is named by
        // `RowKey { Message, conversation }`, see `message_dependency`.
        Lookup::NewestMessages { conversation_id }
        | Lookup::WaitingForReply { conversation_id }
        | Lookup::Unsent { conversation_id } => message_dependency(*conversation_id),
        Lookup::ViewsOfMember { .. } => any(Entity::SavedView),
        Lookup::Members => any(Entity::Member),
        Lookup::LeadsOfContact { contact_id } => lead_dependency(*contact_id),
        Lookup::HistoryOfContact { .. } => any(Entity::History),
        Lookup::FollowUpsOfContact { .. } => any(Entity::FollowUp),
        Lookup::NotesOfContact { .. } => any(Entity::Note),
        Lookup::OpenFollowUps { lead_id } => follow_up_dependency(*lead_id),
        Lookup::LeadsUsing { .. } => any(Entity::Lead),
        Lookup::LeadStatuses => any(Entity::LeadStatus),
        Lookup::Funnels => any(Entity::Funnel),
        Lookup::Stages | Lookup::StagesOfFunnel { .. } => any(Entity::Stage),
        Lookup::Sources => any(Entity::Source),
        Lookup::LostReasons => any(Entity::LostReason),
        Lookup::Fields => any(Entity::Field),
        Lookup::ContactsFilled { .. } => any(Entity::Contact),
        Lookup::Filled { of: FieldOf::Contact, .. } => any(Entity::Contact),
        Lookup::Filled { of: FieldOf::Lead, .. } => any(Entity::Lead),
        Lookup::Workspace => any(Entity::Workspace),
    }
}

/// The first of each index, and of those the first.
pub const LEADS_USING: &str = "select min(id) from ( \
     select id from (select id from lead where status_id = ?1 order by id limit 1) \
     union all select id from (select id from lead where stage_id = ?1 order by id limit 1) \
     union all select id from (select id from lead where source_id = ?1 order by id limit 1) \
     union all select id from (select id from lead where reason_id = ?1 order by id limit 1) \
     union all select id from (select id from lead where from_status_id = ?1 order by id limit 1) \
     union all select id from lead indexed by lead_fields \
       where field_uses <> '' and instr(field_uses, lower(hex(?1))) > 0) \
     having min(id) is not null";

/// Of those who have any value.
const CONTACTS_FILLED: &str = "select id from contact indexed by contact_fields \
     where field_uses <> '' and instr(field_uses, lower(hex(?1))) > 0 order by id limit 1";

/// Stands for "some message of this conversation": no message has a conversation's id.
pub(crate) fn message_dependency(conversation: ConversationId) -> RowKey {
    RowKey { entity: Entity::Message, id: conversation.0 }
}

/// Stands for "some lead of this contact": no lead has a contact's id. Every send asks for the
/// leads of one contact, and what happens to those of others is nothing to it.
pub(crate) fn lead_dependency(contact: ContactId) -> RowKey {
    RowKey { entity: Entity::Lead, id: contact.0 }
}

/// Stands for "some follow-up of this lead": no follow-up has a lead's id.
pub(crate) fn follow_up_dependency(lead: LeadId) -> RowKey {
    RowKey { entity: Entity::FollowUp, id: lead.0 }
}

/// The answers to many look-ups, in their order. Numbers, addresses, leads and open follow-ups, of
/// which an import or a bulk asks for hundreds at once, cost a statement for 256 of them.
pub(crate) async fn find_many(conn: &mut SqliteConnection, lookups: &[Lookup]) -> Result<Vec<Vec<Uuid>>> {
    let mut answers = vec![Vec::new(); lookups.len()];
    let mut values: HashMap<(i64, String), Vec<usize>> = HashMap::new();
    let mut leads: HashMap<Uuid, Vec<usize>> = HashMap::new();
    let mut open: HashMap<Uuid, Vec<usize>> = HashMap::new();
    for (at, lookup) in lookups.iter().enumerate() {
        match lookup {
            Lookup::ContactByPhone { e164 } => values.entry((tables::BY_KEY, phone_key(e164))).or_default().push(at),
            Lookup::ContactByEmail { email } => values.entry((tables::BY_EMAIL, email.clone())).or_default().push(at),
            Lookup::ContactByPhoneText { text } => {
                values.entry((tables::BY_WORDS, text.clone())).or_default().push(at);
            }
            Lookup::LeadsOfContact { contact_id } => leads.entry(contact_id.0).or_default().push(at),
            Lookup::OpenFollowUps { lead_id } => open.entry(lead_id.0).or_default().push(at),
            // Below.
            Lookup::OtherByPhone { .. } | Lookup::OtherByEmail { .. } => {}
            other => answers[at] = find(conn, other).await?,
        }
    }
    for (kind, value, contact) in identified(conn, &values).await? {
        for at in values.get(&(kind, value)).into_iter().flatten() {
            answers[*at].push(contact);
        }
    }
    find_others(conn, lookups, &mut answers).await?;
    for (start, key, wanted) in [
        ("select contact_id, id from lead", "contact_id", leads),
        ("select lead_id, id from follow_up", "ended_at_ms is null and lead_id", open),
    ] {
        let ids: Vec<Uuid> = wanted.keys().copied().collect();
        for row in sql::select_by_ids(conn, start, key, &ids).await? {
            let of = get_id(&row, 0, "lead")?;
            for at in wanted.get(&of).into_iter().flatten() {
                answers[*at].push(get_id(&row, 1, "lead")?);
            }
        }
    }
    for answer in &mut answers {
        if answer.len() > 1 {
            answer.sort_unstable();
        }
    }
    Ok(answers)
}

/// Whoever is found by one of the values, each with its kind.
async fn identified<T>(
    conn: &mut SqliteConnection,
    values: &HashMap<(i64, String), T>,
) -> Result<Vec<(i64, String, Uuid)>> {
    const AT_ONCE: usize = 256;
    let mut kinds: Vec<i64> = values.keys().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut found = Vec::new();
    for kind in kinds {
        let wanted: Vec<&String> = values.keys().filter(|(of, _)| *of == kind).map(|(_, value)| value).collect();
        for piece in wanted.chunks(AT_ONCE) {
            // A list of one of two lengths, so that two statements serve.
            let length = if piece.len() == 1 { 1 } else { AT_ONCE };
            let mut args = Args::default();
            args.add(kind)?;
            for value in piece {
                args.add(value.as_str())?;
            }
            for _ in piece.len()..length {
                args.add(piece.last().map_or("", |last| last.as_str()))?;
            }
            let places = sql::placeholders(length);
            let sql = format!(
                "select value, contact_id from identifier where kind = ? and value in ({places}) order by contact_id"
            );
            for row in sql::rows(conn, sql, args).await? {
                found.push((kind, tables::get::<String>(&row, 0)?, get_id(&row, 1, "identifier")?));
            }
        }
    }
    Ok(found)
}

/// Numbers and addresses beside the card. `identifier` says whose they are, and of theirs the row is
/// the one that it is.
async fn find_others(conn: &mut SqliteConnection, lookups: &[Lookup], answers: &mut [Vec<Uuid>]) -> Result<()> {
    let mut values: HashMap<(i64, String), Vec<usize>> = HashMap::new();
    for (at, lookup) in lookups.iter().enumerate() {
        let value = match lookup {
            Lookup::OtherByPhone { e164 } => (tables::ALSO_KEY, phone_key(e164)),
            Lookup::OtherByEmail { email } => (tables::ALSO_EMAIL, email.clone()),
            _ => continue,
        };
        values.entry(value).or_default().push(at);
    }
    let mut contacts: Vec<Uuid> = identified(conn, &values).await?.into_iter().map(|(_, _, contact)| contact).collect();
    contacts.sort_unstable();
    contacts.dedup();
    let select = "select id, contact_id, kind, value, ver from other_reach";
    for row in sql::select_by_ids(conn, select, "contact_id", &contacts).await? {
        let other = tables::merges::other_from(&row, 0)?;
        let value = match (other.kind, other.e164()) {
            (ReachKind::Phone, Some(e164)) => (tables::ALSO_KEY, phone_key(e164)),
            (ReachKind::Phone, None) => continue,
            (ReachKind::Email, _) => (tables::ALSO_EMAIL, other.value.to_lowercase()),
        };
        for at in values.get(&value).into_iter().flatten() {
            answers[*at].push(other.id.0);
        }
    }
    Ok(())
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
        Lookup::OtherByPhone { .. } | Lookup::OtherByEmail { .. } => {
            let mut answers = vec![Vec::new()];
            find_others(conn, std::slice::from_ref(lookup), &mut answers).await?;
            let mut found = answers.remove(0);
            found.sort_unstable();
            return Ok(found);
        }
        Lookup::OthersOfContact { contact_id } => {
            args.id(contact_id.0)?;
            "select id from other_reach where contact_id = ?1 order by id"
        }
        Lookup::MergesOfContact { contact_id } => {
            args.id(contact_id.0)?;
            "select id from merge_record where keep_id = ?1 order by id"
        }
        Lookup::AliasesOfContact { contact_id } => {
            args.id(contact_id.0)?;
            "select id from alias where contact_id = ?1 order by id"
        }
        Lookup::ContactsOfSource { source_id } => {
            args.id(source_id.0)?;
            "select id from contact where source_id = ?1 order by id"
        }
        Lookup::Unsent { conversation_id } => {
            args.id(conversation_id.0)?;
            // 1 to 4: still to leave
            "select id from message where delivery in (1, 2, 3, 4, 9, 10) and delivery in (1, 2, 3, 4) \
             and conversation_id = ?1 order by id"
        }
        Lookup::ContactByEmail { email } => {
            args.add(tables::BY_EMAIL)?;
            args.add(email.as_str())?;
            "select contact_id from identifier where kind = ?1 and value = ?2 order by contact_id"
        }
        Lookup::ContactByPhoneText { text } => {
            args.add(tables::BY_WORDS)?;
            args.add(text.as_str())?;
            "select contact_id from identifier where kind = ?1 and value = ?2 order by contact_id"
        }
        Lookup::LineByExternal { line_type, external_id } => {
            args.add(codec::line_type_code(line_type))?;
            args.add(external_id.as_str())?;
            "select id from line where line_type = ?1 and external_id = ?2 order by id"
        }
        Lookup::Tags => "select id from tag order by id",
        Lookup::ContactsTagged { tag_id } => {
            args.id(tag_id.0)?;
            "select contact_id from contact_tag where tag_id = ?1 order by contact_id limit 1"
        }
        Lookup::Lines => "select id from line order by id",
        Lookup::ViewsOfMember { member_id } => {
            args.id(member_id.0)?;
            "select id from saved_view where member_id = ?1 order by id"
        }
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
        Lookup::HistoryOfContact { contact_id } => {
            args.id(contact_id.0)?;
            "select id from history where contact_id = ?1 order by id"
        }
        Lookup::FollowUpsOfContact { contact_id } => {
            args.id(contact_id.0)?;
            "select id from follow_up where contact_id = ?1 order by id"
        }
        Lookup::NotesOfContact { contact_id } => {
            args.id(contact_id.0)?;
            "select id from note where contact_id = ?1 order by id"
        }
        Lookup::OpenFollowUps { lead_id } => {
            args.id(lead_id.0)?;
            "select id from follow_up where lead_id = ?1 and ended_at_ms is null order by id"
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
        Lookup::Fields => "select id from field order by id",
        Lookup::ContactsFilled { id } => {
            args.id(*id)?;
            CONTACTS_FILLED
        }
        Lookup::Filled { of, field_id } => {
            args.id(field_id.0)?;
            match of {
                FieldOf::Contact => {
                    "select id from contact indexed by contact_fields \
                     where field_uses <> '' and instr(field_uses, lower(hex(?1))) > 0 order by id"
                }
                FieldOf::Lead => {
                    "select id from lead indexed by lead_fields \
                     where field_uses <> '' and instr(field_uses, lower(hex(?1))) > 0 order by id"
                }
            }
        }
        Lookup::Workspace => "select id from workspace order by id",
    };
    sql::rows(conn, sql.to_owned(), args).await?.iter().map(|row| get_id(row, 0, "look-up")).collect()
}

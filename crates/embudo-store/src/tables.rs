//! Rows to columns and back. A row's image is recovered exactly; `docs/schema/device.sql` shows
//! the tables, the tests prove the round trip.

mod catalogue;
mod conversation;
mod draft;
mod field;
mod follow_up;
mod import;
mod lead;
pub(crate) mod merges;
pub(crate) mod message;
mod note;
mod people;
mod sale;

use crate::changed::Changed;
use crate::sql::{self, Guard};
use crate::{Result, erased};
use embudo_domain::*;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

pub(crate) use catalogue::line_from;
pub(crate) use conversation::{preview_from, state_from};
pub(crate) use follow_up::{follow_up_from, leads_of as leads_of_follow_ups};
pub(crate) use lead::{
    CARD_COLUMNS, COLUMNS as LEAD_COLUMNS, SELECT as SELECT_LEAD, contacts_of as contacts_of_leads, history_from,
    lead_from,
};
pub(crate) use message::{body_from, local_id_at};
pub(crate) use note::{SELECT as SELECT_NOTE, note_from};
pub(crate) use people::{ALSO_EMAIL, ALSO_KEY, BY_EMAIL, BY_KEY, BY_WORDS, identity_from, tags_from};

/// A stored row and the hub's sequence number of its last change.
pub(crate) type Stored = (Row, u64);

pub(crate) const fn table_of(entity: Entity) -> (&'static str, &'static str) {
    match entity {
        Entity::Workspace => ("workspace", "id"),
        Entity::Member => ("member", "id"),
        Entity::Line => ("line", "id"),
        Entity::Tag => ("tag", "id"),
        Entity::QuickReply => ("quick_reply", "id"),
        Entity::Setting => ("setting", "id"),
        Entity::Contact => ("contact", "id"),
        Entity::Reach => ("reach", "contact_id"),
        Entity::Identity => ("identity", "id"),
        Entity::OtherReach => ("other_reach", "id"),
        Entity::Alias => ("alias", "id"),
        Entity::Merge => ("merge_record", "id"),
        Entity::Conversation => ("conversation", "id"),
        Entity::Message => ("message", "id"),
        Entity::Draft => ("draft", "id"),
        Entity::SavedView => ("saved_view", "id"),
        Entity::SaleSettings => ("sale_settings", "id"),
        Entity::LeadStatus => ("lead_status", "id"),
        Entity::Funnel => ("funnel", "id"),
        Entity::Stage => ("stage", "id"),
        Entity::Source => ("source", "id"),
        Entity::LostReason => ("lost_reason", "id"),
        Entity::Field => ("field", "id"),
        Entity::Lead => ("lead", "id"),
        Entity::History => ("history", "id"),
        Entity::FollowUp => ("follow_up", "id"),
        Entity::Note => ("note", "id"),
        Entity::Import => ("import", "id"),
        Entity::ImportPart => ("import_part", "id"),
    }
}

pub(crate) async fn load(conn: &mut SqliteConnection, keys: &[RowKey]) -> Result<HashMap<RowKey, Stored>> {
    let mut by_entity: BTreeMap<Entity, Vec<Uuid>> = BTreeMap::new();
    for key in keys {
        by_entity.entry(key.entity).or_default().push(key.id);
    }
    let mut found = HashMap::with_capacity(keys.len());
    for (entity, ids) in by_entity {
        let (_, key) = table_of(entity);
        for row in sql::select_by_ids(conn, select_sql(entity), key, &ids).await? {
            let stored = read(entity, &row)?;
            found.insert(stored.0.key(), stored);
        }
    }
    Ok(found)
}

pub(crate) fn select_sql(entity: Entity) -> &'static str {
    match entity {
        Entity::Workspace => catalogue::SELECT_WORKSPACE,
        Entity::Member => catalogue::SELECT_MEMBER,
        Entity::Line => catalogue::SELECT_LINE,
        Entity::Tag => catalogue::SELECT_TAG,
        Entity::QuickReply => catalogue::SELECT_QUICK_REPLY,
        Entity::Setting => catalogue::SELECT_SETTING,
        Entity::Contact => people::SELECT_CONTACT,
        Entity::Reach => people::SELECT_REACH,
        Entity::Identity => people::SELECT_IDENTITY,
        Entity::OtherReach => merges::SELECT_OTHER,
        Entity::Alias => merges::SELECT_ALIAS,
        Entity::Merge => merges::SELECT_MERGE,
        Entity::Conversation => conversation::SELECT,
        Entity::Message => message::SELECT,
        Entity::Draft => draft::SELECT,
        Entity::SavedView => catalogue::SELECT_VIEW,
        Entity::SaleSettings => sale::SELECT_SETTINGS,
        Entity::LeadStatus => sale::SELECT_STATUS,
        Entity::Funnel => sale::SELECT_FUNNEL,
        Entity::Stage => sale::SELECT_STAGE,
        Entity::Source => sale::SELECT_SOURCE,
        Entity::LostReason => sale::SELECT_REASON,
        Entity::Field => field::SELECT,
        Entity::Lead => lead::SELECT,
        Entity::History => lead::SELECT_HISTORY,
        Entity::FollowUp => follow_up::SELECT,
        Entity::Note => note::SELECT,
        Entity::Import => import::SELECT,
        Entity::ImportPart => import::SELECT_PART,
    }
}

pub(crate) fn read(entity: Entity, row: &sqlx::sqlite::SqliteRow) -> Result<Stored> {
    match entity {
        Entity::Workspace => catalogue::read_workspace(row),
        Entity::Member => catalogue::read_member(row),
        Entity::Line => catalogue::read_line(row),
        Entity::Tag => catalogue::read_tag(row),
        Entity::QuickReply => catalogue::read_quick_reply(row),
        Entity::Setting => catalogue::read_setting(row),
        Entity::Contact => people::read_contact(row),
        Entity::Reach => people::read_reach(row),
        Entity::Identity => people::read_identity(row),
        Entity::OtherReach => merges::read_other(row),
        Entity::Alias => merges::read_alias(row),
        Entity::Merge => merges::read_merge(row),
        Entity::Conversation => conversation::read(row),
        Entity::Message => message::read(row),
        Entity::Draft => draft::read(row),
        Entity::SavedView => catalogue::read_view(row),
        Entity::SaleSettings => sale::read_settings(row),
        Entity::LeadStatus => sale::read_status(row),
        Entity::Funnel => sale::read_funnel(row),
        Entity::Stage => sale::read_stage(row),
        Entity::Source => sale::read_source(row),
        Entity::LostReason => sale::read_reason(row),
        Entity::Field => field::read(row),
        Entity::Lead => lead::read(row),
        Entity::History => lead::read_history(row),
        Entity::FollowUp => follow_up::read(row),
        Entity::Note => note::read(row),
        Entity::Import => import::read(row),
        Entity::ImportPart => import::read_part(row),
    }
}

/// All rows of a small table.
pub(crate) async fn load_all(conn: &mut SqliteConnection, entity: Entity, tail: &str) -> Result<Vec<Stored>> {
    let rows = sql::rows(conn, format!("{} {tail}", select_sql(entity)), sql::Args::default()).await?;
    rows.iter().map(|row| read(entity, row)).collect()
}

/// Changes of one transaction, at most one per row, sorted by table.
#[derive(Default)]
pub(crate) struct Writes<'a> {
    workspaces: Vec<(&'a Workspace, u64)>,
    members: Vec<(&'a Member, u64)>,
    lines: Vec<(&'a Line, u64)>,
    tags: Vec<(&'a Tag, u64)>,
    quick_replies: Vec<(&'a QuickReply, u64)>,
    settings: Vec<(&'a Setting, u64)>,
    contacts: Vec<(&'a Contact, u64)>,
    reaches: Vec<(&'a Reach, u64)>,
    identities: Vec<(&'a Identity, u64)>,
    others: Vec<(&'a OtherReach, u64)>,
    aliases: Vec<(&'a Alias, u64)>,
    merges: Vec<(&'a MergeRecord, u64)>,
    conversations: Vec<(&'a Conversation, u64)>,
    messages: Vec<(&'a Message, u64)>,
    drafts: Vec<(&'a Draft, u64)>,
    views: Vec<(&'a SavedView, u64)>,
    settings_of_sale: Vec<(&'a SaleSettings, u64)>,
    statuses: Vec<(&'a LeadStatus, u64)>,
    funnels: Vec<(&'a Funnel, u64)>,
    stages: Vec<(&'a Stage, u64)>,
    sources: Vec<(&'a Source, u64)>,
    reasons: Vec<(&'a LostReason, u64)>,
    fields: Vec<(&'a CustomField, u64)>,
    leads: Vec<(&'a Lead, u64)>,
    events: Vec<(&'a HistoryEvent, u64)>,
    follow_ups: Vec<(&'a FollowUp, u64)>,
    notes: Vec<(&'a Note, u64)>,
    imports: Vec<(&'a Import, u64)>,
    import_parts: Vec<(&'a ImportPart, u64)>,
    deletes: BTreeMap<Entity, Vec<(Uuid, u64)>>,
}

impl<'a> Writes<'a> {
    /// Of two changes of one row the later one counts.
    pub fn of(changes: impl IntoIterator<Item = (&'a Change, u64)>) -> Self {
        let changes: Vec<(&Change, u64)> = changes.into_iter().collect();
        let mut last: HashMap<RowKey, usize> = HashMap::with_capacity(changes.len());
        for (at, (change, _)) in changes.iter().enumerate() {
            last.insert(change.key(), at);
        }
        let mut writes = Self::default();
        for (at, (change, ver)) in changes.into_iter().enumerate() {
            if last.get(&change.key()) == Some(&at) {
                match change {
                    Change::Put(row) => writes.put(row, ver),
                    Change::Delete(key) => writes.deletes.entry(key.entity).or_default().push((key.id, ver)),
                }
            }
        }
        writes
    }

    fn put(&mut self, row: &'a Row, ver: u64) {
        match row {
            Row::Workspace(row) => self.workspaces.push((row, ver)),
            Row::Member(row) => self.members.push((row, ver)),
            Row::Line(row) => self.lines.push((row, ver)),
            Row::Tag(row) => self.tags.push((row, ver)),
            Row::QuickReply(row) => self.quick_replies.push((row, ver)),
            Row::Setting(row) => self.settings.push((row, ver)),
            Row::Contact(row) => self.contacts.push((row, ver)),
            Row::Reach(row) => self.reaches.push((row, ver)),
            Row::Identity(row) => self.identities.push((row, ver)),
            Row::OtherReach(row) => self.others.push((row, ver)),
            Row::Alias(row) => self.aliases.push((row, ver)),
            Row::Merge(row) => self.merges.push((row, ver)),
            Row::Conversation(row) => self.conversations.push((row, ver)),
            Row::Message(row) => self.messages.push((row, ver)),
            Row::Draft(row) => self.drafts.push((row, ver)),
            Row::SavedView(row) => self.views.push((row, ver)),
            Row::SaleSettings(row) => self.settings_of_sale.push((row, ver)),
            Row::LeadStatus(row) => self.statuses.push((row, ver)),
            Row::Funnel(row) => self.funnels.push((row, ver)),
            Row::Stage(row) => self.stages.push((row, ver)),
            Row::Source(row) => self.sources.push((row, ver)),
            Row::LostReason(row) => self.reasons.push((row, ver)),
            Row::Field(row) => self.fields.push((row, ver)),
            Row::Lead(row) => self.leads.push((row, ver)),
            Row::History(row) => self.events.push((row, ver)),
            Row::FollowUp(row) => self.follow_ups.push((row, ver)),
            Row::Note(row) => self.notes.push((row, ver)),
            Row::Import(row) => self.imports.push((row, ver)),
            Row::ImportPart(row) => self.import_parts.push((row, ver)),
        }
    }

    /// Lines before conversations, identities before contacts, conversations before leads: what is
    /// derived from both is then right at the first write.
    pub async fn write(self, conn: &mut SqliteConnection, guard: Guard, changed: &mut Changed) -> Result<()> {
        let mut people = self.people(conn).await?;
        let became: HashSet<Uuid> = self.aliases.iter().map(|(row, _)| row.id).collect();
        for (entity, list) in &self.deletes {
            delete(conn, *entity, list, &became, guard, changed).await?;
        }
        catalogue::put_workspaces(conn, &self.workspaces, guard, changed).await?;
        catalogue::put_members(conn, &self.members, guard, changed).await?;
        catalogue::put_lines(conn, &self.lines, guard, changed).await?;
        catalogue::put_tags(conn, &self.tags, guard, changed).await?;
        catalogue::put_quick_replies(conn, &self.quick_replies, guard, changed).await?;
        catalogue::put_settings(conn, &self.settings, guard, changed).await?;
        catalogue::put_views(conn, &self.views, guard, changed).await?;
        sale::put_settings(conn, &self.settings_of_sale, guard, changed).await?;
        sale::put_statuses(conn, &self.statuses, guard, changed).await?;
        sale::put_funnels(conn, &self.funnels, guard, changed).await?;
        sale::put_stages(conn, &self.stages, guard, changed).await?;
        sale::put_sources(conn, &self.sources, guard, changed).await?;
        sale::put_reasons(conn, &self.reasons, guard, changed).await?;
        field::put(conn, &self.fields, guard, changed).await?;
        let others = merges::put_others(conn, &self.others, guard, changed).await?;
        people::put(conn, &self.identities, &self.contacts, &self.reaches, guard, changed).await?;
        people::refresh_identifiers(conn, &others).await?;
        merges::put_aliases(conn, &self.aliases, guard, changed).await?;
        merges::put_merges(conn, &self.merges, guard, changed).await?;
        people.extend(conversation::put(conn, &self.conversations, guard, changed).await?);
        message::put(conn, &self.messages, guard, changed).await?;
        draft::put(conn, &self.drafts, guard, changed).await?;
        lead::put(conn, &self.leads, guard, changed).await?;
        lead::put_history(conn, &self.events, guard, changed).await?;
        follow_up::put(conn, &self.follow_ups, guard, changed).await?;
        note::put(conn, &self.notes, guard, changed).await?;
        import::put(conn, &self.imports, guard, changed).await?;
        import::put_parts(conn, &self.import_parts, guard, changed).await?;
        lead::note_of_contacts(conn, &people, changed).await
    }

    /// The contacts whose leads' cards these changes may touch. Before anything is deleted.
    async fn people(&self, conn: &mut SqliteConnection) -> Result<Vec<Uuid>> {
        let ids = |entity| self.deletes.get(&entity).into_iter().flatten().map(|(id, _)| *id);
        let mut people: BTreeSet<Uuid> = self.contacts.iter().map(|(row, _)| row.id.0).collect();
        people.extend(self.conversations.iter().map(|(row, _)| row.contact_id.0));
        people.extend(ids(Entity::Contact));
        let conversations: Vec<Uuid> = ids(Entity::Conversation).collect();
        people.extend(conversation::contacts_of(conn, &conversations).await?);
        Ok(people.into_iter().collect())
    }
}

async fn delete(
    conn: &mut SqliteConnection,
    entity: Entity,
    list: &[(Uuid, u64)],
    became: &HashSet<Uuid>,
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    let (table, key) = table_of(entity);
    let mut ids: Vec<Uuid> = list.iter().map(|(id, _)| *id).collect();
    if guard == Guard::ByVersion {
        // A row that is newer than its deletion was made again since.
        let vers: HashMap<Uuid, u64> = list.iter().copied().collect();
        for row in sql::select_by_ids(conn, &format!("select {key}, ver from {table}"), key, &ids).await? {
            let id = get_id(&row, 0, table)?;
            if vers.get(&id).is_some_and(|ver| get_ver(&row, 1).is_ok_and(|stored| stored > *ver)) {
                ids.retain(|other| *other != id);
            }
        }
    }
    if guard == Guard::ByVersion {
        // Who became another has lost nothing.
        let lost: Vec<Uuid> = ids.iter().copied().filter(|id| !became.contains(id)).collect();
        erased::note(conn, entity, &lost, changed).await?;
    }
    match entity {
        Entity::Message => message::note_deleted(conn, &ids, changed).await?,
        Entity::Draft => draft::note_deleted(conn, &ids, changed).await?,
        Entity::Contact => people::note_contacts(conn, &ids, changed).await?,
        Entity::Lead => lead::note_deleted(conn, &ids, changed).await?,
        Entity::FollowUp => follow_up::note_deleted(conn, &ids, changed).await?,
        Entity::History => lead::note_history(conn, &ids, changed).await?,
        Entity::Note => note::note_contacts(conn, &ids, changed).await?,
        Entity::Identity | Entity::Reach => people::before_delete(conn, entity, &ids).await?,
        _ => {}
    }
    for id in &ids {
        changed.note_key(RowKey { entity, id: *id });
    }
    let contacts =
        if entity == Entity::Identity { people::contacts_of_identities(conn, &ids).await? } else { Vec::new() };
    let reached = match entity {
        Entity::OtherReach => merges::contacts_of_others(conn, &ids).await?,
        // What is beside the card is still there.
        Entity::Reach => ids.clone(),
        _ => Vec::new(),
    };
    sql::delete_by_ids(conn, table, key, &ids).await?;
    people::refresh_identifiers(conn, &reached).await?;
    people::refresh_handles(conn, &contacts).await
}

// -- cells --------------------------------------------------------------------------------------

pub(crate) fn get<'r, T>(row: &'r sqlx::sqlite::SqliteRow, at: usize) -> Result<T>
where
    T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    use sqlx::Row as _;
    // The tables are STRICT: the type of a cell is the column's.
    Ok(row.try_get_unchecked(at)?)
}

pub(crate) fn get_id(row: &sqlx::sqlite::SqliteRow, at: usize, table: &'static str) -> Result<Uuid> {
    crate::codec::uuid(table, get::<&[u8]>(row, at)?)
}

pub(crate) fn get_maybe_id(row: &sqlx::sqlite::SqliteRow, at: usize, table: &'static str) -> Result<Option<Uuid>> {
    get::<Option<&[u8]>>(row, at)?.map(|bytes| crate::codec::uuid(table, bytes)).transpose()
}

pub(crate) fn get_ver(row: &sqlx::sqlite::SqliteRow, at: usize) -> Result<u64> {
    Ok(get::<i64>(row, at)?.cast_unsigned())
}

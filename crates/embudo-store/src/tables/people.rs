//! Contacts, how to reach them, who they are at the channels; and the forms in which people
//! look for them.

use super::{Stored, get, get_id, get_maybe_id, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Args, Guard, Table};
use crate::{Result, codec, erased, fold};
use embudo_domain::rules::phone::phone_key;
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

pub(super) const SELECT_CONTACT: &str = "select id, display_name, name_source, channel_name, saved, blocked, tag_ids, language, \
     about, created_at_ms, ver, photo_hash, photo_source, responsible_id, source_id, bin, erased, fields, brought from contact";
pub(super) const SELECT_REACH: &str = "select contact_id, phone_e164, phone_text, email, ver from reach";
pub(super) const SELECT_IDENTITY: &str =
    "select id, contact_id, line_type, namespace, external_id, username, photo_asked_at_ms, ver from identity";

/// User names of a contact, as the search index has them.
const HANDLES: &str = "coalesce((select group_concat(username, ' ') from \
     (select username from identity where contact_id = {id} and username <> '' order by username)), '')";

const CONTACT: Table = Table {
    name: "contact",
    key: "id",
    columns: &[
        "id",
        "display_name",
        "name_source",
        "channel_name",
        "saved",
        "blocked",
        "tag_ids",
        "language",
        "about",
        "created_at_ms",
        "photo_hash",
        "photo_source",
        "responsible_id",
        "source_id",
        "bin",
        "bin_at_ms",
        "erased",
        "fields",
        "field_uses",
        "brought",
        "name_key",
        "handles",
        "ver",
    ],
    // The handles come from the identities, which are written first.
    values: Some(
        "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,coalesce((select group_concat(username, ' ') from \
         (select username from identity where contact_id = ? and username <> '' order by username)), ''),?)",
    ),
    kept: &[],
};
const REACH: Table = Table {
    name: "reach",
    key: "contact_id",
    columns: &["contact_id", "phone_e164", "phone_text", "email", "digits", "ver"],
    values: None,
    kept: &[],
};
const IDENTITY: Table = Table {
    name: "identity",
    key: "id",
    columns: &["id", "contact_id", "line_type", "namespace", "external_id", "username", "photo_asked_at_ms", "ver"],
    values: None,
    kept: &[],
};

/// Kinds of `identifier`.
pub(crate) const BY_KEY: i64 = 1;
pub(crate) const BY_EMAIL: i64 = 4;
/// Words in place of a number, by which an import finds who it brought before.
pub(crate) const BY_WORDS: i64 = 5;
/// The same, beside the card.
pub(crate) const ALSO_KEY: i64 = 2;
pub(crate) const ALSO_EMAIL: i64 = 6;

pub(crate) fn tags_from(bytes: &[u8]) -> Result<Vec<TagId>> {
    bytes.chunks(16).map(|id| Ok(TagId(codec::uuid("contact.tag_ids", id)?))).collect()
}

pub(super) fn read_contact(row: &SqliteRow) -> Result<Stored> {
    let image = Contact {
        id: ContactId(get_id(row, 0, "contact")?),
        display_name: get(row, 1)?,
        name_source: codec::name_source(get(row, 2)?)?,
        channel_name: get(row, 3)?,
        saved: get(row, 4)?,
        blocked: get(row, 5)?,
        tag_ids: tags_from(get(row, 6)?)?,
        language: get(row, 7)?,
        about: get(row, 8)?,
        photo: photo_from(row, 11)?,
        responsible_id: get_maybe_id(row, 13, "contact.responsible_id")?.map(MemberId),
        source_id: get_maybe_id(row, 14, "contact.source_id")?.map(SourceId),
        fields: codec::unpack_list("contact.fields", get(row, 17)?)?,
        brought: codec::unpack_list("contact.brought", get(row, 18)?)?,
        bin: codec::maybe_unpack("contact.bin", get(row, 15)?)?,
        erased: get(row, 16)?,
        created_at_ms: get(row, 9)?,
    };
    Ok((Row::Contact(image), get_ver(row, 10)?))
}

fn photo_from(row: &SqliteRow, at: usize) -> Result<Option<Photo>> {
    let Some(hash) = get::<Option<String>>(row, at)? else { return Ok(None) };
    Ok(Some(Photo { hash, source: codec::name_source(get(row, at + 1)?)? }))
}

pub(super) fn read_reach(row: &SqliteRow) -> Result<Stored> {
    let image = Reach {
        contact_id: ContactId(get_id(row, 0, "reach")?),
        phone_e164: get(row, 1)?,
        phone_text: get(row, 2)?,
        email: get(row, 3)?,
    };
    Ok((Row::Reach(image), get_ver(row, 4)?))
}

/// The columns of [`SELECT_IDENTITY`], from column `at` on.
pub(crate) fn identity_from(row: &SqliteRow, at: usize) -> Result<Identity> {
    Ok(Identity {
        id: IdentityId(get_id(row, at, "identity")?),
        contact_id: ContactId(get_id(row, at + 1, "identity")?),
        line_type: codec::line_type(get(row, at + 2)?)?,
        namespace: get(row, at + 3)?,
        external_id: get(row, at + 4)?,
        username: get(row, at + 5)?,
        photo_asked_at_ms: get(row, at + 6)?,
    })
}

pub(super) fn read_identity(row: &SqliteRow) -> Result<Stored> {
    Ok((Row::Identity(identity_from(row, 0)?), get_ver(row, 7)?))
}

pub(super) async fn put(
    conn: &mut SqliteConnection,
    identities: &[(&Identity, u64)],
    contacts: &[(&Contact, u64)],
    reaches: &[(&Reach, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    put_identities(conn, identities, guard, changed).await?;
    put_contacts(conn, contacts, guard, changed).await?;
    let written: HashSet<Uuid> = contacts.iter().map(|(row, _)| row.id.0).collect();
    let others: BTreeSet<Uuid> =
        identities.iter().map(|(row, _)| row.contact_id.0).filter(|contact| !written.contains(contact)).collect();
    refresh_handles(conn, &others.into_iter().collect::<Vec<_>>()).await?;
    put_reaches(conn, reaches, guard, changed).await
}

async fn put_identities(
    conn: &mut SqliteConnection,
    list: &[(&Identity, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Identity, id: row.id.0 });
    }
    sql::upsert(conn, &IDENTITY, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.id(row.contact_id.0)?;
        args.add(codec::line_type_code(&row.line_type))?;
        args.add(row.namespace.as_str())?;
        args.add(row.external_id.as_str())?;
        args.add(row.username.as_str())?;
        args.add(row.photo_asked_at_ms)?;
        args.add(ver.cast_signed())
    })
    .await
}

async fn put_contacts(
    conn: &mut SqliteConnection,
    list: &[(&Contact, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    if guard == Guard::ByVersion {
        erased::note_nobody(conn, list.iter().map(|(row, _)| *row), changed).await?;
    }
    sql::upsert(conn, &CONTACT, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.display_name.as_str())?;
        args.add(codec::name_source_code(&row.name_source))?;
        args.add(row.channel_name.as_str())?;
        args.add(row.saved)?;
        args.add(row.blocked)?;
        args.add(row.tag_ids.iter().flat_map(|tag| tag.bytes()).collect::<Vec<u8>>())?;
        args.add(row.language.as_deref())?;
        args.add(row.about.as_str())?;
        args.add(row.created_at_ms)?;
        args.add(row.photo.as_ref().map(|photo| photo.hash.as_str()))?;
        args.add(row.photo.as_ref().map(|photo| codec::name_source_code(&photo.source)))?;
        args.maybe_id(row.responsible_id.map(|id| id.0))?;
        args.maybe_id(row.source_id.map(|id| id.0))?;
        args.add(codec::maybe_pack(row.bin.as_ref())?)?;
        args.add(row.bin.as_ref().map(|bin| bin.at_ms))?;
        args.add(row.erased)?;
        args.add(codec::pack_list(&row.fields)?)?;
        args.add(super::field::uses(&row.fields))?;
        args.add(codec::pack_list(&row.brought)?)?;
        args.add(fold(if row.display_name.is_empty() { &row.channel_name } else { &row.display_name }))?;
        args.id(row.id.0)?;
        args.add(ver.cast_signed())
    })
    .await?;
    let ids: Vec<Uuid> = list.iter().map(|(row, _)| row.id.0).collect();
    note_contacts(conn, &ids, changed).await
}

async fn put_reaches(
    conn: &mut SqliteConnection,
    list: &[(&Reach, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Reach, id: row.contact_id.0 });
    }
    sql::upsert(conn, &REACH, list, guard, |args, (row, ver)| {
        args.id(row.contact_id.0)?;
        args.add(row.phone_e164.as_deref())?;
        args.add(row.phone_text.as_str())?;
        args.add(row.email.as_str())?;
        args.add(digits(row))?;
        args.add(ver.cast_signed())
    })
    .await?;
    let ids: Vec<Uuid> = list.iter().map(|(row, _)| row.contact_id.0).collect();
    refresh_identifiers(conn, &ids).await
}

/// A contact's name stands in the list rows of its conversations.
pub(super) async fn note_contacts(conn: &mut SqliteConnection, ids: &[Uuid], changed: &mut Changed) -> Result<()> {
    for id in ids {
        changed.note_key(RowKey { entity: Entity::Contact, id: *id });
    }
    note_rows_of(conn, ids, changed).await
}

/// The list rows of contacts that show something else now.
pub(super) async fn note_rows_of(conn: &mut SqliteConnection, ids: &[Uuid], changed: &mut Changed) -> Result<()> {
    /// Beyond so many it is a first sync, and the events would name everything anyway.
    const NAMED: usize = 500;
    if ids.len() > NAMED {
        changed.everything = true;
        changed.chats_everything = true;
        return Ok(());
    }
    for row in sql::select_by_ids(conn, "select id from conversation", "contact_id", ids).await? {
        changed.conversations.insert(ConversationId(get_id(&row, 0, "conversation")?));
    }
    Ok(())
}

pub(super) async fn refresh_handles(conn: &mut SqliteConnection, contacts: &[Uuid]) -> Result<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    let handles = HANDLES.replace("{id}", "contact.id");
    for list in sql::id_lists(contacts) {
        let mut args = Args::default();
        for id in &list {
            args.id(*id)?;
        }
        let places = sql::placeholders(list.len());
        sql::run(
            conn,
            format!("update contact set handles = {handles} where id in ({places}) and handles is not {handles}"),
            args,
        )
        .await?;
    }
    Ok(())
}

/// Made anew from what is stored, so that an older image that lost cannot leave its numbers.
pub(super) async fn refresh_identifiers(conn: &mut SqliteConnection, contacts: &[Uuid]) -> Result<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    sql::delete_by_ids(conn, "identifier", "contact_id", contacts).await?;
    let mut found: Vec<(i64, String, Uuid)> = Vec::new();
    for row in sql::select_by_ids(conn, SELECT_REACH, "contact_id", contacts).await? {
        if let (Row::Reach(reach), _) = read_reach(&row)? {
            found.extend(identifiers(&reach).into_iter().map(|(kind, value)| (kind, value, reach.contact_id.0)));
        }
    }
    for row in sql::select_by_ids(conn, super::merges::SELECT_OTHER, "contact_id", contacts).await? {
        let other = super::merges::other_from(&row, 0)?;
        match (other.kind, other.e164()) {
            (ReachKind::Phone, Some(e164)) => found.push((ALSO_KEY, phone_key(e164), other.contact_id.0)),
            (ReachKind::Phone, None) => {}
            (ReachKind::Email, _) => found.push((ALSO_EMAIL, other.value.to_lowercase(), other.contact_id.0)),
        }
    }
    const COLUMNS: usize = 3;
    for piece in sql::pieces(&found) {
        let mut args = Args::default();
        for (kind, value, contact) in piece {
            args.add(*kind)?;
            args.add(value.as_str())?;
            args.id(*contact)?;
        }
        let one = format!("({})", sql::placeholders(COLUMNS));
        let values = vec![one; piece.len()].join(",");
        sql::run(conn, format!("insert or ignore into identifier (kind, value, contact_id) values {values}"), args)
            .await?;
    }
    Ok(())
}

/// Every form in which a part of the number may be typed: as it is, and without the ninth digit
/// that Brazilian numbers have or lack.
fn digits(reach: &Reach) -> String {
    let only_digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let mut forms = Vec::new();
    if let Some(e164) = &reach.phone_e164 {
        forms.extend([only_digits(e164), only_digits(&phone_key(e164))]);
    }
    forms.push(only_digits(&reach.phone_text));
    forms.dedup();
    forms.retain(|form| !form.is_empty());
    forms.join(" ")
}

fn identifiers(reach: &Reach) -> BTreeSet<(i64, String)> {
    let mut found = BTreeSet::new();
    if let Some(e164) = &reach.phone_e164 {
        found.insert((BY_KEY, phone_key(e164)));
    }
    if reach.phone_e164.is_none() && !reach.phone_text.is_empty() {
        found.insert((BY_WORDS, rules::folded(&reach.phone_text)));
    }
    if !reach.email.is_empty() {
        found.insert((BY_EMAIL, reach.email.to_lowercase()));
    }
    found
}

pub(super) async fn contacts_of_identities(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    sql::select_by_ids(conn, "select contact_id from identity", "id", ids)
        .await?
        .iter()
        .map(|row| get_id(row, 0, "identity"))
        .collect()
}

pub(super) async fn before_delete(conn: &mut SqliteConnection, entity: Entity, ids: &[Uuid]) -> Result<()> {
    if entity == Entity::Reach {
        sql::delete_by_ids(conn, "identifier", "contact_id", ids).await?;
    }
    Ok(())
}

//! What a migration leaves to the program, because it is derived from images that only the program
//! can read. Done at the next opening, in one transaction; a cut in between does it again.

use super::{Store, rows, uuid_of};
use crate::error::HubError;
use crate::store::index;
use embudo_domain::Entity;
use sqlx::{Connection, Row as _};

/// Contacts that are in memory at a time.
const AT_ONCE: i64 = 1_000;
const CONTACTS_SQL: &str = "select id, body from image where ws = $1 and entity = $2 and id > $3 order by id limit $4";

impl Store {
    pub(super) async fn pay_owed(&mut self) -> Result<(), HubError> {
        let owed: Vec<String> = sqlx::query_scalar("select what from owed").fetch_all(&mut *self.conn).await?;
        let is_owed = |what: &str| owed.iter().any(|owed| owed == what);
        if is_owed("reach_index") {
            self.index_again("reach_index", &[Entity::Reach]).await?;
        }
        if is_owed("beside_index") {
            self.index_again("beside_index", &[Entity::OtherReach, Entity::Alias]).await?;
        }
        if is_owed("contact_uses") {
            self.note_tags_of_contacts().await?;
        }
        Ok(())
    }

    /// Rows that an earlier version wrote are looked up by what this one looks them up by.
    async fn index_again(&mut self, what: &'static str, entities: &[Entity]) -> Result<(), HubError> {
        let mut tx = self.conn.begin().await?;
        for entity in entities {
            let found = sqlx::query("select ws, id, body from image where entity = $1 and body is not null")
                .bind(entity.code())
                .fetch_all(&mut *tx)
                .await?;
            for image in found {
                // One that can't be read is found by nothing; who wants it hears of it.
                let Ok(row) = rows::decode(image.try_get::<&[u8], _>(2)?) else { continue };
                let entry = index::entry(&row, None);
                let bytes = |id: Option<uuid::Uuid>| id.map(|id| id.as_bytes().to_vec());
                sqlx::query("update image set key = $1, owner = $2 where ws = $3 and entity = $4 and id = $5")
                    .bind(bytes(entry.key))
                    .bind(bytes(entry.owner))
                    .bind(image.try_get::<i64, _>(0)?)
                    .bind(entity.code())
                    .bind(uuid_of(image.try_get::<&[u8], _>(1)?)?.as_bytes().to_vec())
                    .execute(&mut *tx)
                    .await?;
            }
        }
        sqlx::query("delete from owed where what = $1").bind(what).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A contact that is written again with the same tags is not noted by that: it is found as before.
    async fn note_tags_of_contacts(&mut self) -> Result<(), HubError> {
        let mut tx = self.conn.begin().await?;
        let workspaces: Vec<i64> = sqlx::query_scalar("select distinct ws from image").fetch_all(&mut *tx).await?;
        for ws in workspaces {
            let mut next = Some(Vec::new());
            while let Some(after) = next.take() {
                let query = sqlx::query(CONTACTS_SQL).bind(ws).bind(Entity::Contact.code()).bind(after).bind(AT_ONCE);
                let found = query.fetch_all(&mut *tx).await?;
                for image in &found {
                    // As above.
                    let Some(Ok(row)) = image.try_get::<Option<&[u8]>, _>(1)?.map(rows::decode) else { continue };
                    for target in index::entry(&row, None).uses {
                        sqlx::query("insert into used (ws, target, lead) values ($1, $2, $3) on conflict do nothing")
                            .bind(ws)
                            .bind(target.as_bytes().to_vec())
                            .bind(image.try_get::<&[u8], _>(0)?)
                            .execute(&mut *tx)
                            .await?;
                    }
                }
                if found.len() as i64 == AT_ONCE {
                    next = found.last().map(|image| image.try_get(0)).transpose()?;
                }
            }
        }
        sqlx::query("delete from owed where what = 'contact_uses'").execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::index::Question;
    use crate::store::{ImageWrite, Place, Sealing};
    use embudo_domain::rules::Lookup;
    use embudo_domain::*;
    use uuid::Uuid;

    #[tokio::test]
    async fn who_was_here_before_is_found_by_their_address_after_the_update() {
        let mut store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        let contact_id = ContactId(Uuid::from_u128(7));
        let reach = Row::Reach(Reach {
            contact_id,
            phone_e164: None,
            phone_text: "desk 7".into(),
            email: "A@x.example".into(),
        });
        // As an earlier version wrote it: found by a number alone.
        let image = ImageWrite {
            key: reach.key(),
            scope: index::scope_bytes(reach.scope()),
            ver: 1,
            body: Some(super::rows::encode(&reach).unwrap()),
            entry: index::Entry::default(),
            found_as_before: false,
            no_longer_uses: Vec::new(),
        };
        store.write_images(1, &[image]).await.unwrap();
        sqlx::query("insert into owed (what) values ('reach_index')").execute(&mut *store.conn).await.unwrap();
        store.pay_owed().await.unwrap();
        let questions: Vec<Question> = [
            Lookup::ContactByEmail { email: "a@x.example".into() },
            Lookup::ContactByPhoneText { text: "desk 7".into() },
        ]
        .iter()
        .map(index::question)
        .collect();
        let found = store.find(1, &questions, 0).await.unwrap();
        assert_eq!(found.ids, [vec![contact_id.0], vec![contact_id.0]]);
        let left: i64 = sqlx::query_scalar("select count(*) from owed").fetch_one(&mut *store.conn).await.unwrap();
        assert_eq!(left, 0, "once");
    }

    #[tokio::test]
    async fn an_address_beside_the_card_and_an_alias_from_before_the_update_are_found_after_it() {
        let mut store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        let contact_id = ContactId(Uuid::from_u128(7));
        let other = Row::OtherReach(OtherReach {
            id: OtherReachId(Uuid::from_u128(8)),
            contact_id,
            kind: ReachKind::Email,
            value: "A@x.example".into(),
        });
        let alias = Row::Alias(Alias { id: Uuid::from_u128(9), to: contact_id.0, contact_id });
        for row in [&other, &alias] {
            let image = ImageWrite {
                key: row.key(),
                scope: index::scope_bytes(row.scope()),
                ver: 1,
                body: Some(super::rows::encode(row).unwrap()),
                entry: index::Entry::default(),
                found_as_before: false,
                no_longer_uses: Vec::new(),
            };
            store.write_images(1, &[image]).await.unwrap();
        }
        let questions: Vec<Question> =
            [Lookup::OtherByEmail { email: "a@x.example".into() }, Lookup::AliasesOfContact { contact_id }]
                .iter()
                .map(index::question)
                .collect();
        assert_eq!(store.find(1, &questions, 0).await.unwrap().ids, [Vec::<Uuid>::new(), Vec::new()], "as it was");
        sqlx::query("insert into owed (what) values ('beside_index')").execute(&mut *store.conn).await.unwrap();
        store.pay_owed().await.unwrap();
        let found = store.find(1, &questions, 0).await.unwrap();
        assert_eq!(found.ids, [vec![other.key().id], vec![alias.key().id]]);
    }

    #[tokio::test]
    async fn a_tag_that_somebody_had_before_the_update_is_known_to_be_in_use_after_it() {
        let mut store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        let (contact_id, tag_id) = (ContactId(Uuid::from_u128(7)), TagId(Uuid::from_u128(8)));
        let contact = Row::Contact(Contact {
            id: contact_id,
            display_name: "Maria".into(),
            name_source: NameSource::User,
            channel_name: String::new(),
            saved: true,
            blocked: false,
            responsible_id: None,
            tag_ids: vec![tag_id],
            created_at_ms: 1,
            language: None,
            about: String::new(),
            photo: None,
            source_id: None,
            bin: None,
            fields: Vec::new(),
            brought: Vec::new(),
            erased: false,
        });
        let image = ImageWrite {
            key: contact.key(),
            scope: index::scope_bytes(contact.scope()),
            ver: 1,
            body: Some(super::rows::encode(&contact).unwrap()),
            entry: index::Entry::default(),
            found_as_before: false,
            no_longer_uses: Vec::new(),
        };
        store.write_images(1, &[image]).await.unwrap();
        let question = index::question(&Lookup::ContactsTagged { tag_id });
        let found = store.find(1, std::slice::from_ref(&question), 0).await.unwrap();
        assert_eq!(found.ids, [Vec::<Uuid>::new()], "as it was before");
        sqlx::query("insert into owed (what) values ('contact_uses')").execute(&mut *store.conn).await.unwrap();
        store.pay_owed().await.unwrap();
        let found = store.find(1, std::slice::from_ref(&question), 0).await.unwrap();
        assert_eq!(found.ids, [vec![contact_id.0]]);
        let left: i64 = sqlx::query_scalar("select count(*) from owed").fetch_one(&mut *store.conn).await.unwrap();
        assert_eq!(left, 0, "once");
    }
}

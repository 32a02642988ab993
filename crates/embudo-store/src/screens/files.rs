//! Which files the rows point at: what may be given up to make room, and what may not (OFF-12).

use crate::sql::{self, Args};
use crate::tables::{body_from, get, get_id};
use crate::{Result, Store, codec};
use embudo_domain::*;

/// A message with a file, whatever became of the message.
#[derive(Clone, Debug, PartialEq)]
pub struct FileUse {
    pub line_id: LineId,
    pub direction: Direction,
    pub delivery: Delivery,
    /// `Body::Media`
    pub body: Body,
}

/// Read at once: a page is held in memory, never the whole table.
pub const FILE_PAGE: i64 = 500;

/// By kind, along the index that leaves out texts and event lines.
pub const FILE_USES: &str = "select m.local_id, m.kind, m.text, m.body, m.direction, c.line_id, m.delivery \
     from message m indexed by message_kind cross join conversation c on c.id = m.conversation_id \
     where m.kind = ?1 and m.kind not in (0, 11) and m.local_id > ?2 order by m.local_id limit ?3";

impl Store {
    /// Calls `each` for every message with a file, in no order that means anything.
    pub async fn file_uses(&self, mut each: impl FnMut(FileUse)) -> Result<()> {
        for kind in codec::FILE_KINDS.iter().filter_map(|kind| codec::kind_code(kind)) {
            let mut after: Option<i64> = None;
            loop {
                let mut args = Args::default();
                args.add(kind)?;
                args.add(after.unwrap_or(i64::MIN))?;
                args.add(FILE_PAGE)?;
                let rows = sql::rows_of(&mut *self.read().await?, FILE_USES, args).await?;
                for row in &rows {
                    each(FileUse {
                        body: body_from(get(row, 1)?, get(row, 2)?, get(row, 3)?)?,
                        direction: codec::direction(get(row, 4)?)?,
                        line_id: LineId(get_id(row, 5, "conversation")?),
                        delivery: codec::delivery(get(row, 6)?)?,
                    });
                }
                let Some(last) = rows.last() else { break };
                after = Some(get(last, 0)?);
            }
        }
        Ok(())
    }

    /// Files that nothing has sent yet: in composers here and elsewhere, held back, in quick
    /// replies, in planned messages and those that an undo plans again, in what was refused; and those
    /// of chats that wait for the hub, which no row names before it answers.
    pub async fn files_to_send(&self) -> Result<Vec<Body>> {
        let mut bodies = Vec::new();
        for (row, _) in self.all_rows(Entity::Draft).await? {
            if let Row::Draft(draft) = row {
                bodies.extend(draft.attachments);
            }
        }
        for (row, _) in self.all_rows(Entity::QuickReply).await? {
            if let Row::QuickReply(reply) = row {
                bodies.extend(reply.attachments);
            }
        }
        bodies.extend(self.planned_files().await?);
        let sql = "select attachments from local_draft where attachments is not null";
        for row in sql::rows_of(&mut *self.read().await?, sql, Args::default()).await? {
            bodies.extend(codec::unpack_list::<Body>("local_draft.attachments", get(&row, 0)?)?);
        }
        bodies.extend(self.held(None).await?.into_iter().map(|held| held.body));
        for waiting in self.pending(0, usize::MAX).await? {
            if let Act::ImportChat { messages, .. } = waiting.act {
                bodies.extend(messages.into_iter().map(|message| message.body));
            }
        }
        for row in self.review().await? {
            match row.act {
                Act::SendMessage { body, .. } => bodies.push(body),
                Act::PutQuickReply { reply, .. } => bodies.extend(reply.attachments),
                Act::SaveFollowUp { follow_up } => bodies.extend(follow_up.message.map(|message| message.body)),
                Act::PlanFollowUps { follow_ups } => {
                    bodies.extend(follow_ups.into_iter().filter_map(|row| row.message).map(|message| message.body));
                }
                _ => {}
            }
        }
        bodies.retain(|body| matches!(body, Body::Media { .. }));
        Ok(bodies)
    }
}

//! What must hold between the rows of the sale, whoever wrote them (product.md 3.4): one query for
//! each invariant, which returns what breaks it.
//!
//! The rules keep them and are tested for it on their own world; here a database says it of
//! itself, also one that came by sync, by a migration or out of a backup.

use crate::tables::get;
use crate::{Result, Store, sql};
use embudo_domain::order::MAX_PLACE_CHARS;

/// Rows of one that are named; more are a matter of the same mistake.
const NAMED: usize = 20;

pub struct Invariant {
    /// As the specification numbers it; some take two queries.
    pub id: &'static str,
    /// One column of text: what breaks it, as a person who looks for it can use it.
    pub violations: &'static str,
}

/// Found of one invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub id: &'static str,
    /// At most twenty.
    pub violations: Vec<String>,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.id, self.violations.join(", "))
    }
}

/// Those of one lead, of responsibility and of the funnel. A conversation has no responsible of its
/// own: I20 is that it has its contact's.
pub const SALE: &[Invariant] = &[
    Invariant {
        id: "I11 one active lead per contact",
        violations: "select hex(contact_id) from lead where closed_at_ms is null group by contact_id having count(*) > 1",
    },
    Invariant {
        // A merge that was taken back may leave a number out.
        id: "I11 cycles of a contact are told apart",
        violations: "select hex(contact_id) from lead group by contact_id \
                     having count(distinct cycle) <> count(*) or min(cycle) < 1",
    },
    Invariant {
        id: "I12 exactly one stage, of its own funnel",
        violations: "select hex(l.id) from lead l left join stage s on s.id = l.stage_id \
                     where s.id is null or s.funnel_id is not l.funnel_id",
    },
    Invariant {
        // What closed it made it so, and nothing came after that but what belongs to the close.
        id: "I13 closed leads stay as they closed",
        violations: "select hex(l.id) from lead l \
                     left join history made on made.id = l.made_by left join history last on last.id = l.last_event_id \
                     where l.closed_at_ms is not null and l.made_by <> l.last_event_id \
                       and (made.id is null or made.lead_id <> l.id or last.kind is not 2)",
    },
    Invariant {
        id: "I14 closed exactly with a final status of its category",
        violations: "select hex(l.id) from lead l left join lead_status s on s.id = l.status_id \
                     where (l.closed_at_ms is null) <> (l.category = 0) or s.category is not l.category",
    },
    Invariant {
        id: "I14 a reason only where it was lost",
        violations: "select hex(id) from lead where reason_id is not null and category <> 2",
    },
    Invariant {
        id: "I15 closed leads have no open follow-ups",
        violations: "select hex(f.id) from follow_up f left join lead l on l.id = f.lead_id \
                     where f.ended_at_ms is null and (l.id is null or l.closed_at_ms is not null)",
    },
    Invariant {
        id: "I16 a whole score from 0 to 100, and how it came",
        violations: "select hex(id) from lead \
                     where (score is null) <> (score_by is null) or score is not null and score not between 0 and 100",
    },
    Invariant {
        id: "I17 a status of each category",
        violations: "select cast(column1 as text) from (values (0), (1), (2), (3)) \
                     where exists (select 1 from sale_settings) \
                       and not exists (select 1 from lead_status where category = column1)",
    },
    Invariant {
        id: "I17 the eight statuses of the product stay in their categories",
        violations: "select column1 from (values ('new', 0), ('contacted', 0), ('qualifying', 0), ('qualified', 0), \
                       ('follow_up', 0), ('converted', 1), ('lost', 2), ('archived', 3)) \
                     where exists (select 1 from sale_settings) \
                       and not exists (select 1 from lead_status where code = column1 and category = column2)",
    },
    Invariant {
        id: "I18 leads point to what is there",
        violations: "select hex(id) from lead l \
                     where not exists (select 1 from contact where id = l.contact_id) \
                        or not exists (select 1 from lead_status where id = l.status_id) \
                        or from_status_id is not null and not exists (select 1 from lead_status where id = l.from_status_id) \
                        or source_id is not null and not exists (select 1 from source where id = l.source_id) \
                        or reason_id is not null and not exists (select 1 from lost_reason where id = l.reason_id) \
                        or previous_lead_id is not null and not exists (select 1 from lead where id = l.previous_lead_id) \
                        or not exists (select 1 from history where id = l.last_event_id)",
    },
    Invariant {
        id: "I18 contacts have tags that are there",
        violations: "select hex(contact_id) from contact_tag t where not exists (select 1 from tag where id = t.tag_id)",
    },
    Invariant {
        id: "I18 contacts have a source that is there",
        violations: "select hex(id) from contact c \
                     where source_id is not null and not exists (select 1 from source where id = c.source_id)",
    },
    Invariant {
        // The ids of fields and of options of lists, as they lie beside the values; a field's own options
        // are packed, ids byte by byte.
        id: "I18 contacts and leads are filled in with fields and options that are there",
        violations: "select hex(r.id) from (select 0 as of, id, field_uses from contact where field_uses <> '' \
                       union all select 1, id, field_uses from lead where field_uses <> '') r, \
                       json_each('[\"' || replace(r.field_uses, ' ', '\",\"') || '\"]') used \
                     where not exists (select 1 from field f where f.of = r.of \
                       and (f.id = unhex(used.value) or instr(f.options, unhex(used.value)) > 0))",
    },
    Invariant {
        id: "I19 an active lead has its contact's responsible",
        violations: "select hex(l.id) from lead l join contact c on c.id = l.contact_id \
                     where l.closed_at_ms is null and l.responsible_id is not c.responsible_id",
    },
    Invariant {
        id: "I20 who is responsible is somebody",
        violations: "select hex(id) from contact c \
                     where responsible_id is not null and not exists (select 1 from member where id = c.responsible_id)",
    },
    Invariant {
        id: "I20 a conversation is of whom its identity is, and of nobody else",
        violations: "select hex(c.id) from conversation c left join identity i on i.id = c.identity_id \
                     where i.contact_id is not c.contact_id",
    },
    Invariant {
        // What only one person may see lies on their own devices.
        id: "I21 drafts, settings and views are this person's",
        violations: "select hex(id) from (select id, member_id from draft union all select id, member_id from setting \
                       union all select id, member_id from saved_view) \
                     where member_id <> (select value from meta where key = 'member_id')",
    },
    Invariant {
        // Whoever may see somebody has them, and whoever does not has nothing of them.
        id: "I21 nothing is here of somebody who is not",
        violations: "select hex(contact_id) from (select contact_id from conversation union select contact_id from identity \
                       union select contact_id from reach union select contact_id from other_reach \
                       union select contact_id from history union select contact_id from follow_up \
                       union select contact_id from note) o \
                     where not exists (select 1 from contact where id = o.contact_id)",
    },
    Invariant {
        id: "I21 no message is here without its conversation",
        violations: "select hex(conversation_id) from (select distinct conversation_id from message) m \
                     where not exists (select 1 from conversation where id = m.conversation_id)",
    },
    Invariant {
        id: "I22 one main funnel",
        violations: "select count(*) || ' main funnels' from funnel where is_main \
                     having exists (select 1 from sale_settings) and count(*) <> 1",
    },
    Invariant {
        id: "I22 one Intake",
        violations: "select count(*) || ' Intakes' from stage where funnel_id is null \
                     having exists (select 1 from sale_settings) and count(*) <> 1",
    },
    Invariant {
        id: "I23 stages belong to a funnel that is there",
        violations: "select hex(id) from stage s \
                     where funnel_id is not null and not exists (select 1 from funnel where id = s.funnel_id)",
    },
    Invariant {
        id: "I24 cards stand at a place",
        violations: "select hex(id) from lead \
                     where position = '' or length(position) > ?1 or position glob '*[^0-9A-Za-z]*' or position glob '*0'",
    },
    Invariant {
        id: "R1 stages are bound to open statuses",
        violations: "select hex(s.id) from stage s left join lead_status b on b.id = s.bound_status_id \
                     where s.bound_status_id is not null and b.category is not 0",
    },
    Invariant {
        id: "leads are counted once",
        violations: "select cast(number as text) from lead where number is not null group by number having count(*) > 1",
    },
];

impl Store {
    /// Empty when every invariant holds. Reads all leads: for a check, not for a screen.
    pub async fn broken_invariants(&self) -> Result<Vec<Broken>> {
        let mut reader = self.read_apart().await?;
        let mut broken = Vec::new();
        for invariant in SALE {
            let mut args = sql::Args::default();
            if invariant.violations.contains("?1") {
                args.add(i64::try_from(MAX_PLACE_CHARS).unwrap_or(i64::MAX))?;
            }
            let rows = sql::rows(&mut reader, format!("{} limit {NAMED}", invariant.violations), args).await?;
            let violations = rows.iter().map(|row| get(row, 0)).collect::<Result<Vec<_>>>()?;
            if !violations.is_empty() {
                broken.push(Broken { id: invariant.id, violations });
            }
        }
        Ok(broken)
    }
}

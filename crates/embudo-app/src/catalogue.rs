//! The small tables that every screen needs, kept in memory: lines, tags, members, the
//! workspace, my settings. Read again whole when one of them changes.

use crate::api::{Language, LineBrief, MemberView, Settings, TagView};
use crate::settings;
use embudo_domain::alerts::AlertSettings;
use embudo_domain::*;
use embudo_store::{Changed, Store};
use std::collections::{HashMap, HashSet};

#[derive(Debug)]
pub struct Catalogue {
    pub workspace: Workspace,
    pub me: Member,
    pub settings: Settings,
    pub alerts: AlertSettings,
    /// Keys of stored settings that are not wholly in `alerts`: a later version's, or damaged.
    pub alerts_not_read: Vec<String>,
    /// By age, removed ones too.
    pub lines: Vec<Line>,
    members: HashMap<MemberId, Member>,
    away: HashSet<MemberId>,
    tags: HashMap<TagId, Tag>,
}

impl Catalogue {
    /// `None` until the first sync has brought the workspace and me.
    pub async fn load(store: &Store, member_id: MemberId, language: Language) -> embudo_store::Result<Option<Self>> {
        let members: HashMap<_, _> = store.members().await?.into_iter().map(|member| (member.id, member)).collect();
        let (Some(workspace), Some(me)) = (store.workspace().await?, members.get(&member_id).cloned()) else {
            return Ok(None);
        };
        let rows = store.settings(member_id).await?;
        let (alerts, alerts_not_read) = alert_settings(&rows);
        Ok(Some(Self {
            workspace,
            me,
            settings: Settings::from_rows(&rows, language),
            alerts,
            alerts_not_read,
            lines: store.lines().await?,
            tags: store.tags().await?.into_iter().map(|tag| (tag.id, tag)).collect(),
            members,
            away: store.away().await?,
        }))
    }

    pub fn touched_by(changed: &Changed) -> bool {
        const HERE: [Entity; 5] = [Entity::Workspace, Entity::Member, Entity::Line, Entity::Tag, Entity::Setting];
        changed.everything || HERE.iter().any(|entity| changed.rows.contains_key(entity))
    }

    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// Lines that a person has, connected or not.
    pub fn present_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.state != LineState::Removed)
    }

    /// Those of them that have a channel behind them.
    pub fn live_lines(&self) -> impl Iterator<Item = &Line> {
        self.present_lines().filter(|line| !line.line_type.is_history())
    }

    /// A line that is gone keeps its name where its threads are shown.
    pub fn line_brief(&self, id: LineId) -> LineBrief {
        match self.line(id) {
            Some(line) => brief(line),
            None => LineBrief {
                id,
                line_type: LineType::Simulator,
                name: String::new(),
                color: String::new(),
                connected: false,
            },
        }
    }

    pub fn tag_views(&self, ids: &[TagId]) -> Vec<TagView> {
        ids.iter()
            .filter_map(|id| self.tags.get(id))
            .map(|tag| TagView { id: tag.id, name: tag.name.clone(), color: tag.color.clone() })
            .collect()
    }

    pub fn tag(&self, id: TagId) -> Option<&Tag> {
        self.tags.get(&id)
    }

    /// By name.
    pub fn all_tags(&self) -> Vec<&Tag> {
        let mut all: Vec<&Tag> = self.tags.values().collect();
        all.sort_by_cached_key(|tag| (fold(&tag.name), tag.id));
        all
    }

    pub fn sees_funnel(&self, funnel: &Funnel) -> bool {
        rights::sees_funnel(&self.me, funnel)
    }

    /// Those who left keep their name; empty for who needs none here.
    pub fn member_name(&self, id: MemberId) -> Option<String> {
        self.members.contains_key(&id).then(|| self.author_name(&Author::Member { id }))
    }

    /// Who can be responsible, by name.
    pub fn member_views(&self) -> Vec<MemberView> {
        let active = self.members.values().filter(|member| member.active);
        let mut views: Vec<MemberView> = active
            .map(|member| MemberView {
                id: member.id,
                name: self.author_name(&Author::Member { id: member.id }),
                is_me: member.id == self.me.id,
                role: member.role,
                away: self.away.contains(&member.id),
            })
            .collect();
        views.sort_by_key(|member| (fold(&member.name), member.id));
        views
    }

    /// "Ana", "Leadbot: Welcome"; empty for who needs no name here.
    pub fn author_name(&self, author: &Author) -> String {
        match author {
            Author::Member { id } => {
                let name = self.members.get(id).map(|member| member.name.as_str());
                name.filter(|name| !settings::is_no_name_of_the_owner(name)).unwrap_or_default().to_owned()
            }
            Author::Bot { name } => name.clone(),
            Author::Customer | Author::Phone | Author::System => String::new(),
        }
    }
}

fn alert_settings(rows: &[Setting]) -> (AlertSettings, Vec<String>) {
    let (settings, not_understood) =
        AlertSettings::from_rows(rows.iter().map(|row| (row.key.as_str(), row.value.as_str())));
    for key in &not_understood {
        tracing::warn!(key, "a setting of alerts is not understood");
    }
    (settings, not_understood)
}

pub fn brief(line: &Line) -> LineBrief {
    LineBrief {
        id: line.id,
        line_type: line.line_type,
        name: line.display_name.clone(),
        color: line.color.clone(),
        connected: matches!(line.state, LineState::Connected),
    }
}

//! What a workspace has and sells with.

use super::*;

pub fn catalogue() -> impl Strategy<Value = Row> {
    let state = prop_oneof![
        Just(LineState::Connecting),
        Just(LineState::Connected),
        text().prop_map(|code| LineState::Degraded { code }),
        text().prop_map(|code| LineState::NeedsAuth { code }),
        text().prop_map(|code| LineState::Disconnected { code }),
        Just(LineState::Removed),
    ];
    let history = prop_oneof![Just(LineHistory::Kept), Just(LineHistory::Erasing), Just(LineHistory::Erased)];
    let role =
        prop_oneof![Just(Role::Owner), Just(Role::Admin), Just(Role::Manager), Just(Role::Seller), Just(Role::Editor)];
    prop_oneof![
        (uuid(), text(), text(), any::<i64>()).prop_map(|(id, name, default_country, created_at_ms)| {
            Row::Workspace(Workspace { id: WorkspaceId(id), name, default_country, created_at_ms })
        }),
        (uuid(), text(), role, any::<bool>()).prop_map(|(id, name, role, active)| Row::Member(Member {
            id: MemberId(id),
            name,
            role,
            active
        })),
        (
            uuid(),
            text(),
            text(),
            state,
            of(text()),
            any::<i64>(),
            of(0i64..100_000_000_000),
            (history, of(auto_lead()))
        )
            .prop_map(
                |(id, display_name, external_id, state, base_url, created_at_ms, window_ms, (history, auto_lead))| {
                    Row::Line(Line {
                        id: LineId(id),
                        line_type: LineType::TelegramBot,
                        display_name,
                        external_id,
                        color: "#abcdef".into(),
                        state,
                        base_url,
                        created_at_ms,
                        window_ms,
                        history,
                        auto_lead,
                    })
                }
            ),
        (uuid(), text(), text()).prop_map(|(id, name, color)| Row::Tag(Tag { id: TagId(id), name, color })),
        (uuid(), text(), text(), text(), vec(body(), 0..2), any::<i64>()).prop_map(
            |(id, shortcut, title, body, attachments, updated_at_ms)| Row::QuickReply(QuickReply {
                id: QuickReplyId(id),
                shortcut,
                title,
                body,
                attachments,
                updated_at_ms,
            })
        ),
        (uuid(), uuid(), text(), text(), of(0..=u8::MAX), text()).prop_map(
            |(id, member, name, position, digit, shows)| Row::SavedView(SavedView {
                id: SavedViewId(id),
                member_id: MemberId(member),
                name,
                position,
                digit,
                shows,
            })
        ),
        (uuid(), text(), text()).prop_map(|(member, key, value)| Row::Setting(Setting {
            member_id: MemberId(member),
            key,
            value
        })),
        (uuid(), uuid(), uuid(), text(), vec(body(), 0..2), of(uuid()), any::<i64>()).prop_map(
            |(conversation, member, message, text, attachments, reply_to, updated_at_ms)| Row::Draft(Draft {
                conversation_id: ConversationId(conversation),
                member_id: MemberId(member),
                message_id: MessageId(message),
                text,
                attachments,
                reply_to: reply_to.map(MessageId),
                updated_at_ms,
            })
        ),
    ]
}

pub fn auto_lead() -> impl Strategy<Value = AutoLead> {
    (any::<bool>(), of(uuid()), of(uuid()), of(uuid())).prop_map(|(on, status, source, responsible)| AutoLead {
        on,
        status_id: status.map(LeadStatusId),
        source_id: source.map(SourceId),
        responsible_id: responsible.map(MemberId),
    })
}

pub fn category() -> impl Strategy<Value = Category> {
    proptest::sample::select(Category::ALL.to_vec())
}

pub fn sale_catalogue() -> impl Strategy<Value = Row> {
    let looks = proptest::collection::vec((proptest::sample::select(Marker::ALL.to_vec()), text(), text()), 0..3);
    let (days, currency) = (of(any::<u32>()), of(text()));
    let band = (proptest::sample::select(Band::ALL.to_vec()), any::<u8>(), text(), text());
    let band = band.prop_map(|(band, from, name, color)| ScoreBand { band, from, name, color });
    let quiet = of((any::<u32>(), any::<i64>()).prop_map(|(after_h, since_ms)| ClosesQuiet { after_h, since_ms }));
    let settings = (any::<[bool; 6]>(), looks, days, vec(band, 0..3), quiet, currency).prop_map(
        |([contacted, reason, done, lost, won, on], looks, days, bands, closes_quiet, currency)| {
            Row::SaleSettings(SaleSettings {
                contacted_by_itself: contacted,
                lost_needs_reason: reason,
                done_ends_with_a_message: done,
                reopens_lost: lost,
                reopens_won: won,
                moves_on_with_an_answer: on,
                suggests_stuck_days: days,
                currency,
                markers: looks.into_iter().map(|(marker, name, sign)| MarkerLook { marker, name, sign }).collect(),
                bands,
                closes_quiet,
            })
        },
    );
    let named = || (uuid(), of(text()), text(), text());
    let status = (named(), category(), text(), of(any::<u32>())).prop_map(
        |((id, code, name, color), category, position, number)| {
            Row::LeadStatus(LeadStatus { id: LeadStatusId(id), code, name, color, category, position, number })
        },
    );
    let funnel = (named(), any::<bool>(), text(), of(vec(uuid(), 1..3))).prop_map(
        |((id, code, name, color), is_main, position, seen_by)| {
            let seen_by = seen_by.map(|named| named.into_iter().map(MemberId).collect());
            Row::Funnel(Funnel { id: FunnelId(id), code, name, color, is_main, position, seen_by })
        },
    );
    let stage =
        (named(), of(uuid()), of(uuid()), text()).prop_map(|((id, code, name, color), funnel, bound, position)| {
            Row::Stage(Stage {
                id: StageId(id),
                funnel_id: funnel.map(FunnelId),
                code,
                name,
                color,
                position,
                bound_status_id: bound.map(LeadStatusId),
            })
        });
    let source = (named(), of(any::<u32>()))
        .prop_map(|((id, code, name, _), number)| Row::Source(Source { id: SourceId(id), code, name, number }));
    let reason = named().prop_map(|(id, code, name, position)| {
        Row::LostReason(LostReason { id: LostReasonId(id), code, name, position })
    });
    let option = (uuid(), text()).prop_map(|(id, name)| FieldOption { id: FieldOptionId(id), name });
    let of_and_kind = (any::<bool>(), proptest::sample::select(FieldKind::ALL.to_vec()));
    let field = (uuid(), of_and_kind, text(), vec(option, 0..3), vec(uuid(), 0..3), text()).prop_map(
        |(id, (of_leads, kind), name, options, stages, position)| {
            Row::Field(CustomField {
                id: FieldId(id),
                of: FieldOf::ALL[usize::from(of_leads)],
                kind,
                name,
                options,
                required_at: stages.into_iter().map(StageId).collect(),
                position,
            })
        },
    );
    prop_oneof![settings, status, funnel, stage, source, reason, field]
}

//! Leads, their history and what is planned and noted.

use super::*;

pub fn lead_state() -> impl Strategy<Value = LeadState> {
    let score = (any::<u8>(), any::<bool>())
        .prop_map(|(value, by_ai)| Score { value, by: if by_ai { ScoreBy::Ai } else { ScoreBy::Manual } });
    let closed = (any::<i64>(), category(), of(uuid()), uuid()).prop_map(|(at_ms, category, reason, from)| Closed {
        at_ms,
        category,
        reason_id: reason.map(LostReasonId),
        from_status_id: LeadStatusId(from),
    });
    let places = (uuid(), uuid(), of(uuid()), any::<i64>(), text(), any::<i64>());
    let marker = proptest::sample::select(Marker::ALL.to_vec());
    (places, marker, of(score), of(uuid()), of(closed), filled()).prop_map(
        |(places, marker, score, responsible, closed, fields)| {
            let (status, stage, funnel, stage_since_ms, position, placed_at_ms) = places;
            LeadState {
                status_id: LeadStatusId(status),
                stage_id: StageId(stage),
                funnel_id: funnel.map(FunnelId),
                stage_since_ms,
                position,
                placed_at_ms,
                marker,
                score,
                responsible_id: responsible.map(MemberId),
                fields,
                closed,
                made_by: HistoryId(id(77)),
            }
        },
    )
}

pub fn lead() -> impl Strategy<Value = Row> {
    let origin = proptest::sample::select(Origin::ALL.to_vec());
    let first = (uuid(), of(any::<i64>()), contact_of_sale(), any::<u32>(), of(uuid()), of(uuid()), origin);
    (first, any::<i64>(), lead_state(), uuid(), uuid()).prop_map(|(first, opened_at_ms, state, last, made_by)| {
        let (id, number, contact_id, cycle, previous, source, origin) = first;
        Row::Lead(Box::new(Lead {
            id: LeadId(id),
            number,
            contact_id,
            cycle,
            previous_lead_id: previous.map(LeadId),
            source_id: source.map(SourceId),
            origin,
            opened_at_ms,
            state: LeadState { made_by: HistoryId(made_by), ..state },
            last_event_id: HistoryId(last),
        }))
    })
}

/// Few, so that leads and conversations meet.
pub fn contact_of_sale() -> impl Strategy<Value = ContactId> {
    (1u128..4).prop_map(|number| ContactId(id(number)))
}

pub fn history() -> impl Strategy<Value = Row> {
    let by = prop_oneof![
        uuid().prop_map(|id| ChangedBy::Member { id: MemberId(id) }),
        Just(ChangedBy::Customer),
        Just(ChangedBy::Automation),
    ];
    let kind = proptest::sample::select(HistoryKind::ALL.to_vec());
    let name = (uuid(), of(text()), text()).prop_map(|(id, code, name)| Named { id, code, name });
    let first = (uuid(), contact_of_sale(), uuid(), any::<i64>(), by, kind);
    let handed = (uuid(), of(uuid()), of(uuid())).prop_map(|(id, from, to)| Handed {
        id: FollowUpId(id),
        from: from.map(MemberId),
        to: to.map(MemberId),
    });
    (first, of(lead_state()), lead_state(), vec(name, 0..3), text(), of(uuid()), vec(handed, 0..3)).prop_map(
        |(first, before, after, names, note, undoes, handed)| {
            let (id, contact_id, lead, at_ms, by, kind) = first;
            Row::History(Box::new(HistoryEvent {
                id: HistoryId(id),
                contact_id,
                lead_id: LeadId(lead),
                at_ms,
                by,
                kind,
                before,
                after,
                names,
                note,
                undoes: undoes.map(HistoryId),
                removed: None,
                follow_up: None,
                canceled: Vec::new(),
                handed,
            }))
        },
    )
}

pub fn follow_up() -> impl Strategy<Value = Row> {
    let state = prop_oneof![
        Just(FollowUpState::Scheduled),
        text().prop_map(|code| FollowUpState::Blocked { code }),
        Just(FollowUpState::Asking),
        uuid().prop_map(|id| FollowUpState::Sent { message_id: MessageId(id) }),
        Just(FollowUpState::Done),
        Just(FollowUpState::Canceled { why: CancelWhy::LineErased }),
    ];
    let message = (uuid(), uuid(), text()).prop_map(|(conversation, message, words)| PlannedMessage {
        conversation_id: ConversationId(conversation),
        message_id: MessageId(message),
        body: Body::Text { text: words },
    });
    let first = (uuid(), uuid(), contact_of_sale(), state, any::<i64>(), text());
    let rest = (of(message), any::<bool>(), of(uuid()), of(uuid()), any::<i64>(), of(any::<i64>()));
    (first, rest).prop_map(|((id, lead, contact_id, state, due_at_ms, note), rest)| {
        let (message, cancel_if_reply, nudge_of, responsible, created_at_ms, ended_at_ms) = rest;
        Row::FollowUp(Box::new(FollowUp {
            id: FollowUpId(id),
            lead_id: LeadId(lead),
            contact_id,
            kind: if message.is_some() { FollowUpKind::Message } else { FollowUpKind::Task },
            state,
            due_at_ms,
            note,
            message,
            cancel_if_reply,
            nudge_of: nudge_of.map(MessageId),
            responsible_id: responsible.map(MemberId),
            created_by: MemberId(id),
            created_at_ms,
            ended_at_ms,
        }))
    })
}

pub fn note() -> impl Strategy<Value = Row> {
    let call =
        (any::<bool>(), select(CallOutcome::ALL.to_vec()), of(any::<u16>())).prop_map(|(is_in, outcome, minutes)| {
            Call { direction: if is_in { Direction::In } else { Direction::Out }, outcome, minutes }
        });
    (uuid(), uuid(), of(uuid()), uuid(), any::<[i64; 2]>(), of(uuid()), text(), of(call)).prop_map(
        |(id, contact, chat, by, [at_ms, edited_at_ms], edited_by, text, call)| {
            Row::Note(Box::new(Note {
                id: NoteId(id),
                contact_id: ContactId(contact),
                conversation_id: chat.map(ConversationId),
                by: MemberId(by),
                at_ms,
                edited_at_ms: edited_by.map(|_| edited_at_ms),
                edited_by: edited_by.map(MemberId),
                text,
                call,
            }))
        },
    )
}

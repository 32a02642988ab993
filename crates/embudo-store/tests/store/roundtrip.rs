//! A row comes back exactly as it went in, whatever is in it.

use crate::support::*;
use embudo_domain::*;
use embudo_protocol::{Epoch, Versioned};
use embudo_store::Batch;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "\\PC{0,40}", "[a-zA-Zçãéñ ']{1,30}", "\\PC*\u{0}\\PC*"]
}

fn uuid() -> impl Strategy<Value = uuid::Uuid> {
    any::<u128>().prop_map(uuid::Uuid::from_u128)
}

fn file() -> impl Strategy<Value = FileRef> {
    let state = prop_oneof![
        (text(), proptest::option::of(text())).prop_map(|(hash, remote)| FileState::Here { hash, remote }),
        text().prop_map(|remote| FileState::Waiting { remote }),
        (text(), text()).prop_map(|(remote, code)| FileState::Failed { remote, code }),
    ];
    (state, of(text()), text(), any::<u64>(), of(any::<u32>()), of(any::<u32>()), vec(0u8..=100, 0..64)).prop_map(
        |(file, name, mime, size_bytes, width_px, duration_ms, waveform)| FileRef {
            file,
            name,
            mime,
            size_bytes,
            width_px,
            height_px: width_px,
            duration_ms,
            waveform,
        },
    )
}

fn body() -> impl Strategy<Value = Body> {
    let media = prop_oneof![
        Just(MediaKind::Image),
        Just(MediaKind::Video),
        Just(MediaKind::Voice),
        Just(MediaKind::Audio),
        Just(MediaKind::Document),
        Just(MediaKind::Sticker),
        Just(MediaKind::Animation),
    ];
    let event = prop_oneof![
        Just(ConversationEvent::Opened),
        of(text()).prop_map(|reason| ConversationEvent::Closed { reason }),
        (of(any::<i64>()), any::<bool>())
            .prop_map(|(until_ms, until_reply)| ConversationEvent::Snoozed { until_ms, until_reply }),
        Just(ConversationEvent::LineReconnected),
    ];
    prop_oneof![
        text().prop_map(|text| Body::Text { text }),
        (media, file(), of(text())).prop_map(|(media, file, caption)| Body::Media { media, file, caption }),
        (-90.0..90.0f64, -180.0..180.0f64, of(text()), of(text()))
            .prop_map(|(latitude, longitude, name, address)| { Body::Location { latitude, longitude, name, address } }),
        (text(), vec(text(), 0..3)).prop_map(|(name, phones)| Body::Contact { name, phones }),
        (text(), vec(text(), 0..3)).prop_map(|(question, options)| Body::Poll { question, options }),
        text().prop_map(|what| Body::Unsupported { what }),
        event.prop_map(|event| Body::Event { event }),
    ]
}

fn delivery() -> impl Strategy<Value = Delivery> {
    prop_oneof![
        Just(Delivery::Received),
        Just(Delivery::Queued),
        Just(Delivery::NeedsOk),
        Just(Delivery::WaitingReply),
        Just(Delivery::Sending),
        Just(Delivery::Sent),
        Just(Delivery::Delivered),
        Just(Delivery::Read),
        Just(Delivery::Played),
        Just(Delivery::Failed),
        Just(Delivery::Unknown),
        Just(Delivery::Canceled),
    ]
}

fn error() -> impl Strategy<Value = Option<SendError>> {
    of((text(), of(text())).prop_map(|(code, detail)| SendError { code, detail }))
}

fn message() -> impl Strategy<Value = Row> {
    let author = prop_oneof![
        Just(Author::Customer),
        uuid().prop_map(|id| Author::Member { id: MemberId(id) }),
        Just(Author::Phone),
        text().prop_map(|name| Author::Bot { name }),
        Just(Author::System),
    ];
    let direction = prop_oneof![Just(Direction::In), Just(Direction::Out), Just(Direction::Event)];
    let mark = (any::<u32>(), delivery(), any::<i64>(), error())
        .prop_map(|(attempt, status, at_ms, error)| DeliveryMark { attempt, status, at_ms, error });
    let reaction = (text(), any::<bool>()).prop_map(|(emoji, from_me)| Reaction { emoji, from_me });
    let first = (uuid(), uuid(), direction, author, body(), of(text()), 0i64..SORT_UNSENT_S, any::<i64>());
    let second = (of(any::<i64>()), any::<i64>(), delivery(), any::<u32>(), error(), vec(mark, 0..4), of(uuid()));
    let wanted = (text(), error()).prop_map(|(text, error)| WantedEdit { text, error });
    let third = (vec(reaction, 0..3), of(any::<i64>()), vec(text(), 0..3), of(any::<i64>()), any::<bool>(), of(wanted));
    (first, second, third).prop_map(|(first, second, third)| {
        let (id, conversation_id, direction, author, body, provider_id, sort_s, conv_seq) = first;
        let (inbound_no, created_at_ms, delivery, attempt, error, timeline, reply_to) = second;
        let (reactions, edited_at_ms, earlier, deleted_at_ms, send_whenever, wanted_edit) = third;
        Row::Message(Box::new(Message {
            id: MessageId(id),
            conversation_id: ConversationId(conversation_id),
            direction,
            author,
            body,
            provider_id,
            sort_s,
            conv_seq,
            inbound_no,
            created_at_ms,
            delivery,
            attempt,
            error,
            timeline,
            reply_to: reply_to.map(MessageId),
            reactions,
            edited_at_ms,
            earlier,
            wanted_edit,
            deleted_at_ms,
            send_whenever,
        }))
    })
}

fn state() -> impl Strategy<Value = ConversationState> {
    prop_oneof![
        Just(ConversationState::Open),
        (of(any::<i64>()), any::<bool>(), uuid()).prop_map(|(until_ms, until_reply, by)| {
            ConversationState::Snoozed { until_ms, until_reply, by: MemberId(by) }
        }),
        of(text()).prop_map(|reason| ConversationState::Closed { reason }),
    ]
}

fn preview() -> impl Strategy<Value = Preview> {
    (uuid(), any::<bool>(), text(), text(), delivery(), any::<i64>(), any::<i64>()).prop_map(
        |(message_id, from_us, kind, text, delivery, sort_s, conv_seq)| Preview {
            message_id: MessageId(message_id),
            from_us,
            kind,
            text,
            delivery,
            sort_s,
            conv_seq,
        },
    )
}

fn conversation() -> impl Strategy<Value = Row> {
    let (state, preview) = (state(), preview());
    let small = 0i64..1_000_000;
    let whose = prop_oneof![uuid(), contact_of_sale().prop_map(|id| id.0)];
    let first = (uuid(), whose, uuid(), uuid(), state, any::<bool>(), of(0i64..10_000_000_000), any::<i64>());
    let second =
        (of(any::<i64>()), any::<i64>(), small.clone(), small, any::<bool>(), any::<i64>(), of(preview), any::<i64>());
    let answer =
        (uuid(), of(any::<i64>())).prop_map(|(id, since_ms)| PendingAnswer { message_id: MessageId(id), since_ms });
    (first, second, vec(answer, 0..3)).prop_map(|(first, second, pending_answers)| {
        let (id, contact, identity, line, state, blocked, last_inbound_s, last_at_ms) = first;
        let (
            waiting_since_ms,
            head_seq,
            inbound_count,
            read_inbound,
            manual_unread,
            failed_count,
            preview,
            created_at_ms,
        ) = second;
        Row::Conversation(Conversation {
            id: ConversationId(id),
            contact_id: ContactId(contact),
            identity_id: IdentityId(identity),
            line_id: LineId(line),
            state,
            blocked,
            last_inbound_s,
            last_at_ms,
            waiting_since_ms,
            closes_at_ms: waiting_since_ms.map(|since_ms| since_ms.wrapping_add(head_seq)),
            pending_answers,
            head_seq,
            inbound_count,
            read_inbound,
            manual_unread,
            failed_count,
            preview,
            created_at_ms,
        })
    })
}

fn filled() -> impl Strategy<Value = Vec<Filled>> {
    let number = || (any::<i64>(), any::<u8>()).prop_map(|(units, decimals)| Decimal { units, decimals });
    let value = prop_oneof![
        text().prop_map(|text| FieldValue::Text { text }),
        number().prop_map(|number| FieldValue::Number { number }),
        number().prop_map(|amount| FieldValue::Money { amount }),
        text().prop_map(|date| FieldValue::Date { date }),
        uuid().prop_map(|id| FieldValue::List { option_id: FieldOptionId(id) }),
        vec(uuid(), 0..3)
            .prop_map(|ids| FieldValue::MultiList { option_ids: ids.into_iter().map(FieldOptionId).collect() }),
        Just(FieldValue::Checkbox),
        text().prop_map(|url| FieldValue::Link { url }),
    ];
    vec((uuid(), value).prop_map(|(id, value)| Filled { field_id: FieldId(id), value }), 0..3)
}

fn person() -> impl Strategy<Value = Row> {
    let contact = (
        uuid(),
        text(),
        any::<bool>(),
        text(),
        (any::<bool>(), of(text()), of(uuid()), of(uuid()), of((any::<i64>(), any::<bool>())), any::<bool>()),
        vec(uuid(), 0..5),
        of(text()),
        text(),
        (any::<i64>(), filled(), vec((uuid(), any::<i64>(), any::<bool>(), of(any::<i64>())), 0..3)),
    )
        .prop_map(
            |(
                id,
                display_name,
                saved,
                channel_name,
                (blocked, photo, responsible, source, bin, erased),
                tags,
                language,
                about,
                (created_at_ms, fields, brought),
            )| {
                // A person has a tag once.
                let mut tag_ids: Vec<TagId> = tags.into_iter().map(TagId).collect();
                tag_ids.dedup();
                Row::Contact(Contact {
                    id: ContactId(id),
                    display_name,
                    name_source: if saved { NameSource::User } else { NameSource::Channel },
                    channel_name,
                    saved,
                    blocked,
                    tag_ids,
                    language,
                    about,
                    photo: photo.map(|hash| Photo {
                        hash,
                        source: if blocked { NameSource::User } else { NameSource::Channel },
                    }),
                    responsible_id: responsible.map(MemberId),
                    source_id: source.map(SourceId),
                    bin: bin.map(|(at_ms, with_history)| {
                        let closed = ClosedByBin { conversation_id: ConversationId(id), from: ConversationState::Open };
                        let by = MemberId(id);
                        Box::new(Bin { at_ms, by, with_history, closed: vec![closed], lead_event: None })
                    }),
                    fields,
                    brought: brought
                        .into_iter()
                        .map(|(id, at_ms, made, undone_at_ms)| Brought {
                            import_id: ImportId(id),
                            at_ms,
                            made,
                            undone_at_ms,
                        })
                        .collect(),
                    erased,
                    created_at_ms,
                })
            },
        );
    let reach = || {
        (uuid(), of("\\+[1-9][0-9]{7,14}"), text(), text()).prop_map(|(contact, phone_e164, phone_text, email)| {
            Row::Reach(Reach { contact_id: ContactId(contact), phone_e164, phone_text, email })
        })
    };
    let identity = (uuid(), uuid(), text(), text(), (text(), of(any::<i64>()))).prop_map(
        |(id, contact, namespace, external_id, (username, photo_asked_at_ms))| {
            Row::Identity(Identity {
                id: IdentityId(id),
                contact_id: ContactId(contact),
                line_type: LineType::TelegramBot,
                namespace,
                external_id,
                username,
                photo_asked_at_ms,
            })
        },
    );
    let kind = prop_oneof![Just(ReachKind::Phone), Just(ReachKind::Email)];
    let other = (uuid(), uuid(), kind, text()).prop_map(|(id, contact, kind, value)| {
        Row::OtherReach(OtherReach { id: OtherReachId(id), contact_id: ContactId(contact), kind, value })
    });
    let alias = (uuid(), uuid(), uuid())
        .prop_map(|(id, to, contact)| Row::Alias(Alias { id, to, contact_id: ContactId(contact) }));
    let before = vec(reach(), 0..3);
    let merge = (uuid(), uuid(), vec(uuid(), 1..3), any::<i64>(), before, of(text())).prop_map(
        |(id, keep, gone, at_ms, before, kept)| {
            let by = MemberId(id);
            Row::Merge(Box::new(MergeRecord {
                id: MergeId(id),
                keep: ContactId(keep),
                moved: vec![Moved { entity: Entity::Identity, id, from: ContactId(gone[0]), lead_id: None }],
                gone: gone.into_iter().map(ContactId).collect(),
                fields: MergeFields { name: Some(ContactId(keep)), ..MergeFields::default() },
                at_ms,
                by,
                after: before.clone(),
                before,
                undone: kept.map(|kept| MergeUndone { at_ms, by, kept: vec![kept] }),
            }))
        },
    );
    prop_oneof![contact, reach(), identity, other, alias, merge]
}

fn catalogue() -> impl Strategy<Value = Row> {
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

fn auto_lead() -> impl Strategy<Value = AutoLead> {
    (any::<bool>(), of(uuid()), of(uuid()), of(uuid())).prop_map(|(on, status, source, responsible)| AutoLead {
        on,
        status_id: status.map(LeadStatusId),
        source_id: source.map(SourceId),
        responsible_id: responsible.map(MemberId),
    })
}

fn category() -> impl Strategy<Value = Category> {
    proptest::sample::select(Category::ALL.to_vec())
}

fn sale_catalogue() -> impl Strategy<Value = Row> {
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

fn lead_state() -> impl Strategy<Value = LeadState> {
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

fn lead() -> impl Strategy<Value = Row> {
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
fn contact_of_sale() -> impl Strategy<Value = ContactId> {
    (1u128..4).prop_map(|number| ContactId(id(number)))
}

fn history() -> impl Strategy<Value = Row> {
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

fn follow_up() -> impl Strategy<Value = Row> {
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

fn note() -> impl Strategy<Value = Row> {
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

fn import() -> impl Strategy<Value = Row> {
    let chat = of((any::<[u32; 4]>(), any::<[i64; 2]>()));
    (uuid(), text(), uuid(), any::<i64>(), any::<[u32; 8]>(), any::<u32>(), of(any::<[u32; 5]>()), chat).prop_map(
        |(id, file_name, by, at_ms, counts, parts, undone, chat)| {
            let [rows, made, changed, same, failed, leads, check_phone, check_fields] = counts;
            let undone = undone.map(|[removed, restored, kept, messages, messages_kept]| ImportUndone {
                at_ms,
                removed,
                restored,
                kept,
                messages,
                messages_kept,
                kept_because: (messages_kept > 0).then_some(ChatKept::Reopened),
            });
            let counts = ImportCounts { rows, made, changed, same, failed, leads, check_phone, check_fields };
            let chat = chat.map(|([messages, files, known, left_out], [from_s, to_s])| ImportedChat {
                contact_id: ContactId(by),
                conversation_id: ConversationId(id),
                messages,
                files,
                known,
                left_out,
                from_s,
                to_s,
            });
            Row::Import(Import { id: ImportId(id), file_name, by: MemberId(by), at_ms, counts, parts, undone, chat })
        },
    )
}

fn import_part() -> impl Strategy<Value = Row> {
    let card = (person(), text()).prop_filter_map("a contact", |(row, email)| match row {
        Row::Contact(contact) => {
            let reach = Reach { contact_id: contact.id, phone_e164: None, phone_text: String::new(), email };
            Some(Card { contact, reach: Some(reach) })
        }
        _ => None,
    });
    let what = prop_oneof![
        (uuid(), uuid(), of(uuid())).prop_map(|(contact, mark, lead)| Imported::Made {
            contact_id: ContactId(contact),
            mark,
            lead_id: lead.map(LeadId),
        }),
        (card, uuid()).prop_map(|(before, mark)| Imported::Changed { before: Box::new(before), mark, lead_id: None }),
        uuid().prop_map(|contact| Imported::Same { contact_id: ContactId(contact) }),
        vec(select(vec![RowProblem::NameTooLong, RowProblem::UnknownTag]), 0..3)
            .prop_map(|others| Imported::Failed { problem: RowProblem::EmailInvalid, others }),
    ];
    let row = (any::<u32>(), what, any::<bool>(), vec(uuid(), 0..3));
    let before = of((of(preview()), any::<i64>(), state(), any::<bool>()).prop_map(
        |(preview, last_at_ms, state, manual_unread)| ShownBefore { preview, last_at_ms, state, manual_unread },
    ));
    let chat =
        of((uuid(), any::<i64>(), vec(uuid(), 0..4), before).prop_map(|(id, first_seq, ids, before)| ChatPart {
            conversation_id: ConversationId(id),
            first_seq,
            message_ids: ids.into_iter().map(MessageId).collect(),
            before,
        }));
    (uuid(), any::<u32>(), uuid(), any::<i64>(), vec(row, 0..4), chat).prop_map(
        |(import, no, by, at_ms, rows, chat)| {
            let rows = rows.into_iter().map(|(row, what, check_phone, unread)| ImportedRow {
                row,
                what,
                check_phone,
                check_fields: unread.into_iter().map(FieldId).collect(),
            });
            let rows = rows.collect();
            Row::ImportPart(Box::new(ImportPart {
                import_id: ImportId(import),
                no,
                by: MemberId(by),
                at_ms,
                act_id: ActId(import),
                rows,
                chat,
            }))
        },
    )
}

fn row() -> impl Strategy<Value = Row> {
    prop_oneof![
        message(),
        conversation(),
        person(),
        catalogue(),
        sale_catalogue(),
        lead(),
        history(),
        follow_up(),
        note(),
        import(),
        import_part()
    ]
}

fn batch(from: u64, rows: &[Row]) -> Batch {
    let changes: Vec<Versioned> =
        (from + 1..).zip(rows).map(|(ver, row)| Versioned { ver, change: Change::Put(row.clone()) }).collect();
    let to = from + rows.len() as u64;
    Batch { epoch: Epoch(1), from, to, head: to, changes, last_mid: 0, rejections: Vec::new() }
}

async fn round_trip(first: Vec<Row>, second: Vec<Row>) {
    let store = memory().await;
    store.apply_changes(&batch(0, &first)).await.unwrap();
    // Rows that were there get new images, too.
    let mut renewed: Vec<Row> = second.clone();
    for (old, new) in first.iter().zip(&second) {
        match (old, new) {
            (Row::Message(old), Row::Message(new)) => {
                renewed.push(Row::Message(Box::new(Message { id: old.id, ..(**new).clone() })));
            }
            (Row::Lead(old), Row::Lead(new)) => {
                renewed.push(Row::Lead(Box::new(Lead { id: old.id, ..(**new).clone() })));
            }
            (Row::Conversation(old), Row::Conversation(new)) => {
                renewed.push(Row::Conversation(Conversation { id: old.id, ..new.clone() }));
            }
            _ => {}
        }
    }
    store.apply_changes(&batch(first.len() as u64, &renewed)).await.unwrap();
    for row in &renewed {
        let newest = renewed.iter().rev().find(|other| other.key() == row.key()).unwrap();
        assert_eq!(store.row(row.key()).await.unwrap().as_ref(), Some(newest), "the newest image is stored exactly");
    }
    for row in first.iter().filter(|row| renewed.iter().all(|other| other.key() != row.key())) {
        let newest = first.iter().rev().find(|other| other.key() == row.key()).unwrap();
        assert_eq!(store.row(row.key()).await.unwrap().as_ref(), Some(newest), "an untouched row stays as it was");
    }
    let wrong = store.check(embudo_store::Depth::Everything).await.unwrap();
    assert!(wrong.is_empty(), "indexes and counters agree with the rows: {wrong:?}");
}

#[test]
fn every_row_comes_back_as_it_went_in() {
    // The strategies nest deeper than a test thread's stack.
    let deep = std::thread::Builder::new().stack_size(64 << 20).spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let config = ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |(first in vec(row().boxed(), 1..40), second in vec(row().boxed(), 1..10))| {
            runtime.block_on(round_trip(first, second));
        });
    });
    deep.unwrap().join().unwrap();
}

/// An act that waited since before lines had a window and a history.
#[derive(serde::Serialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum OldAct {
    AddLine { line: OldLine },
    RemoveLine { line_id: LineId },
}

#[derive(serde::Serialize)]
struct OldLine {
    id: LineId,
    #[serde(rename = "type")]
    line_type: LineType,
    display_name: &'static str,
    external_id: &'static str,
    color: &'static str,
    state: LineState,
    created_at_ms: i64,
}

#[test]
fn acts_that_waited_since_before_histories_can_be_read() {
    let read = |act: &OldAct| rmp_serde::from_slice::<Act>(&rmp_serde::to_vec_named(act).unwrap()).unwrap();
    let line_id = LineId(uuid::Uuid::from_u128(1));
    let line = OldLine {
        id: line_id,
        line_type: LineType::TelegramBot,
        display_name: "Shop",
        external_id: "@shop_bot",
        color: "#112233",
        state: LineState::Connecting,
        created_at_ms: 5,
    };
    let Act::AddLine { line } = read(&OldAct::AddLine { line }) else { panic!("a line is added") };
    assert_eq!((line.id, line.window_ms, line.history, line.auto_lead), (line_id, None, LineHistory::Kept, None));
    let removed = read(&OldAct::RemoveLine { line_id });
    assert_eq!(removed, Act::RemoveLine { line_id, erase: false }, "nobody asked to erase anything");
}

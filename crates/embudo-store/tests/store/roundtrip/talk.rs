//! Chats, messages and what is in them.

use super::*;

pub fn file() -> impl Strategy<Value = FileRef> {
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

pub fn body() -> impl Strategy<Value = Body> {
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

pub fn delivery() -> impl Strategy<Value = Delivery> {
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

pub fn error() -> impl Strategy<Value = Option<SendError>> {
    of((text(), of(text())).prop_map(|(code, detail)| SendError { code, detail }))
}

pub fn message() -> impl Strategy<Value = Row> {
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

pub fn state() -> impl Strategy<Value = ConversationState> {
    prop_oneof![
        Just(ConversationState::Open),
        (of(any::<i64>()), any::<bool>(), uuid()).prop_map(|(until_ms, until_reply, by)| {
            ConversationState::Snoozed { until_ms, until_reply, by: MemberId(by) }
        }),
        of(text()).prop_map(|reason| ConversationState::Closed { reason }),
    ]
}

pub fn preview() -> impl Strategy<Value = Preview> {
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

pub fn conversation() -> impl Strategy<Value = Row> {
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

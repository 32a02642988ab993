//! Contacts, and what is known of them.

use super::*;

pub fn filled() -> impl Strategy<Value = Vec<Filled>> {
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

pub fn person() -> impl Strategy<Value = Row> {
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

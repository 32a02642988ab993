//! What was brought in.

use super::*;

pub fn import() -> impl Strategy<Value = Row> {
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

pub fn import_part() -> impl Strategy<Value = Row> {
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

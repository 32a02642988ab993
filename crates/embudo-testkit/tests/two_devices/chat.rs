//! An exported chat that two devices bring in.

use super::*;

#[tokio::test]
async fn two_devices_bring_one_chat_and_each_message_is_there_once() {
    let mut shop = Shop::open().await;
    let lead = shop.ana.lead().await;
    let said = |minute: i64| ImportMessage {
        key: id(0x5a1d_0000 + minute as u128),
        at_s: NOON_MS / 1_000 - 86_400 + minute * 60,
        from_us: minute % 2 == 1,
        body: Body::Text { text: format!("at {minute}") },
        edited: false,
        deleted: false,
    };
    let bring = |import: u128, part: u32, minutes: std::ops::Range<i64>| Act::ImportChat {
        import_id: ImportId(id(import)),
        part,
        file_name: "chat.zip".to_owned(),
        contact_id: lead.contact_id,
        line_name: "History".to_owned(),
        messages: minutes.map(said).collect(),
        left_out: 0,
    };
    shop.ana.acts(bring(40, 0, 0..200), NOON_MS).await;
    shop.bia.acts(bring(41, 0, 0..200), NOON_MS).await;
    shop.bia.acts(bring(41, 1, 200..230), NOON_MS).await;
    shop.now_ms += MINUTE_MS;
    shop.meet().await;
    let everything = async |seat: &Seat| {
        let mut rows = Vec::new();
        for entity in Entity::ALL {
            rows.extend(seat.store.all_rows(entity).await.unwrap().into_iter().map(|(row, _)| row));
        }
        rows
    };
    let rows = everything(&shop.ana).await;
    assert_eq!(rows, everything(&shop.bia).await);
    let of_line = |line_type: LineType| {
        let ids: Vec<LineId> = rows
            .iter()
            .filter_map(|row| match row {
                Row::Line(line) if line.line_type == line_type => Some(line.id),
                _ => None,
            })
            .collect();
        rows.iter()
            .filter_map(move |row| match row {
                Row::Conversation(chat) if ids.contains(&chat.line_id) => Some(chat.clone()),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let [history] = &of_line(LineType::WhatsappExport)[..] else { panic!("one conversation of history") };
    let messages = |rows: &[Row]| {
        let of_it = |row: &&Row| matches!(row, Row::Message(message) if message.conversation_id == history.id);
        rows.iter().filter(of_it).count()
    };
    assert_eq!((messages(&rows), history.head_seq, history.unread()), (230, 230, 0));
    assert_eq!(shop.ana.lead().await, lead, "its lead is as it was");
    // Bia takes hers back first: Ana's stands as it did, and can go after it.
    for (seat, import, part, left) in [(1, 41, 1, 200), (1, 41, 0, 200), (0, 40, 0, 0)] {
        let act = Act::UndoImport { import_id: ImportId(id(import)), part };
        [&shop.ana, &shop.bia][seat].acts(act, shop.now_ms).await;
        shop.meet().await;
        let rows = everything(&shop.ana).await;
        assert_eq!(rows, everything(&shop.bia).await);
        assert_eq!(messages(&rows), left);
    }
    // It can come again, under the same names.
    shop.ana.acts(bring(42, 0, 0..5), shop.now_ms).await;
    shop.meet().await;
    let rows = everything(&shop.bia).await;
    assert_eq!(rows, everything(&shop.ana).await);
    assert_eq!(messages(&rows), 5);
    for seat in [&shop.ana, &shop.bia] {
        assert!(seat.store.broken_invariants().await.unwrap().is_empty());
    }
}

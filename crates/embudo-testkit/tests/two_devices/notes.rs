//! Notes on two devices: nobody writes over what they have not read, and no words are lost (ADR 0120).

use crate::*;

fn note(lead: &Lead, text: &str) -> Note {
    Note {
        id: NoteId(id(50)),
        contact_id: lead.contact_id,
        conversation_id: None,
        by: ME.member_id,
        at_ms: NOON_MS,
        edited_at_ms: None,
        edited_by: None,
        text: text.to_owned(),
        call: None,
    }
}

fn save(note: &Note, read: Option<&Note>) -> Act {
    Act::SaveNote { note: Box::new(note.clone()), expect: read.cloned().map(Box::new) }
}

impl Seat {
    async fn note(&self) -> Option<Note> {
        self.store.note(NoteId(id(50))).await.unwrap()
    }

    async fn is_refused(&self, act: Act) -> Refusal {
        let stamp = Stamp { now_ms: NOON_MS, time_is_sure: true, lead_no: None, act_id: ActId(Uuid::now_v7()) };
        match self.store.apply_act(&act, ME, stamp).await {
            Err(ActError::Refused(why)) => why,
            other => panic!("it should have been refused: {other:?}"),
        }
    }
}

/// Both have read "Paga al contado".
async fn shop_with_note() -> (Shop, Note) {
    let mut shop = Shop::open().await;
    let read = note(&shop.ana.lead().await, "Paga al contado");
    shop.ana.acts(save(&read, None), NOON_MS).await;
    shop.meet().await;
    assert_eq!(shop.bia.note().await.as_ref(), Some(&read));
    (shop, read)
}

fn with(note: &Note, text: &str) -> Note {
    Note { text: text.to_owned(), edited_at_ms: Some(NOON_MS + MINUTE_MS), ..note.clone() }
}

#[tokio::test]
async fn what_another_device_wrote_is_not_written_over_from_a_screen_that_is_older() {
    let (mut shop, read) = shop_with_note().await;
    shop.ana.acts(save(&with(&read, "Paga en cuotas"), Some(&read)), NOON_MS).await;
    shop.meet().await;
    // It has come to Bia's device; what she has on the screen says what it said before.
    let hers = with(&read, "Paga con tarjeta");
    assert_eq!(shop.bia.is_refused(save(&hers, Some(&read))).await, Refusal::ChangedMeanwhile);
    let gone = Act::DeleteNote { id: read.id, expect: Some(Box::new(read.clone())) };
    assert_eq!(shop.bia.is_refused(gone).await, Refusal::ChangedMeanwhile, "nor is it deleted unread");
    let now = shop.bia.note().await.unwrap();
    assert_eq!((&*now.text, now.edited_by), ("Paga en cuotas", Some(ME.member_id)), "who wrote that is known");
    shop.bia.acts(save(&hers, Some(&now)), NOON_MS).await;
    shop.meet().await;
    assert_eq!(shop.ana.note().await.unwrap().text, "Paga con tarjeta", "who has read it may");
    assert!(shop.bia.store.review().await.unwrap().is_empty());
}

#[tokio::test]
async fn who_changed_a_note_without_a_network_has_their_words_in_the_review_list() {
    let (mut shop, read) = shop_with_note().await;
    shop.bia.acts(save(&with(&read, "Paga con tarjeta"), Some(&read)), NOON_MS).await;
    shop.ana.acts(save(&with(&read, "Paga en cuotas"), Some(&read)), NOON_MS).await;
    shop.speaks(0).await;
    shop.speaks(1).await;
    shop.meet().await;
    for seat in [&shop.ana, &shop.bia] {
        assert_eq!(seat.note().await.unwrap().text, "Paga en cuotas", "the first to reach the hub");
    }
    let review = shop.bia.store.review().await.unwrap();
    let [item] = &review[..] else { panic!("one item, not {review:?}") };
    assert_eq!((&item.refusal, item.text.as_deref()), (&Refusal::ChangedMeanwhile, Some("Paga con tarjeta")));
    assert_eq!(item.about.as_ref().unwrap().name, "maria", "and about whom it was");
}

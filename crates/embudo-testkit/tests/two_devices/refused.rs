//! What the hub does not take goes to the review list, with the words.

use super::*;

#[tokio::test]
async fn an_edit_that_comes_after_the_message_went_is_refused_with_its_words() {
    let mut shop = Shop::open().await;
    let planned = shop.bia.follow_ups().await.into_iter().find(|row| row.message.is_some()).unwrap();
    let mut changed = planned.clone();
    if let Some(message) = &mut changed.message {
        message.body = Body::Text { text: "Mudei de ideia".to_owned() };
    }
    changed.due_at_ms += HOUR_MS;
    shop.bia.acts(Act::SaveFollowUp { follow_up: Box::new(changed) }, NOON_MS).await;
    shop.now_ms = planned.due_at_ms;
    shop.hub.run_due(shop.now_ms).await.unwrap();
    shop.speaks(1).await;
    let review = shop.bia.store.review().await.unwrap();
    let [item] = &review[..] else { panic!("one item, not {review:?}") };
    assert_eq!((&item.refusal, item.text.as_deref()), (&Refusal::FollowupEnded, Some("Mudei de ideia")));
}

#[tokio::test]
async fn what_was_written_offline_to_somebody_put_into_the_bin_goes_to_the_review_list_with_its_words() {
    let mut shop = Shop::open().await;
    let lead = shop.ana.lead().await;
    let contact_ids = vec![lead.contact_id];
    shop.ana.acts(Act::DeleteContacts { contact_ids: contact_ids.clone(), with_history: true }, NOON_MS).await;
    shop.speaks(0).await;
    let chats = shop.bia.store.all_rows(Entity::Conversation).await.unwrap();
    let [(Row::Conversation(chat), _)] = &chats[..] else { panic!("one chat") };
    let answer = Act::SendMessage {
        message_id: MessageId(id(40)),
        conversation_id: chat.id,
        body: Body::Text { text: "Claro".to_owned() },
        reply_to: None,
        clicked_at_ms: NOON_MS,
        send_whenever: false,
        when: SendWhen::Now,
    };
    shop.bia.acts(answer, NOON_MS).await;
    shop.meet().await;
    let review = shop.bia.store.review().await.unwrap();
    let [item] = &review[..] else { panic!("one item, not {review:?}") };
    let in_bin = Refusal::InBin { contact_id: lead.contact_id };
    assert_eq!((&item.refusal, item.text.as_deref()), (&in_bin, Some("Claro")), "nothing is lost");
    assert_eq!(shop.bia.store.pending(0, 100).await.unwrap(), [], "and it blocks nothing");
    let about = item.about.as_ref().unwrap();
    assert_eq!((&*about.name, about.in_bin), ("maria", true), "whose it was, and that they can be restored");
    let by = Some(ChangedBy::Member { id: ME.member_id });
    let binned = ReviewCause { did: ReviewDid::Binned, by, at_ms: NOON_MS, name: "maria".to_owned() };
    assert_eq!(item.cause, Some(binned));
    shop.bia.acts(Act::RestoreContacts { contact_ids }, NOON_MS).await;
    shop.meet().await;
    shop.same_everywhere().await;
    assert!(shop.ana.lead().await.is_active(), "the way out");
}

/// A note and who it was about are there to be copied and gone to, whatever the act was.
#[tokio::test]
async fn what_was_not_applied_says_whose_it_was_and_keeps_what_was_typed() {
    let mut shop = Shop::open().await;
    let maria = shop.ana.lead().await;
    shop.writes("joao", "p2").await;
    shop.meet().await;
    let joao = shop.ana.leads().await.into_iter().find(|lead| lead.id != maria.id).unwrap();
    shop.ana.acts(to_status(&maria, seeded::CONVERTED), NOON_MS + MINUTE_MS).await;
    shop.ana.acts(Act::DeleteContacts { contact_ids: vec![joao.contact_id], with_history: false }, NOON_MS).await;
    shop.speaks(0).await;
    let note = LeadPatch { note: " asks for blue \n".to_owned(), ..LeadPatch::default() };
    shop.bia.acts(Act::ChangeLeads { lead_ids: vec![maria.id], patch: note, bulk_id: None }, NOON_MS).await;
    let merge = Act::MergeContacts {
        record_id: MergeId(id(60)),
        keep: maria.contact_id,
        gone: vec![joao.contact_id],
        fields: MergeFields::default(),
    };
    shop.bia.acts(merge, NOON_MS).await;
    shop.speaks(1).await;
    let review = shop.bia.store.review().await.unwrap();
    let of = |name: &str| {
        let found = review.iter().find(|row| serde_json::to_value(&row.act).unwrap()["act"] == name);
        found.unwrap_or_else(|| panic!("{name} in {review:?}"))
    };
    let (noted, merged) = (of("change_leads"), of("merge_contacts"));
    assert_eq!(noted.text.as_deref(), Some("asks for blue"));
    assert_eq!(noted.about.as_ref().map(|about| (&*about.name, about.lead_number)), Some(("maria", Some(1))));
    assert_eq!(merged.about.as_ref().map(|about| (&*about.name, about.others)), Some(("maria", 1)));
    assert_eq!(merged.refusal, Refusal::InBin { contact_id: joao.contact_id });
    let cause = merged.cause.as_ref().map(|cause| (cause.did, &*cause.name));
    assert_eq!(cause, Some((ReviewDid::Binned, "joao")), "which of the two");
}

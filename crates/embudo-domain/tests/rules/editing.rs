use crate::shop::*;
use embudo_domain::*;

#[test]
fn an_edit_waits_for_the_channel_and_keeps_the_earlier_text() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "R$ 100");
    let edit = |text: &str| Act::EditMessage { message_id: id, text: text.to_owned() };
    assert_eq!(shop.refused(edit("R$ 120")), Refusal::WrongDelivery, "not sent yet: cancel it instead");
    shop.goes(id);
    let effects = shop.act(edit("R$ 120"));
    assert_eq!(effects.jobs.len(), 1, "the channel is asked");
    assert_eq!(shop.message(id).body, text("R$ 100"), "until it agrees the customer reads the old text, and so do we");
    shop.hub(HubAct::EditEnded { message_id: id, text: "R$ 120".to_owned(), error: None });
    let message = shop.message(id);
    assert_eq!(
        (&message.body, &message.earlier),
        (&text("R$ 120"), &vec!["R$ 100".to_owned()]),
        "changed, the earlier text kept"
    );
    assert_eq!(shop.chat("maria").preview.as_ref().unwrap().text, "R$ 120", "the list too");

    shop.hub(HubAct::EditEnded { message_id: id, text: "R$ 90".to_owned(), error: Some(error("TOO_LATE")) });
    let message = shop.message(id);
    assert_eq!(
        (&message.body, message.delivery),
        (&text("R$ 120"), Delivery::Sent),
        "a refused edit changes no text and fails no message"
    );
    assert_eq!(
        message.timeline.last().and_then(|mark| mark.error.clone()),
        Some(error("TOO_LATE")),
        "the refusal stands in the details"
    );
}

#[test]
fn a_correction_that_is_taken_back_follows_the_one_on_its_way() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "R$ 100");
    shop.goes(id);
    let edit = |text: &str| Act::EditMessage { message_id: id, text: text.to_owned() };
    let ended = |text: &str, error| HubAct::EditEnded { message_id: id, text: text.to_owned(), error };
    let wanted = |shop: &Shop| shop.message(id).wanted_edit.clone().map(|wanted| (wanted.text, wanted.error));
    shop.act(edit("R$ 1000"));
    assert_eq!(wanted(&shop), Some(("R$ 1000".to_owned(), None)), "seen before the channel took it (OFF-02)");
    assert_eq!(shop.act(edit("R$ 1000")).jobs, [], "asked for already");
    assert_eq!(shop.act(edit("R$ 100")).jobs.len(), 1, "the first one may be out: the old words go after it");
    shop.hub(ended("R$ 1000", None));
    shop.pass(1_000);
    assert_eq!(shop.message(id).body, text("R$ 1000"), "what the customer reads for the moment");
    assert_eq!(wanted(&shop), Some(("R$ 100".to_owned(), None)), "not what they are to read");
    shop.hub(ended("R$ 100", None));
    assert_eq!((shop.message(id).body.clone(), wanted(&shop)), (text("R$ 100"), None));

    shop.act(edit("R$ 90"));
    shop.hub(ended("R$ 90", Some(error("CANNOT_EDIT"))));
    assert_eq!(wanted(&shop), Some(("R$ 90".to_owned(), Some(error("CANNOT_EDIT")))), "refused, and said");
    assert_eq!(shop.act(edit("R$ 100")).jobs, [], "content with the old words: nothing to ask");
    assert_eq!(wanted(&shop), None, "and nothing to say");
}

#[test]
fn a_correction_of_a_message_that_failed_goes_with_the_retry() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "R$ 100");
    let provider_id = shop.goes(id);
    shop.act(Act::EditMessage { message_id: id, text: "R$ 90".to_owned() });
    shop.reports(Some(&provider_id), None, Delivery::Failed);
    assert!(shop.message(id).wanted_edit.as_ref().is_some_and(|wanted| wanted.error.is_some()), "it goes nowhere");
    shop.act(Act::RetryMessage { message_id: id });
    assert_eq!(shop.message(id).body, text("R$ 90"), "the words that were wanted are the ones to send");
    assert_eq!(shop.message(id).wanted_edit, None);
}

#[test]
fn only_our_own_texts_can_be_edited() {
    let mut shop = Shop::open();
    let theirs = shop.writes("maria", "hi");
    let refusal = shop.refused(Act::EditMessage { message_id: theirs, text: "bye".to_owned() });
    assert_eq!(refusal, Refusal::NotEditable, "nobody rewrites the customer");
    let nobody = MessageId(shop.id());
    assert_eq!(
        shop.refused(Act::EditMessage { message_id: nobody, text: "x".to_owned() }),
        Refusal::NotFound,
        "nor nothing"
    );
}

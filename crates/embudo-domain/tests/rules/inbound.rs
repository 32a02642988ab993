use crate::shop::*;
use embudo_domain::rules::Job;
use embudo_domain::*;

#[test]
fn the_first_message_makes_contact_identity_and_an_open_conversation() {
    let mut shop = Shop::open();
    let id = shop.writes("maria", "Hi!");

    let chat = shop.chat("maria");
    assert_eq!(chat.state, ConversationState::Open, "a first message opens");
    assert_eq!((chat.unread(), chat.inbound_count), (1, 1), "one message, unread");
    assert_eq!(chat.waiting_since_ms, Some(NOON_S * 1000), "they wait since they wrote");
    assert_eq!(
        chat.preview.as_ref().map(|p| (p.message_id, p.text.as_str(), p.from_us)),
        Some((id, "Hi!", false)),
        "the list shows it"
    );
    assert_eq!(shop.thread("maria"), ["[Opened]", "Hi!"], "the event line stands before what caused it");
    let contact = shop.contact("maria");
    assert_eq!(contact.display_name, "maria of the channel", "the channel's name until a person chose another");
    assert!(!contact.saved, "nobody saved this contact yet (CON-02)");
}

#[test]
fn a_replayed_message_changes_nothing_at_all() {
    let mut shop = Shop::open();
    let message = from("maria", "Hi!", "p1", NOON_S);
    shop.arrives(message.clone());
    let before = shop.world.clone();
    for _ in 0..10 {
        let again = shop.inbound(message.clone());
        let effects = shop.hub(again);
        assert!(effects.changes.is_empty() && effects.jobs.is_empty(), "known by its provider id (I6)");
    }
    assert_eq!(shop.world, before, "ten replays, one bubble");
}

#[test]
fn one_conversation_per_identity_and_line_for_ever() {
    let mut shop = Shop::open();
    shop.writes("maria", "one");
    let first = shop.conversation_id("maria");
    shop.close("maria");
    shop.writes("maria", "two");
    assert_eq!(shop.conversation_id("maria"), first, "closing and reopening stay in one thread (I5)");

    let other = LineId(shop.id());
    let row = shop.line_row(other, "second", None);
    shop.act(Act::AddLine { line: row });
    let home = std::mem::replace(&mut shop.line, other);
    shop.writes("maria", "three");
    assert_ne!(shop.conversation_id("maria"), first, "another line is another conversation");
    shop.line = home;
    assert_eq!(shop.world.conversations().count(), 2, "and there are exactly two");
    let contacts = shop.world.rows.values().filter(|row| matches!(row, Row::Contact(_))).count();
    assert_eq!(contacts, 1, "of one and the same person");
}

#[test]
fn the_same_external_id_in_another_namespace_is_another_person() {
    let mut shop = Shop::open();
    shop.writes("7", "from this bot");
    let mut other = from("7", "from that bot", "q1", NOON_S);
    other.namespace = "other bot".to_owned();
    shop.arrives(other);
    let contacts = shop.world.rows.values().filter(|row| matches!(row, Row::Contact(_))).count();
    assert_eq!(contacts, 2, "an external id is unique only in its namespace (I1)");
}

#[test]
fn order_is_provider_time_and_a_late_message_does_not_lift_the_chat() {
    let mut shop = Shop::open();
    shop.pass(HOUR_MS);
    let newest = shop.writes("maria", "new");
    let lifted = shop.chat("maria").last_at_ms;
    shop.pass(1000);
    shop.arrives(from("maria", "old", "late", NOON_S));

    assert_eq!(shop.thread("maria"), ["old", "[Opened]", "new"], "inserted at its place (I7)");
    let chat = shop.chat("maria");
    assert_eq!(chat.last_at_ms, lifted, "a backfilled message does not lift the chat (INB-07)");
    assert_eq!(chat.preview.as_ref().unwrap().message_id, newest, "nor is it the newest");
    assert_eq!(chat.unread(), 2, "but it is unread: nobody has seen it");
    assert_eq!(chat.waiting_since_ms, Some(NOON_S * 1000), "the first unanswered is the older one");
    assert_eq!(chat.last_inbound_s, Some(NOON_S + 3600), "the window hangs on the newest");
}

#[test]
fn a_provider_clock_ahead_is_clamped_to_two_seconds() {
    let mut shop = Shop::open();
    let id = shop.arrives(from("maria", "from tomorrow", "p1", NOON_S + 86_400));
    assert_eq!(shop.message(id).sort_s, NOON_S + 2, "provider time is clamped above");
    let id = shop.arrives(from("maria", "from last year", "p2", NOON_S - 31_536_000));
    assert_eq!(shop.message(id).sort_s, NOON_S - 31_536_000, "and only above");
}

#[test]
fn any_order_of_delivery_gives_the_same_thread() {
    let sent: Vec<InboundMessage> =
        (0..200).map(|n| from("maria", &format!("m{n:03}"), &format!("p{n}"), NOON_S - 1000 + n)).collect();
    let texts =
        |shop: &Shop| shop.thread("maria").into_iter().filter(|line| !line.starts_with('[')).collect::<Vec<_>>();
    let mut in_order = Shop::open();
    for message in &sent {
        in_order.arrives(message.clone());
    }
    let mut shuffled = Shop::open();
    // 7 is prime to 200: every message once, none beside its neighbour.
    for n in 0..200 {
        shuffled.arrives(sent[n * 7 % 200].clone());
    }
    assert_eq!(texts(&shuffled), texts(&in_order), "the screen does not tell how messages came (THR-03)");
    assert_eq!(shuffled.chat("maria").preview.as_ref().unwrap().text, "m199", "the newest is the newest");
    assert_eq!(shuffled.chat("maria").unread(), 200, "each counted once");
}

#[test]
fn imported_history_is_never_unread_and_never_reopens() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.sends("maria", "hello");
    shop.close("maria");
    let mut old = from("maria", "years ago", "h1", NOON_S - 1_000_000);
    old.history = true;
    let id = shop.arrives(old);
    let chat = shop.chat("maria");
    assert!(matches!(chat.state, ConversationState::Closed { .. }), "old talk reopens nothing");
    assert_eq!(chat.unread(), 0, "nor is it unread (I7)");
    assert_eq!(chat.waiting_since_ms, None, "nor does it wait for an answer");
    assert_eq!(shop.message(id).inbound_no, None, "it has no number among the inbound");

    let mut stranger = from("joao", "hello from 2020", "h2", NOON_S - 100_000_000);
    stranger.history = true;
    shop.arrives(stranger);
    assert!(
        matches!(shop.chat("joao").state, ConversationState::Closed { .. }),
        "imported threads do not flood the inbox"
    );
    assert_eq!(shop.thread("joao"), ["hello from 2020"], "and nothing was opened");
}

#[test]
fn an_inbound_opens_a_closed_chat_with_an_event_line() {
    let mut shop = Shop::open();
    shop.writes("maria", "one");
    shop.close("maria");
    shop.pass(1000);
    shop.writes("maria", "two");
    assert_eq!(shop.chat("maria").state, ConversationState::Open, "an inbound reopens (3.8)");
    assert_eq!(
        shop.thread("maria"),
        ["[Opened]", "one", "[Closed { reason: None }]", "[Reopened]", "two"],
        "in the same thread, told in order"
    );
}

#[test]
fn an_inbound_ends_a_snooze_unless_it_is_kept() {
    let mut shop = Shop::open();
    shop.writes("maria", "one");
    let until = Some(shop.now_ms + DAY_MS);
    shop.snooze("maria", until, true);
    shop.writes("maria", "two");
    assert_eq!(shop.chat("maria").state, ConversationState::Open, "until reply: they replied");

    shop.snooze("maria", until, false);
    shop.writes("maria", "three");
    assert!(matches!(shop.chat("maria").state, ConversationState::Snoozed { .. }), "kept even if the customer replies");
    assert_eq!(shop.chat("maria").unread(), 3, "the message counts all the same");
}

#[test]
fn a_blocked_contact_is_stored_silently() {
    let mut shop = Shop::open();
    shop.writes("maria", "one");
    shop.close("maria");
    let contact_id = shop.contact("maria").id;
    shop.act(Act::SetBlocked { contact_id, blocked: true });
    let (unread, waiting) = (shop.chat("maria").unread(), shop.chat("maria").waiting_since_ms);
    shop.pass(60_000);
    let id = shop.writes("maria", "let me in");

    let chat = shop.chat("maria");
    assert_eq!(shop.message(id).body, text("let me in"), "stored");
    assert!(matches!(chat.state, ConversationState::Closed { .. }), "the conversation stays closed");
    assert_eq!((chat.unread(), chat.waiting_since_ms), (unread, waiting), "no alert of any kind");
    assert!(chat.blocked, "and still in no list but Blocked");

    let other = LineId(shop.id());
    let row = shop.line_row(other, "second", None);
    shop.act(Act::AddLine { line: row });
    shop.line = other;
    shop.writes("maria", "through another door");
    assert!(shop.chat("maria").blocked, "a new conversation of a blocked contact is blocked from the start");
}

#[test]
fn a_new_identity_with_a_known_number_belongs_to_that_contact() {
    // Golden scenario 7: Brazil, with and without the ninth digit.
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let maria = shop.contact("maria").id;
    let patch = ContactPatch { phone: Some("+55 31 9 8888-8888".to_owned()), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id: maria, patch, expect: None });
    let mut message = from("553188888888", "me again", "w1", NOON_S);
    message.phone_e164 = Some("+553188888888".to_owned());
    shop.arrives(message);
    assert_eq!(shop.contact("553188888888").id, maria, "the same person (I2)");
    assert_eq!(
        shop.world.reach(maria).unwrap().phone_e164.as_deref(),
        Some("+5531988888888"),
        "the saved number stays as it was"
    );
}

#[test]
fn a_number_that_the_channel_proves_is_kept_with_a_new_contact() {
    let mut shop = Shop::open();
    let mut message = from("joao", "hi", "w1", NOON_S);
    message.phone_e164 = Some("+5531977777777".to_owned());
    shop.arrives(message);
    let reach = shop.world.reach(shop.contact("joao").id).unwrap();
    assert_eq!(reach.phone_e164.as_deref(), Some("+5531977777777"), "known without anyone typing it");
}

#[test]
fn a_number_is_not_taken_from_another_contact() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.writes("joao", "hi");
    let maria = shop.contact("maria").id;
    let patch = ContactPatch { phone: Some("+55 31 98888-8888".to_owned()), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id: maria, patch, expect: None });
    let mut message = from("joao", "my number is hers", "w1", NOON_S);
    message.phone_e164 = Some("+5531988888888".to_owned());
    shop.arrives(message);
    let joao = shop.contact("joao").id;
    assert_ne!(joao, maria, "two contacts that exist are a merge suggestion, not a merge");
    assert!(shop.world.reach(joao).is_none(), "and no number is in two places");
}

#[test]
fn a_channel_name_never_overwrites_a_person_s() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let mut renamed = from("maria", "hi", "p2", NOON_S);
    renamed.profile_name = "Maria S.".to_owned();
    shop.arrives(renamed);
    assert_eq!(shop.contact("maria").display_name, "Maria S.", "until a person chose one, the channel's newest counts");

    let contact_id = shop.contact("maria").id;
    let patch = ContactPatch { display_name: Some("Mom".to_owned()), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id, patch, expect: None });
    let mut again = from("maria", "hi", "p3", NOON_S);
    again.profile_name = "Queen Maria".to_owned();
    shop.arrives(again);
    let contact = shop.contact("maria");
    assert_eq!(contact.display_name, "Mom", "a person's name for them stands (I4)");
    assert_eq!(contact.channel_name, "Queen Maria", "the channel's is kept for search");

    let mut nameless = from("maria", "hi", "p4", NOON_S);
    nameless.profile_name = "  ".to_owned();
    shop.arrives(nameless);
    assert_eq!(shop.contact("maria").channel_name, "Queen Maria", "no name is no news");
}

#[test]
fn a_nameless_stranger_is_never_called_by_a_number() {
    let mut shop = Shop::open();
    let mut message = from("5531988888888", "hi", "p1", NOON_S);
    message.profile_name = String::new();
    message.username = "maria_s".to_owned();
    shop.arrives(message);
    assert_eq!(shop.contact("5531988888888").display_name, "@maria_s", "the username is a name, the number is not");
}

#[test]
fn a_message_from_the_phone_is_our_reply() {
    let mut shop = Shop::open();
    shop.writes("maria", "anyone there?");
    shop.close("maria");
    shop.pass(60_000);
    let mut ours = from("maria", "yes!", "p9", shop.now_s());
    ours.from_us = true;
    let id = shop.arrives(ours);
    let message = shop.message(id);
    assert_eq!(
        (message.direction, &message.author, message.delivery),
        (Direction::Out, &Author::Phone, Delivery::Sent),
        "typed on the phone, and sent"
    );
    let chat = shop.chat("maria");
    assert_eq!((chat.unread(), chat.waiting_since_ms), (0, None), "it answers: read, and nobody waits");
    assert_eq!(chat.state, ConversationState::Open, "our outgoing message opens (3.8)");
    assert_eq!(chat.last_inbound_s, Some(NOON_S), "but it opens no window");
}

#[test]
fn a_late_phone_message_does_not_answer_what_came_after_it() {
    let mut shop = Shop::open();
    shop.pass(60_000);
    shop.writes("maria", "and the price?");
    let mut ours = from("maria", "hello", "p9", NOON_S);
    ours.from_us = true;
    shop.arrives(ours);
    let chat = shop.chat("maria");
    assert_eq!(chat.unread(), 1, "it was written before their question");
    assert!(chat.waiting_since_ms.is_some(), "which still waits");
}

#[test]
fn an_echo_with_our_key_is_our_own_message() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "hello");
    shop.starts(id);
    shop.ends(id, SendOutcome::Unknown { detail: None });
    assert_eq!(shop.chat("maria").failed_count, 1, "nobody can tell: it needs a person");
    let mut echo = from("maria", "hello", "out1", shop.now_s());
    (echo.from_us, echo.client_key) = (true, Some(id));
    let arrived = shop.arrives(echo.clone());
    assert_eq!(arrived, id, "the echo settles it instead of making a second bubble");
    assert_eq!(shop.message(id).delivery, Delivery::Sent, "the provider has it");
    assert_eq!(shop.chat("maria").failed_count, 0, "and nothing is left to do");
    let before = shop.world.clone();
    let again = shop.inbound(echo);
    shop.hub(again);
    assert_eq!(shop.world, before, "the second echo is known by its provider id");
}

#[test]
fn an_echo_before_the_answer_of_the_send_is_the_same_message() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "hello");
    shop.starts(id);
    let mut echo = from("maria", "hello", "out1", shop.now_s());
    (echo.from_us, echo.client_key) = (true, Some(id));
    shop.arrives(echo);
    shop.ends(id, SendOutcome::Sent { provider_id: "out1".to_owned(), at_s: NOON_S });
    assert_eq!(shop.thread("maria"), ["[Opened]", "hi", "hello"], "one bubble");
    assert_eq!(
        shop.steps(id),
        [(1, Delivery::Queued), (1, Delivery::Sending), (1, Delivery::Sent)],
        "sent once, told once"
    );
}

#[test]
fn a_quote_points_to_the_quoted_message() {
    let mut shop = Shop::open();
    let quoted = shop.arrives(from("maria", "which one?", "p1", NOON_S));
    let mut reply = from("maria", "the red one", "p2", NOON_S);
    reply.reply_to_provider_id = Some("p1".to_owned());
    let reply = shop.arrives(reply);
    assert_eq!(shop.message(reply).reply_to, Some(quoted), "found by its provider id");
    let mut lost = from("maria", "?", "p3", NOON_S);
    lost.reply_to_provider_id = Some("before our time".to_owned());
    let lost = shop.arrives(lost);
    assert_eq!(shop.message(lost).reply_to, None, "a quote of something unknown is a plain message");
}

#[test]
fn a_file_at_the_channel_asks_to_be_fetched() {
    let mut shop = Shop::open();
    let mut message = from("maria", "", "p1", NOON_S);
    message.body = photo(FileState::Waiting { remote: "file-7".to_owned() }, None);
    let id = shop.arrives(message);
    let job = Job::Fetch { message_id: id, line_id: shop.line, remote: "file-7".to_owned() };
    assert!(shop.world.jobs.contains(&job), "the hub brings the bytes");

    let here = FileState::Here { hash: "ab".to_owned(), remote: None };
    let Body::Media { file, .. } = photo(here, None) else { unreachable!() };
    shop.hub(HubAct::FileFetched { message_id: id, file: file.clone() });
    let here = FileState::Here { hash: "ab".to_owned(), remote: Some("file-7".to_owned()) };
    assert_eq!(shop.message(id).body, photo(here, None), "and the message has them, and whence they came");
    let late =
        FileRef { file: FileState::Failed { remote: "file-7".to_owned(), code: "FILE_TOO_BIG".to_owned() }, ..file };
    let before = shop.world.clone();
    shop.hub(HubAct::FileFetched { message_id: id, file: late });
    assert_eq!(shop.world, before, "what is here stays here");
}

#[test]
fn a_file_that_was_given_up_is_asked_for_again_and_an_only_copy_is_not() {
    let mut shop = Shop::open();
    let mut message = from("maria", "", "p1", NOON_S);
    message.body = photo(FileState::Waiting { remote: "file-7".to_owned() }, None);
    let id = shop.arrives(message);
    let here = FileState::Here { hash: "ab".to_owned(), remote: None };
    let Body::Media { file, .. } = photo(here, None) else { unreachable!() };
    shop.hub(HubAct::FileFetched { message_id: id, file: file.clone() });
    let effects = shop.hub(HubAct::FileGone { message_id: id });
    assert_eq!(
        effects.jobs,
        [Job::Fetch { message_id: id, line_id: shop.line, remote: "file-7".to_owned() }],
        "the channel has it"
    );
    assert_eq!(shop.message(id).body, photo(FileState::Waiting { remote: "file-7".to_owned() }, None));
    shop.hub(HubAct::FileFetched { message_id: id, file: file.clone() });
    assert!(
        matches!(&shop.message(id).body, Body::Media { file, .. } if matches!(file.file, FileState::Here { .. })),
        "and it is here again"
    );

    let mut ours = from("rosa", "", "p2", NOON_S);
    ours.body = Body::Media { media: MediaKind::Image, file, caption: None };
    let ours = shop.arrives(ours);
    let before = shop.world.clone();
    assert_eq!(
        shop.try_hub(HubAct::FileGone { message_id: ours }).unwrap_err(),
        Refusal::FileMissing,
        "nobody else has it"
    );
    assert_eq!(shop.world, before, "its row goes on saying what was there");
}

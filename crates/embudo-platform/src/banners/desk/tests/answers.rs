//! What a person does with a banner, and when it counts.

use super::*;

#[test]
fn an_answer_that_sends_is_told_once() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    play.says(reply(5, "On my way"));
    play.says(reply(5, "On my way"));
    let quick = format!("answer-{}", id::<QuickReplyId>(9));
    play.says(press(5, &quick));
    play.says(press(5, "default"));
    assert_eq!(
        play.heard(),
        [answered(chat(1), Answer::Replied("On my way".into())), answered(chat(1), Answer::Opened(Opens::Unread))],
        "a customer gets one answer; a click sends nothing and counts"
    );

    play.shows(chat(1), "not sent: write again");
    let (ticket, ..) = play.notify();
    play.says(shown(ticket, 5));
    play.events.clear();
    play.says(press(5, &quick));
    play.says(press(5, &quick));
    let action = Action::QuickAnswer { id: id(9) };
    assert_eq!(play.heard(), [answered(chat(1), Answer::Pressed(action))], "a new version is a new question");
}

#[test]
fn an_answer_to_what_does_not_stand_or_was_not_offered_is_dropped() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    for report in [
        reply(4, "to another program's banner"),
        press(4, "default"),
        press(5, "snooze"),
        press(5, "Do"),
        reply(5, "  \n "),
        Report::Token { id: 4, token: "x".into() },
    ] {
        play.says(report);
    }
    play.shows(chat(1), "2");
    play.removes(chat(1));
    play.says(reply(5, "typed into a banner that is being removed"));
    assert!(play.heard().is_empty());
}

#[test]
fn a_press_while_its_next_version_is_on_its_way_counts_for_what_was_seen() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    let opens_line = |_: &Abilities| Rendered {
        tag: chat(1),
        title: "2".into(),
        body: String::new(),
        opens: Some(Opens::Lines),
        field: None,
        buttons: Vec::new(),
        stays: false,
    };
    play.desk.show(BannerRequest { render: Box::new(opens_line), ..request(chat(1), "") }, play.now);
    play.listen();
    let (ticket, ..) = play.notify();
    play.says(press(5, "default"));
    play.says(shown(ticket, 5));
    play.says(press(5, "default"));
    assert_eq!(
        play.heard(),
        [
            answered(chat(1), Answer::Opened(Opens::Unread)),
            BannerEvent::Shown(chat(1)),
            answered(chat(1), Answer::Opened(Opens::Lines))
        ]
    );
}

#[test]
fn a_token_belongs_to_the_answer_that_follows_it() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    play.says(Report::Token { id: 5, token: "front".into() });
    play.says(press(5, "default"));
    play.says(press(5, "mark-read"));
    let tokens: Vec<Option<String>> = play
        .heard()
        .into_iter()
        .map(|event| if let BannerEvent::Answered { token, .. } = event { token } else { panic!("{event:?}") })
        .collect();
    assert_eq!(tokens, [Some("front".to_owned()), None]);
}

#[test]
fn a_banner_that_closes_by_itself_is_told_unless_its_next_version_comes() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    play.says(Report::Closed { id: 5, by: ClosedBy::Person });
    assert_eq!(play.heard(), [BannerEvent::Closed { tag: chat(1), by: ClosedBy::Person }]);
    play.shows(chat(1), "new");
    let (ticket, replaces, _) = play.notify();
    assert_eq!(replaces, None, "its id means nothing any more");
    play.says(shown(ticket, 6));
    play.events.clear();

    play.shows(chat(1), "newer");
    let (ticket, ..) = play.notify();
    play.says(Report::Closed { id: 6, by: ClosedBy::Time });
    play.says(shown(ticket, 7));
    assert_eq!(play.heard(), [BannerEvent::Shown(chat(1))]);
    play.removes(chat(1));
    assert_eq!(play.closed(), [7]);
}

#[test]
fn what_closes_after_an_answer_was_closed_by_the_person() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    play.says(press(5, "default"));
    play.says(Report::Closed { id: 5, by: ClosedBy::Time });
    let closed = BannerEvent::Closed { tag: chat(1), by: ClosedBy::Person };
    assert_eq!(play.heard(), [answered(chat(1), Answer::Opened(Opens::Unread)), closed], "dunst calls it a call");
}

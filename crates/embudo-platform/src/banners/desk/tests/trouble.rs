//! Services that hang, die, sleep and refuse.

use super::*;

#[test]
fn a_hanging_service_refuses_in_time_and_a_late_banner_is_taken_away() {
    let mut play = Play::ready();
    play.stands(chat(2), 5);
    play.shows(chat(1), "Ana");
    let (ticket, ..) = play.notify();
    play.waits();
    let told = play.heard();
    assert_eq!(told[0], BannerEvent::Refused(chat(1)));
    assert!(
        matches!(&told[1], BannerEvent::Changed(state) if state.trouble == Some(NoBanners::NotAnswering)
        && state.abilities == DESKTOP),
        "what stands can still be removed: {told:?}"
    );
    assert!(matches!(play.calls.as_slice(), [Call::Ask]), "asked, to hear when it goes on");
    play.calls.clear();

    play.shows(chat(3), "Rui");
    assert_eq!(play.heard(), [BannerEvent::Refused(chat(3))], "at once: nobody waits for a service that hangs");
    play.removes(chat(2));
    assert_eq!(play.closed(), [5], "waits in the service's queue");

    play.says(shown(ticket, 6));
    assert_eq!(play.closed(), [6], "it was refused: it must not turn up now");
    play.says(able(DESKTOP));
    assert!(matches!(&play.heard()[..], [BannerEvent::Changed(state)] if state.trouble.is_none()));
    play.shows(chat(1), "Ana");
    assert_eq!(play.notify().1, None);
}

#[test]
fn a_service_that_never_takes_a_banner_does_not_fill_the_memory() {
    let mut play = Play::ready();
    let mut tickets = Vec::new();
    for _ in 0..300 {
        play.shows(chat(1), "Ana");
        tickets.push(play.notify().0);
        play.waits();
        // It answers everything else.
        play.says(able(DESKTOP));
        play.calls.clear();
    }
    assert_eq!(play.desk.flights.len(), 100);
    play.says(shown(tickets[0], 40));
    play.says(shown(tickets[299], 41));
    assert_eq!(play.closed(), [40, 41], "whatever turns up now was refused");
}

#[test]
fn a_version_that_can_not_be_replaced_is_taken_away() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    play.shows(chat(1), "without the text, for a shared screen");
    let (ticket, ..) = play.notify();
    play.waits();
    play.calls.retain(|call| !matches!(call, Call::Ask));
    assert_eq!(play.closed(), [5], "the old one shows what may not be seen");
    play.says(shown(ticket, 5));
    assert!(play.calls.is_empty(), "the same banner, closed already");
}

#[test]
fn what_is_on_its_way_when_the_service_dies_goes_to_the_next() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    play.shows(chat(2), "Rui");
    let (ticket, ..) = play.notify();
    play.says(Report::ServiceLeft { returns: false });
    assert_eq!(play.heard(), [BannerEvent::Closed { tag: chat(1), by: ClosedBy::Time }], "gone with the service");
    play.shows(chat(3), "Eva");
    play.says(not_shown(ticket, NotShown::ServiceGone));
    play.says(Report::ServiceCame);
    play.says(able(DESKTOP));
    let calls = std::mem::take(&mut play.calls);
    let titles: Vec<&str> = calls
        .iter()
        .filter_map(|call| if let Call::Notify { sheet, .. } = call { Some(&*sheet.title) } else { None })
        .collect();
    assert_eq!(titles, ["Rui", "Eva"], "nothing is lost by a restart");

    play.says(press(5, "default"));
    play.says(reply(5, "to whom?"));
    assert!(play.heard().is_empty(), "ids of the last service mean nothing");
}

#[test]
fn a_banner_over_which_services_fall_is_refused_after_the_second() {
    let mut play = Play::ready();
    play.shows(chat(1), "poison");
    for _ in 0..2 {
        let (ticket, ..) = play.notify();
        // In either order, as buses have it.
        play.says(not_shown(ticket, NotShown::ServiceGone));
        play.says(Report::ServiceLeft { returns: false });
        play.says(Report::ServiceCame);
        play.says(able(DESKTOP));
        play.calls.retain(|call| !matches!(call, Call::Ask));
    }
    assert!(play.calls.is_empty(), "not a third time");
    assert!(play.heard().contains(&BannerEvent::Refused(chat(1))));
}

#[test]
fn a_service_that_does_not_come_back_is_missing_after_a_while() {
    let mut play = Play::ready();
    play.says(Report::ServiceLeft { returns: false });
    play.shows(chat(1), "Ana");
    assert!(play.heard().is_empty(), "it may be a restart");
    play.waits();
    let told = play.heard();
    assert_eq!(told[0], BannerEvent::Refused(chat(1)));
    assert!(matches!(&told[1], BannerEvent::Changed(state) if state.trouble == Some(NoBanners::NoService)
        && state.abilities == Abilities::NONE));

    play.says(Report::ServiceCame);
    play.says(able(DESKTOP));
    assert!(matches!(&play.heard()[..], [BannerEvent::Changed(state)] if state.trouble.is_none()), "noticed by itself");
}

#[test]
fn a_service_that_sleeps_is_asked_before_it_is_given_a_banner() {
    let mut play = Play::ready();
    play.says(Report::ServiceLeft { returns: true });
    assert!(play.calls.is_empty() && play.heard().is_empty(), "it is not woken for nothing");
    play.shows(chat(1), "Ana");
    assert!(matches!(play.calls.as_slice(), [Call::Ask]));
    play.calls.clear();
    play.says(Report::ServiceCame);
    play.calls.clear();
    play.says(able(Abilities { body_markup: true, ..DESKTOP }));
    assert_eq!(play.notify().2.body, "a &lt; b", "another one may have woken: its words, not the last one's");
}

#[test]
fn what_is_refused_is_tried_once_more_without_picture_and_buttons() {
    let mut play = Play::ready();
    let picture = Picture::read(&one_pixel()).unwrap();
    play.desk.show(BannerRequest { picture: Some(picture), ..request(chat(1), "Ana") }, play.now);
    play.listen();
    let (ticket, _, sheet) = play.notify();
    assert!(sheet.picture.is_some() && sheet.field.is_some() && sheet.can_click);
    play.says(not_shown(ticket, NotShown::Refused));
    let (ticket, _, sheet) = play.notify();
    assert!(sheet.picture.is_none() && sheet.field.is_none() && sheet.buttons.is_empty() && !sheet.can_click);
    assert_eq!(sheet.title, "Ana", "better a bare banner than none");
    play.says(not_shown(ticket, NotShown::Refused));
    assert!(play.calls.is_empty());
    assert_eq!(play.heard(), [BannerEvent::Refused(chat(1))]);
}

fn one_pixel() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbaImage::new(1, 1).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn an_id_of_zero_is_a_refusal() {
    let mut play = Play::ready();
    play.shows(chat(1), "Ana");
    for _ in 0..2 {
        let (ticket, ..) = play.notify();
        play.says(shown(ticket, 0));
    }
    assert_eq!(play.heard(), [BannerEvent::Refused(chat(1))]);
}

#[test]
fn a_service_that_gives_a_new_id_leaves_no_second_banner() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    play.shows(chat(1), "Ana · 2 messages");
    let (ticket, ..) = play.notify();
    play.says(shown(ticket, 6));
    assert_eq!(play.closed(), [5]);
    play.says(press(5, "default"));
    assert_eq!(play.heard(), [BannerEvent::Shown(chat(1))], "a click on the old one means nothing now");
}

#[test]
fn quitting_does_not_wait_for_a_service_that_hangs() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    play.quits();
    assert!(!play.desk.is_done(play.now));
    play.waits();
    assert!(play.desk.is_done(play.now));
}

#[test]
fn without_a_bus_everything_is_refused_and_a_check_looks_again() {
    let mut play = Play::new();
    play.shows(chat(1), "Ana");
    play.says(Report::NoBus);
    let told = play.heard();
    assert_eq!(told[0], BannerEvent::Refused(chat(1)));
    assert!(matches!(&told[1], BannerEvent::Changed(state) if state.trouble == Some(NoBanners::NoSessionBus)));
    play.calls.clear();
    play.checks();
    assert!(matches!(play.calls.as_slice(), [Call::Connect]));
    play.says(Report::Connected);
    play.says(able(DESKTOP));
    assert_eq!(play.checked, 1);
    assert!(matches!(&play.heard()[..], [BannerEvent::Changed(state)] if state.trouble.is_none()));
}

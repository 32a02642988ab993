use embudo_platform::{BannerEvent, Picture, PictureError};
use embudo_testkit::notification_server::{EVERYTHING, NotificationServer, PrivateBus};

use crate::{App, tag};

#[tokio::test]
async fn every_set_of_capabilities_gets_what_it_offers_and_nothing_else() {
    let bus = PrivateBus::start();
    for set in 0..16 {
        let all = ["actions", "inline-reply", "persistence", "body-markup"];
        let offers: Vec<&str> = (0..4).filter(|bit| set & (1 << bit) != 0).map(|bit| all[bit]).collect();
        let has = |wanted: &str| offers.contains(&wanted);
        let server = NotificationServer::start(&bus, &offers).await;
        let mut app = App::on(&bus);

        let state = app.banners.state().await;
        assert_eq!(state.trouble, None, "{offers:?}");
        assert_eq!(state.server.as_deref(), Some("Strict 1.0"));
        let can = state.abilities;
        assert_eq!(
            (can.banner, can.replace, can.remove, can.persistence, can.body_markup),
            (true, true, true, has("persistence"), has("body-markup")),
            "{offers:?}"
        );
        assert_eq!((can.click, can.buttons), (has("actions"), has("actions")), "{offers:?}");
        assert_eq!(can.inline_text, has("actions") && has("inline-reply"), "{offers:?}");

        app.show(1, "Ana", "Fish & <b>chips</b> <img src=\"file:///etc/passwd\">");
        let notice = server.until_shown("Ana").await;
        let keys: &[&str] = match (has("actions"), has("inline-reply")) {
            (false, _) => &[],
            (true, false) => &["default", "reply", "answer-00000000-0000-0000-0000-000000000090", "mark-read"],
            (true, true) => {
                &["default", "inline-reply", "answer-00000000-0000-0000-0000-000000000090", "mark-read", "snooze"]
            }
        };
        assert_eq!(notice.keys(), keys, "{offers:?}");
        let body = match has("body-markup") {
            true => "Fish &amp; &lt;b&gt;chips&lt;/b&gt; &lt;img src=\"file:///etc/passwd\"&gt;",
            false => "Fish & <b>chips</b> <img src=\"file:///etc/passwd\">",
        };
        assert_eq!(notice.body, body, "a customer's text is text, whatever it looks like: {offers:?}");
        assert!(notice.is_silent, "the sound is ours: {offers:?}");
        assert_eq!((notice.category.as_str(), notice.urgency), ("im.received", 1));
        assert_eq!((notice.desktop_entry.as_str(), notice.app_name.as_str()), ("embudo", "Embudo"));
        assert_eq!(app.hears_of_banners().await, BannerEvent::Shown(tag(1)));

        app.banners.remove(tag(1));
        server.until_empty().await;
        assert_eq!(server.die().await.complaints, Vec::<String>::new(), "{offers:?}");
    }
}

#[tokio::test]
async fn a_chat_has_one_banner_that_changes_and_goes() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    let app = App::on(&bus);
    app.show(1, "Ana", "one");
    let first = server.until_shown("Ana").await;
    app.show(1, "Ana", "two");
    app.show_with(1, "Ana · 2 messages", "two", None, false);
    let last = server.until_shown("Ana · 2 messages").await;
    assert_eq!(last.id, first.id, "the same banner");
    assert!(last.replaced >= 1);
    assert_eq!(last.urgency, 0, "only its words changed: it need not pop up");
    app.show(2, "Rui", "hello");
    server.until("two banners", |seen| seen.standing.len() == 2).await;
    app.banners.remove(tag(1));
    server.until_shown("Rui").await;
    app.banners.remove(tag(7));
    app.banners.quit().await;
    let seen = server.die().await;
    assert!(seen.standing.is_empty(), "quitting takes away what stands");
    assert_eq!(seen.complaints, Vec::<String>::new());
}

#[tokio::test]
async fn names_and_texts_from_strangers_are_made_safe() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    let mut app = App::on(&bus);
    let hostile = [
        "\u{0}\u{1}\u{7}\u{1b}[2J\r\n\t<b>".to_owned() + "x",
        "<a href=\"https://evil.example\">click</a>".to_owned(),
        "&&&;&#0;&amp".to_owned(),
        "n".repeat(10_000),
        "&".repeat(10_000),
        "e\u{301}\u{302}\u{303}".repeat(2_000),
        "\u{2068}".repeat(400) + "مريم",
        "😀".repeat(3_000),
    ];
    for text in &hostile {
        app.show(1, text, text);
        assert_eq!(app.hears_of_banners().await, BannerEvent::Shown(tag(1)), "{:?}", &text.chars().take(20));
    }
    let seen = server.die().await;
    assert_eq!(seen.count("Notify"), hostile.len(), "each was taken as it came, at once");
    assert_eq!(seen.complaints, Vec::<String>::new());
}

#[tokio::test]
async fn a_face_is_shown_and_a_bad_picture_only_lacks() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    let app = App::on(&bus);
    let png = |width, height| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let green = image::RgbImage::from_pixel(width, height, image::Rgb([0, 200, 0]));
        green.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    app.show_with(1, "Ana", "hello", Some(Picture::read(&png(640, 480)).unwrap()), true);
    let image = server.until_shown("Ana").await.image.expect("her face");
    assert_eq!((image.width, image.height), (96, 96), "small, whatever the phone sent");
    assert!(image.pixels.chunks(4).all(|pixel| pixel == [0, 200, 0, 255]));

    // A few bytes as a file, and as wide as no face is.
    let bomb = png(20_000, 1);
    assert_eq!(Picture::read(&bomb).err(), Some(PictureError::TooLarge));
    assert_eq!(Picture::read(b"<svg/>").err(), Some(PictureError::NotAPicture));
    app.show_with(1, "Ana again", "hello", Picture::read(&bomb).ok(), true);
    assert_eq!(server.until_shown("Ana again").await.image, None, "the message is told all the same");
    assert_eq!(server.die().await.complaints, Vec::<String>::new());
}

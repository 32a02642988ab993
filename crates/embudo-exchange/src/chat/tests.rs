use super::*;
use proptest::prelude::*;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
}

fn now() -> NaiveDateTime {
    at("2026-11-28 12:00:00")
}

fn chat_of(text: &str) -> Chat {
    read(text, None, now(), ChatLimits::default()).unwrap()
}

fn said(chat: &Chat) -> Vec<(String, &str, &str)> {
    let row = |message: &ChatMessage| message.at.to_string();
    chat.messages
        .iter()
        .map(|message| (row(message), chat.authors[message.author].name.as_str(), message.text.as_str()))
        .collect()
}

fn one(text: &str) -> ChatMessage {
    let mut chat = chat_of(text);
    assert_eq!(chat.messages.len(), 1, "{text}");
    chat.messages.remove(0)
}

#[test]
fn every_phone_and_language_writes_its_lines_in_its_way() {
    for (line, when) in [
        ("31/12/23, 21:15 - Ana: hola", "2023-12-31 21:15:00"),
        ("12/31/23, 9:15\u{202f}PM - Ana: hola", "2023-12-31 21:15:00"),
        ("12/31/23, 9:15 AM - Ana: hola", "2023-12-31 09:15:00"),
        ("31/12/23, 9:15\u{a0}p.\u{a0}m. - Ana: hola", "2023-12-31 21:15:00"),
        ("31/12/2023 21:15 - Ana: hola", "2023-12-31 21:15:00"),
        ("[31/12/23 21:15:03] Ana: hola", "2023-12-31 21:15:03"),
        ("[31/12/23, 21:15:03] Ana: hola", "2023-12-31 21:15:03"),
        ("[12/31/23, 12:15:03\u{202f}AM] Ana: hola", "2023-12-31 00:15:03"),
        ("[2023-12-31, 9:15:03 p. m.] Ana: hola", "2023-12-31 21:15:03"),
        ("\u{200e}[31.12.23, 21:15:03] Ana: hola", "2023-12-31 21:15:03"),
        ("31.12.23, 21:15 – Ana: hola", "2023-12-31 21:15:00"),
        ("\u{200f}31/12/2023، 21:15 - Ana: hola", "2023-12-31 21:15:00"),
        ("31-12-2023 21.15 - Ana: hola", "2023-12-31 21:15:00"),
        ("\u{feff}12/31/23, 12:15 pm - \u{200e}Ana: hola", "2023-12-31 12:15:00"),
    ] {
        let chat = chat_of(line);
        assert_eq!(said(&chat), [(when.to_owned(), "Ana", "hola")], "{line}");
        assert!(chat.order_is_sure, "{line}: a number above twelve tells");
    }
}

#[test]
fn what_is_no_line_of_a_chat_is_none() {
    for text in ["", "\n\n", "name;phone\nAna;+5491155551234\n", "31/12/23\nhola", "31/12/23, 99:15 - Ana: x"] {
        let read = read(text, None, now(), ChatLimits::default());
        assert!(matches!(read, Err(ChatError::NoChat)), "{text:?}: {read:?}");
    }
    // A date that is none is told, and what stands there is not given to another message.
    let chat = chat_of("31/12/23, 21:15 - Ana: a\n45/45/23, 21:16 - Ana: b\nmore\n31/12/23, 21:17 - Ana: c\n");
    assert_eq!(said(&chat).iter().map(|row| row.2).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(chat.unreadable, 2, "a line with an impossible date, and the one that belongs to it");
}

#[test]
fn a_message_goes_on_until_the_next_one_begins() {
    let text = "31/12/23, 21:15 - Ana: uno\ndos\n\n  tres: cuatro\n31/12/23, 21:16 - Yo: [1/1/24 10:00:00] Ana: \
                citado\n[1/1/24 10:00:00] Ana: citado también\n";
    let chat = chat_of(text);
    let texts: Vec<&str> = chat.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(
        texts,
        ["uno\ndos\n\n  tres: cuatro", "[1/1/24 10:00:00] Ana: citado\n[1/1/24 10:00:00] Ana: citado también"],
        "a line that looks as another phone writes it is quoted"
    );
    assert_eq!(chat.messages[1].line, 5, "the place in the file");
}

#[test]
fn windows_line_ends_are_no_part_of_a_text() {
    let chat = chat_of("31/12/23, 21:15 - Ana: uno\r\ndos\r\n31/12/23, 21:16 - Yo: tres\r\n");
    assert_eq!(chat.messages[0].text, "uno\ndos");
    assert_eq!(chat.messages[1].text, "tres");
}

#[test]
fn what_whatsapp_says_of_itself_is_counted_and_nobodys() {
    let chat = chat_of(
        "31/12/23, 21:14 - Los mensajes y las llamadas están cifrados de extremo a extremo.\n\
         31/12/23, 21:15 - Ana: hola\n\
         31/12/23, 21:16 - Llamada perdida\n\
         31/12/23, 21:17 - Ana cambió su número de teléfono. Toca para enviarle un mensaje.\n",
    );
    assert_eq!((chat.messages.len(), chat.notices), (1, 3));
    let chat = chat_of(
        "[31/12/23, 21:14:00] Ana: \u{200e}Messages and calls are end-to-end encrypted.\n\
         \u{200e}[31/12/23, 21:15:00] Ana: \u{200e}Missed voice call. Tap to call back.\n\
         [31/12/23, 21:16:00] Ana: hola\n\
         [31/12/23, 21:17:00] Ana: \u{200e}Location: https://maps.google.com/?q=1,2\n",
    );
    assert_eq!(chat.notices, 2, "a mark before the words says that they are WhatsApp's");
    assert_eq!(chat.messages[1].text, "Location: https://maps.google.com/?q=1,2", "a place was sent by a person");
}

#[test]
fn only_whatsapps_own_mark_makes_a_notice() {
    let chat = chat_of(
        "[31/12/23, 21:15:00] Ana: \u{202a}+54 9 11 5555-1234\u{202c}\n\
         [31/12/23, 21:16:00] Ana: \u{200f}hola\n\
         [31/12/23, 21:17:00] Ana: \u{2068}Bia\u{2069} image omitted\n\
         [31/12/23, 21:18:00] Ana: \u{200e}Missed video call\n",
    );
    let texts: Vec<&str> = chat.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["+54 9 11 5555-1234", "hola", "Bia\u{2069} image omitted"], "a customer pasted the marks");
    assert_eq!(chat.notices, 1);
    assert!(chat.messages.iter().all(|message| message.said == Said::Text));
}

#[test]
fn files_are_named_in_every_language_with_their_caption() {
    for (line, name, caption) in [
        ("31/12/23, 21:15 - Ana: \u{200e}IMG-20231231-WA0001.jpg (file attached)", "IMG-20231231-WA0001.jpg", ""),
        ("31/12/23, 21:15 - Ana: IMG-1.jpg (archivo adjunto)\nMirá esto\ny esto", "IMG-1.jpg", "Mirá esto\ny esto"),
        ("31/12/23, 21:15 - Ana: PTT-1.opus (arquivo anexado)", "PTT-1.opus", ""),
        ("[31/12/23, 21:15:00] Ana: \u{200e}<attached: 00001-PHOTO-2023.jpg>", "00001-PHOTO-2023.jpg", ""),
        ("[31/12/23, 21:15:00] Ana: Mirá \u{200e}<adjunto: 00001-PHOTO.jpg>", "00001-PHOTO.jpg", "Mirá"),
        ("[31/12/23, 21:15:00] Ana: \u{200e}<anexado: 00002-AUDIO.opus>", "00002-AUDIO.opus", ""),
        (
            "[31/12/23, 21:15:00] Ana: Lista.pdf • \u{200e}3 pages \u{200e}<attached: 00003-Lista.pdf>",
            "00003-Lista.pdf",
            "",
        ),
    ] {
        let message = one(line);
        assert_eq!(message.said, Said::File { name: name.to_owned() }, "{line}");
        assert_eq!(message.text, caption, "{line}");
    }
    // A path is no name.
    let message = one("31/12/23, 21:15 - Ana: ../../etc/passwd (file attached)");
    assert_eq!(message.said, Said::Text, "it stays words");
}

#[test]
fn files_that_were_left_out_and_messages_that_were_taken_back_are_told_apart() {
    for (text, kind) in [
        ("31/12/23, 21:15 - Ana: <Media omitted>", None),
        ("31/12/23, 21:15 - Ana: <Multimedia omitido>", None),
        ("31/12/23, 21:15 - Ana: <Mídia oculta>", None),
        ("31/12/23, 21:15 - Ana: <Arquivo de mídia oculto>", None),
        ("[31/12/23, 21:15:00] Ana: \u{200e}image omitted", Some(FileKind::Image)),
        ("[31/12/23, 21:15:00] Ana: \u{200e}imagen omitida", Some(FileKind::Image)),
        ("[31/12/23, 21:15:00] Ana: \u{200e}áudio ocultado", Some(FileKind::Audio)),
        ("[31/12/23, 21:15:00] Ana: \u{200e}nota de video omitida", Some(FileKind::Video)),
        ("[31/12/23, 21:15:00] Ana: \u{200e}GIF omitted", Some(FileKind::Animation)),
        ("[31/12/23, 21:15:00] Ana: \u{200e}figurinha omitida", Some(FileKind::Sticker)),
        ("[31/12/23, 21:15:00] Ana: \u{200e}documento omitido", Some(FileKind::Document)),
    ] {
        assert_eq!(one(text).said, Said::LeftOut { kind }, "{text}");
    }
    let message = one("31/12/23, 21:15 - Ana: <Multimedia omitido>\nMirá esto\ny esto");
    assert_eq!(
        (message.said, message.text.as_str()),
        (Said::LeftOut { kind: None }, "Mirá esto\ny esto"),
        "a caption follows it"
    );
    let message = one("31/12/23, 21:15 - Ana: ¿qué es <Multimedia omitido>\nen el chat?");
    assert_eq!(message.said, Said::Text, "within a sentence it is said");
    assert_eq!(one("[31/12/23, 21:15:00] Ana: the image omitted").said, Said::Text, "in a sentence it is said");
    for text in [
        "31/12/23, 21:15 - Ana: This message was deleted",
        "31/12/23, 21:15 - Ana: You deleted this message",
        "31/12/23, 21:15 - Ana: Eliminaste este mensaje.",
        "31/12/23, 21:15 - Ana: Se eliminó este mensaje",
        "31/12/23, 21:15 - Ana: Mensagem apagada",
        "[31/12/23, 21:15:00] Ana: \u{200e}This message was deleted.",
    ] {
        assert_eq!(one(text).said, Said::Deleted, "{text}");
    }
    for text in ["hola <This message was edited>", "hola \u{200e}<Se editó este mensaje.>", "hola <Mensagem editada>"]
    {
        let message = one(&format!("31/12/23, 21:15 - Ana: {text}"));
        assert_eq!((message.text.as_str(), message.edited), ("hola", true), "{text}");
    }
}

#[test]
fn the_order_of_day_and_month_is_found_out_of_the_whole_file() {
    let order = |text: &str| {
        let chat = chat_of(text);
        (chat.order, chat.order_is_sure)
    };
    let line = |date: &str| format!("{date}, 10:00 - Ana: x\n");
    assert_eq!(order(&(line("1/2/24") + &line("13/2/24"))), (DayOrder::DayFirst, true), "thirteen is no month");
    assert_eq!(order(&(line("1/2/24") + &line("1/13/24"))), (DayOrder::MonthFirst, true));
    assert_eq!(order(&(line("4/3/24") + &line("5/2/24"))), (DayOrder::MonthFirst, true), "days don't go back");
    assert_eq!(order(&(line("3/4/24") + &line("2/5/24"))), (DayOrder::DayFirst, true));
    assert_eq!(order(&line("12/5/26")), (DayOrder::DayFirst, true), "as month first it lies in the future");
    assert_eq!(order(&(line("1/2/24") + &line("2/2/24"))), (DayOrder::DayFirst, false), "it may be either");
    assert_eq!(order(&line("5/5/24")), (DayOrder::DayFirst, true), "both are the same day");
    assert_eq!(order("2024/02/01, 10:00 - Ana: x"), (DayOrder::YearFirst, true));
    let text = line("1/2/24") + &line("2/2/24");
    let chosen = read(&text, Some(DayOrder::MonthFirst), now(), ChatLimits::default()).unwrap();
    assert_eq!((chosen.order, chosen.order_is_sure), (DayOrder::MonthFirst, true), "as the person said");
    assert_eq!(chosen.messages[0].at, at("2024-01-02 10:00:00"));
}

#[test]
fn me_is_who_the_file_is_not_called_after() {
    let chat = chat_of("31/12/23, 21:15 - Ana  López: a\n31/12/23, 21:16 - Tienda: b\n31/12/23, 21:16 - Tienda: c\n");
    assert_eq!(chat.authors.iter().map(|author| author.messages).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(chat.me(Some("ana lópez")), Some(1));
    assert_eq!(chat.me(Some("Otra")), None, "nobody is called so: it is asked");
    assert_eq!(chat.me(None), None);
    let alone = chat_of("31/12/23, 21:15 - Tienda: a\n31/12/23, 21:16 - Tienda: b\n");
    assert_eq!(alone.me(Some("Ana López")), Some(0), "who wrote to somebody that never answered");
    assert_eq!(alone.me(Some("tienda")), None, "only the customer wrote");
    assert_eq!(alone.me(None), None, "the file doesn't tell");
    let by_number = chat_of("31/12/23, 21:15 - \u{202a}+54 9 11 5555-1234\u{202c}: a\n31/12/23, 21:16 - T: b");
    assert_eq!(by_number.me(Some("+54 9 11 5555-1234")), Some(1), "numbers are compared by their digits");
    assert!(is_called("+54 9 11 5555-1234", "+5491155551234"));
    assert!(!is_called("+54 9 11 5555-1234", "+54 9 11 5555-1235"));
}

#[test]
fn names_of_files_tell_who_the_chat_is_with() {
    for (file, who) in [
        ("WhatsApp Chat with Ana López.txt", Some("Ana López")),
        ("WhatsApp Chat - Ana.zip", Some("Ana")),
        ("WhatsApp Chat - Ana (2).zip", Some("Ana")),
        ("Chat de WhatsApp con +54 9 11 5555-1234.zip", Some("+54 9 11 5555-1234")),
        ("Conversa do WhatsApp com Dr. João.txt", Some("Dr. João")),
        ("folder/WhatsApp Chat with Ana.txt", Some("Ana")),
        ("_chat.txt", None),
        ("contacts.csv", None),
        ("WhatsApp Chat with .txt", None),
    ] {
        assert_eq!(named_after(file).as_deref(), who, "{file}");
    }
}

#[test]
fn a_group_is_told_as_one() {
    let chat = chat_of("31/12/23, 21:14 - Ana creó el grupo \"Ventas\"\n31/12/23, 21:15 - Ana: hola\n");
    assert!(chat.is_group);
    let lines = "31/12/23, 21:15 - Ana: a\n31/12/23, 21:16 - Bia: b\n31/12/23, 21:17 - Caio: c\n\
                 31/12/23, 21:18 - Duda: d\n31/12/23, 21:19 - Ana: e\n";
    let chat = chat_of(lines);
    assert!(chat.is_group, "by who writes in it");
    assert_eq!((chat.authors.len(), chat.messages.len()), (3, 3), "it is read no further");
}

fn archive(files: &[(&str, &[u8])]) -> Cursor<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap()
}

const TEXT: &[u8] = "31/12/23, 21:15 - Ana: nota.txt (archivo adjunto)\n".as_bytes();

#[test]
fn the_chat_is_found_beside_texts_that_were_sent() {
    let files =
        archive(&[("nota.txt", b"una nota"), ("Chat de WhatsApp con Ana.txt", TEXT), ("IMG-1.jpg", b"picture")]);
    let mut pack = ChatPack::open(files, "descarga.zip", ChatLimits::default()).unwrap();
    assert_eq!(pack.named().as_deref(), Some("Ana"));
    let chat = pack.read(None, now()).unwrap();
    assert_eq!(chat.messages[0].said, Said::File { name: "nota.txt".to_owned() });
    assert!(pack.has("nota.txt") && !pack.has("other.jpg"));
    assert_eq!(pack.file("nota.txt").unwrap().as_deref(), Some(&b"una nota"[..]));
    assert_eq!(pack.file("other.jpg").unwrap(), None);
    let sent = "[01/01/20, 10:00:00] Otra: de otro chat\n".as_bytes();
    let both = archive(&[("_chat.txt", sent), ("Chat de WhatsApp con Ana.txt", TEXT)]);
    let pack = ChatPack::open(both, "descarga.zip", ChatLimits::default()).unwrap();
    assert_eq!(pack.named().as_deref(), Some("Ana"));
    assert_eq!(pack.read(None, now()).unwrap().authors[0].name, "Ana", "the other one was sent as a document");
    let beside = archive(&[("00000003-WhatsApp Chat with Bob.txt", sent), ("_chat.txt", TEXT)]);
    let pack = ChatPack::open(beside, "WhatsApp Chat - Ana.zip", ChatLimits::default()).unwrap();
    assert_eq!(pack.read(None, now()).unwrap().authors[0].name, "Ana", "an iPhone numbers what was sent");
    let ios = archive(&[("_chat.txt", TEXT)]);
    let pack = ChatPack::open(ios, "WhatsApp Chat - Ana.zip", ChatLimits::default()).unwrap();
    assert_eq!(pack.named().as_deref(), Some("Ana"), "the archive is called after them");
    let bare = ChatPack::open(Cursor::new(TEXT), "Chat de WhatsApp con Ana.txt", ChatLimits::default()).unwrap();
    assert_eq!(bare.read(None, now()).unwrap().messages.len(), 1, "a text without an archive is one too");
}

#[test]
fn of_two_texts_that_are_called_like_chats_the_archive_s_own_is_the_chat() {
    let ana = "01/01/20, 10:00 - Ana: de otro chat\n".as_bytes();
    let zoe = "31/12/23, 21:15 - Zoe: Chat de WhatsApp con Ana.txt (archivo adjunto)\n".as_bytes();
    let both = || archive(&[("Chat de WhatsApp con Ana.txt", ana), ("Chat de WhatsApp con Zoe.txt", zoe)]);
    for (name, why) in [
        ("Chat de WhatsApp con Zoe.zip", "as the archive is called"),
        ("Chat de WhatsApp con Zoe (1).zip", "a second download, too"),
        ("descarga.zip", "it tells of the other one as a file"),
    ] {
        let pack = ChatPack::open(both(), name, ChatLimits::default()).unwrap();
        assert_eq!(pack.named().as_deref(), Some("Zoe"), "{name}: {why}");
        assert_eq!(pack.read(None, now()).unwrap().authors[0].name, "Zoe", "{name}: {why}");
    }
    let large = vec![b'0'; 2_000];
    let beside = archive(&[("Chat de WhatsApp con Ana.txt", ana), ("Chat de WhatsApp con Zoe.txt", &large)]);
    let small = ChatLimits { text_bytes: 1_000, ..ChatLimits::default() };
    let pack = ChatPack::open(beside, "descarga.zip", small).unwrap();
    assert_eq!(pack.named().as_deref(), Some("Ana"), "one that was sent may be larger than a chat");
}

#[test]
fn what_an_archive_holds_is_bounded_whatever_it_says() {
    let zeros = vec![b'0'; 3_000_000];
    let small = ChatLimits { text_bytes: 1_000_000, file_bytes: 1_000, entries: 3, ..ChatLimits::default() };
    let bomb = archive(&[("_chat.txt", &zeros)]);
    assert!(matches!(ChatPack::open(bomb, "a.zip", small), Err(PackError::TooLarge { limit_bytes: 1_000_000 })));
    let big = archive(&[("_chat.txt", TEXT), ("big.jpg", &zeros)]);
    let mut pack = ChatPack::open(big, "a.zip", small).unwrap();
    assert!(!pack.has("big.jpg"));
    assert_eq!(pack.file("big.jpg").unwrap(), None, "larger than a file may be");
    let two_files = archive(&[("_chat.txt", TEXT), ("1.jpg", &zeros[..900]), ("2.jpg", &zeros[..900])]);
    let tight = ChatLimits { all_files_bytes: 1_500, ..small };
    let mut pack = ChatPack::open(two_files, "a.zip", tight).unwrap();
    assert!(pack.file("1.jpg").unwrap().is_some());
    assert_eq!(pack.file("2.jpg").unwrap(), None, "together they are more than all files may be");
    let many = archive(&[("_chat.txt", TEXT), ("1", b"1"), ("2", b"2"), ("3", b"3")]);
    assert!(matches!(ChatPack::open(many, "a.zip", small), Err(PackError::TooLarge { .. })));
    let none = archive(&[("1.jpg", b"1"), ("notes.txt", b"hello")]);
    assert!(matches!(ChatPack::open(none, "a.zip", small), Err(PackError::NoChat)));
    let broken = ChatPack::open(Cursor::new(b"PK\x03\x04 and no more".to_vec()), "a.zip", small);
    assert!(matches!(broken, Err(PackError::Damaged(_))));
    let few = ChatLimits { messages: 1, ..ChatLimits::default() };
    let two = "31/12/23, 21:15 - Ana: a\n31/12/23, 21:15 - Ana: b\n";
    assert!(matches!(read(two, None, now(), few), Err(ChatError::TooManyMessages { limit: 1 })));
    let short = ChatLimits { message_chars: 3, ..ChatLimits::default() };
    let cut = read("31/12/23, 21:15 - Ana: añadir\n", None, now(), short).unwrap();
    assert_eq!((cut.messages[0].text.as_str(), cut.cut), ("aña", 1));
}

#[test]
fn a_path_in_an_archive_is_nothing_but_a_name() {
    let files = archive(&[("chat/_chat.txt", TEXT), ("chat/nota.txt", b"words"), ("../../evil.jpg", b"evil")]);
    let mut pack = ChatPack::open(files, "a.zip", ChatLimits::default()).unwrap();
    assert_eq!(pack.file("nota.txt").unwrap().as_deref(), Some(&b"words"[..]));
    for name in ["chat/nota.txt", "../../evil.jpg", "/etc/passwd"] {
        assert_eq!(pack.file(name).unwrap(), None, "{name} is asked for by no message");
    }
}

#[derive(Clone, Copy, Debug)]
enum Phone {
    AndroidDay,
    AndroidMonth,
    IosDay,
    IosMonth,
    IosYear,
    Portuguese,
}

fn written(phone: Phone, at: NaiveDateTime) -> String {
    let format = match phone {
        Phone::AndroidDay => "%-d/%-m/%y, %H:%M - ",
        Phone::AndroidMonth => "%-m/%-d/%y, %-I:%M\u{202f}%p - ",
        Phone::IosDay => "[%d/%m/%y %H:%M:%S] ",
        Phone::IosMonth => "[%-m/%-d/%y, %-I:%M:%S\u{202f}%p] ",
        Phone::IosYear => "[%Y-%m-%d, %-H:%M:%S] ",
        Phone::Portuguese => "%d/%m/%Y %H:%M - ",
    };
    at.format(format).to_string()
}

proptest! {
    #[test]
    fn a_chat_that_is_written_is_read_as_it_was(
        phone in prop::sample::select(vec![
            Phone::AndroidDay, Phone::AndroidMonth, Phone::IosDay, Phone::IosMonth, Phone::IosYear, Phone::Portuguese,
        ]),
        rows in prop::collection::vec(
            (0_i64..200_000_000, any::<bool>(), "[a-zñé¿?!:<>/,. 0-9-]{1,20}(\n[a-zñé¿?!:<>/,. 0-9-]{0,20}){0,3}"),
            1..30,
        ),
    ) {
        let seconds = matches!(phone, Phone::IosDay | Phone::IosMonth | Phone::IosYear);
        let mut rows: Vec<(NaiveDateTime, &str, String)> = rows
            .into_iter()
            .map(|(after, mine, text)| {
                let after = if seconds { after } else { after - after % 60 };
                let at = at("2020-01-01 00:00:00") + chrono::Duration::seconds(after);
                (at, if mine { "La Tienda" } else { "Ana" }, text.trim().to_owned())
            })
            .collect();
        rows.sort();
        prop_assume!(rows.iter().all(|(_, _, text)| !text.is_empty()));
        prop_assume!(rows.iter().all(|(_, _, text)| text.lines().all(|line| line::head(line).is_none())));
        let text: String = rows.iter().map(|(at, who, text)| format!("{}{who}: {text}\n", written(phone, *at))).collect();
        let order = match phone {
            Phone::AndroidDay | Phone::IosDay | Phone::Portuguese => DayOrder::DayFirst,
            Phone::AndroidMonth | Phone::IosMonth => DayOrder::MonthFirst,
            Phone::IosYear => DayOrder::YearFirst,
        };
        let found = read(&text, None, now(), ChatLimits::default()).unwrap();
        if found.order_is_sure && rows.iter().any(|(at, ..)| chrono::Datelike::day(at) > 12) {
            prop_assert_eq!(found.order, order);
        }
        let chat = read(&text, Some(order), now(), ChatLimits::default()).unwrap();
        let read: Vec<(NaiveDateTime, &str, String)> = chat
            .messages
            .iter()
            .map(|message| (message.at, chat.authors[message.author].name.as_str(), message.text.clone()))
            .collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn no_text_ends_the_reader(text in "([0-9/\\[\\]:, .\\-apmAna\u{200e}\u{202f}<>]|\n){0,200}") {
        let _ = read(&text, None, now(), ChatLimits::default());
    }
}

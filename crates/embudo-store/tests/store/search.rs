//! Search finds what a person means.

use crate::support::*;
use embudo_domain::*;
use embudo_store::{MessageHits, PeopleTerms, SearchQuery, Store};

async fn find(store: &Store, text: &str) -> MessageHits {
    store.search_messages(&SearchQuery { text: text.into(), limit: 50, ..SearchQuery::default() }).await.unwrap()
}

async fn texts(store: &Store, text: &str) -> Vec<String> {
    let hits = find(store, text).await.hits;
    hits.iter().map(|hit| hit.snippet.iter().map(|part| part.text.as_str()).collect()).collect()
}

#[tokio::test]
async fn accents_case_and_unfinished_words_do_not_matter() {
    let mut hub = Hub::new();
    let store = memory().await;
    hub.receive_text(customer(1), NOW_MS / 1000, "O JOÃO pediu informação");
    hub.deliver(&store).await;
    for query in ["joao", "João", "JOAO inf", "informac", "\"joão pediu\"", "pediu joao"] {
        assert_eq!(texts(&store, query).await.len(), 1, "{query} finds it");
    }
    for query in ["\"pediu joão\"", "joao pix", "oao", "j"] {
        assert!(texts(&store, query).await.is_empty(), "{query} does not");
    }
    let hit = find(&store, "joao").await.hits.remove(0);
    let marked: Vec<&str> = hit.snippet.iter().filter(|part| part.hit).map(|part| part.text.as_str()).collect();
    assert_eq!(marked, ["JOÃO"], "the hit is marked as it was written");
    assert_eq!((hit.name.as_str(), hit.line_id), ("Customer 1", LINE));
}

#[tokio::test]
async fn hits_come_newest_first_even_when_old_messages_arrive_late() {
    let mut hub = Hub::new();
    let store = memory().await;
    for (at, text) in [(0, "precio nuevo"), (-90_000, "precio viejo"), (-40_000, "precio medio")] {
        hub.receive_text(customer(1), NOW_MS / 1000 + at, text);
        hub.deliver(&store).await;
    }
    assert_eq!(
        texts(&store, "precio").await,
        ["precio nuevo", "precio medio", "precio viejo"],
        "by their time, not by their arrival"
    );
}

#[tokio::test]
async fn a_burst_runs_over_its_seconds_and_hits_still_come_by_their_time() {
    let mut hub = Hub::new();
    let store = memory().await;
    let start_s = NOW_MS / 1000 - 3_600;
    // Four places in a second: each batch finds those of its second taken by the ones before it.
    for batch in 0..20 {
        for number in 0..10 {
            hub.receive_text(customer(number), start_s + batch / 10, &format!("oferta {batch} {number}"));
        }
        hub.deliver(&store).await;
    }
    // Later somebody's message from before the burst, and one from the middle of it.
    hub.receive_text(customer(1), start_s - 60, "oferta de antes");
    hub.deliver(&store).await;
    hub.receive_text(customer(1), start_s + 600, "oferta de despues");
    hub.deliver(&store).await;
    hub.receive_text(customer(1), start_s, "oferta tardia");
    hub.deliver(&store).await;
    let mut query = SearchQuery { text: "oferta".into(), limit: 100, ..SearchQuery::default() };
    let mut found = Vec::new();
    loop {
        let page = store.search_messages(&query).await.unwrap();
        found.extend(page.hits.iter().map(|hit| hit.at_ms / 1000 - start_s));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    assert_eq!(found.len(), 203, "every message has a place of its own");
    assert_eq!((found[0], found[202]), (600, -60), "what is newer or older than the burst stands outside of it");
    // The late one went behind the run: to the end of its own second there was no place.
    assert_eq!(found[1], 0);
    assert!(found[2..202].is_sorted_by(|newer, older| newer >= older), "the burst itself is in order: {found:?}");
}

#[tokio::test]
async fn a_long_beginning_finds_every_word_that_begins_so() {
    let mut hub = Hub::new();
    let store = memory().await;
    for (at, text) in ["Obrigado!", "muito obrigada", "obrigatório hoje", "obra nova", "OBRIGAÇÃO"].iter().enumerate()
    {
        hub.receive_text(customer(1), NOW_MS / 1000 + at as i64, text);
    }
    hub.deliver(&store).await;
    let all = ["OBRIGAÇÃO", "obrigatório hoje", "muito obrigada", "Obrigado!"];
    for query in ["obrig", "OBRIGÁ"] {
        assert_eq!(texts(&store, query).await, all, "{query}: newest first");
    }
    assert_eq!(texts(&store, "obrigad").await, all[2..]);
    assert_eq!(texts(&store, "muito obrig").await, all[2..3], "beside another word");
    assert_eq!(texts(&store, "obrigaç").await, all[..1], "with its accent, as far as it is typed");
    assert!(texts(&store, "obrigox").await.is_empty());
    let marked = find(&store, "obrigato").await.hits.remove(0).snippet;
    assert_eq!(marked[0].text, "obrigatório", "the whole word is marked");
    assert!(marked[0].hit);
}

#[tokio::test]
async fn a_beginning_of_very_many_words_finds_them_all_the_same() {
    let mut hub = Hub::new();
    let store = memory().await;
    for number in 0..90 {
        hub.receive_text(customer(number % 7), NOW_MS / 1000 + number as i64, &format!("pedido{number:02}"));
    }
    hub.deliver(&store).await;
    assert_eq!(find(&store, "pedido").await.hits.len(), 50, "a full page");
    assert_eq!(texts(&store, "pedido8").await.len(), 10);
}

#[tokio::test]
async fn pages_of_hits_meet() {
    let mut hub = Hub::new();
    let store = memory().await;
    // Many in one second: they run over into the next ones' places.
    for number in 0..95 {
        hub.receive_text(customer(number % 7), NOW_MS / 1000, &format!("oferta {number}"));
    }
    hub.deliver(&store).await;
    let mut query = SearchQuery { text: "oferta".into(), limit: 10, ..SearchQuery::default() };
    let mut seen = std::collections::HashSet::new();
    loop {
        let page = store.search_messages(&query).await.unwrap();
        for hit in &page.hits {
            assert!(seen.insert(hit.message_id), "no hit twice");
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen.len(), 95, "and none left out");
}

#[tokio::test]
async fn operators_narrow() {
    let mut hub = Hub::new();
    let store = memory().await;
    let day_s = 86_400;
    let start_s = 1_788_220_800; // 2026-09-01
    hub.receive_text(customer(1), start_s, "pix del martes");
    hub.receive_text(customer(2), start_s + day_s, "pix del miércoles");
    let file = FileRef {
        file: FileState::Waiting { remote: "r".into() },
        name: Some("comprobante.ogg".into()),
        mime: "audio/ogg".into(),
        size_bytes: 10,
        width_px: None,
        height_px: None,
        duration_ms: None,
        waveform: Vec::new(),
    };
    hub.receive(customer(1), start_s + 60, Body::Media { media: MediaKind::Voice, file, caption: None });
    hub.deliver(&store).await;
    store.apply_act(&send(1, customer(1), "mi pix es 123"), ACTOR, stamp(1, NOW_MS)).await.unwrap();
    assert_eq!(texts(&store, "pix from:me").await, ["mi pix es 123"]);
    assert_eq!(texts(&store, "pix from:them").await, ["pix del miércoles", "pix del martes"]);
    assert_eq!(
        texts(&store, "pix from:them before:2026-09-02").await,
        ["pix del martes"],
        "the day itself is not before it"
    );
    assert_eq!(texts(&store, "pix from:them after:2026-09-02").await, ["pix del miércoles"]);
    assert_eq!(texts(&store, "has:audio").await, ["comprobante.ogg"], "without a word");
    assert_eq!(texts(&store, "comprobante has:voice").await.len(), 1, "file names are words");
    assert!(texts(&store, "pix has:image").await.is_empty());
    assert_eq!(texts(&store, "pix in:\"sales 1\"").await.len(), 3);
    assert_eq!(texts(&store, "pix em:\"SÁLES 1\"").await.len(), 3, "whatever its case and accents, in three languages");
    assert_eq!(texts(&store, "pix en: sal").await.len(), 3, "its beginning is enough, as it is typed");
    assert!(texts(&store, "pix in:other").await.is_empty());
    assert_eq!(find(&store, "has:cat pix").await.not_understood, ["has:cat"]);
    let query = SearchQuery {
        text: "pix".into(),
        conversation_id: Some(customer(2).conversation),
        limit: 9,
        ..SearchQuery::default()
    };
    assert_eq!(store.search_messages(&query).await.unwrap().hits.len(), 1, "find in this thread");
}

#[tokio::test]
async fn an_edited_text_is_found_by_its_new_words_only() {
    let mut hub = Hub::new();
    let store = memory().await;
    hub.receive_text(customer(1), NOW_MS / 1000, "banana");
    hub.deliver(&store).await;
    hub.run(&HubAct::Edited {
        line_id: LINE,
        provider_id: "p1".into(),
        body: Body::Text { text: "cereza".into() },
        at_s: NOW_MS / 1000,
    });
    hub.deliver(&store).await;
    assert!(texts(&store, "banana").await.is_empty());
    assert_eq!(texts(&store, "cereza").await.len(), 1);
    assert!(store.check(embudo_store::Depth::Everything).await.unwrap().is_empty());
}

fn contact(number: u128, name: &str, phone: Option<&str>, email: &str) -> [Row; 2] {
    let who = customer(number).contact;
    [
        Row::Contact(Contact {
            id: who,
            display_name: name.into(),
            name_source: NameSource::User,
            channel_name: format!("chan{number}"),
            saved: true,
            blocked: false,
            tag_ids: Vec::new(),
            language: None,
            about: String::new(),
            photo: None,
            responsible_id: None,
            source_id: None,
            bin: None,
            fields: Vec::new(),
            brought: Vec::new(),
            erased: false,
            created_at_ms: NOW_MS,
        }),
        Row::Reach(Reach {
            contact_id: who,
            phone_e164: phone.map(Into::into),
            phone_text: String::new(),
            email: email.into(),
        }),
    ]
}

#[tokio::test]
async fn people_are_found_by_name_number_and_address() {
    let mut hub = Hub::new();
    let store = memory().await;
    for row in contact(1, "João da Silva", Some("+5531988887777"), "joao@loja.example")
        .into_iter()
        .chain(contact(2, "Mariana Peña", Some("+553133334444"), ""))
        .chain(contact(3, "Ana", None, "ANA@tienda.example"))
    {
        hub.put(row);
    }
    hub.receive_text(customer(4), NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    let find = async |text: &str| {
        let hits = store.search_contacts(text, 8).await.unwrap();
        hits.iter().map(|hit| hit.name.clone()).collect::<Vec<_>>()
    };
    for text in [
        "joao",
        "silva",
        "ilv",
        "João",
        "da silva",
        "988887777",
        "31 98888-7777",
        "+55 31 98888-7777",
        "88887777",
        "553188887777",
        "31 8888-7777",
        "98888",
        "31 9888",
        "1-8888-77",
        "joao@loja",
    ] {
        assert_eq!(find(text).await, ["João da Silva"], "{text}");
    }
    for text in ["pena", "maria", "3333-4444", "31933334444", "933334444"] {
        assert_eq!(find(text).await, ["Mariana Peña"], "{text}");
    }
    assert_eq!(find("ana@tienda").await, ["Ana"]);
    assert_eq!(find("an").await, ["Ana"], "two letters find the beginning of a name");
    assert_eq!(find("ana").await[0], "Ana", "the name that begins with it stands first");
    assert_eq!(find("@user4").await, ["Customer 4"], "by the channel's user name");
    assert_eq!(find("chan2").await, ["Mariana Peña"], "by what the channel calls them");
    let hit = store.search_contacts("user4", 8).await.unwrap().remove(0);
    assert_eq!((hit.detail.as_str(), hit.conversation_id), ("@user4", Some(customer(4).conversation)));
    assert!(find("").await.is_empty());
    assert!(find("zzz").await.is_empty());
    assert!(find("\"(*").await.is_empty(), "signs are no query language");
    // A new number replaces the old one.
    hub.put(contact(1, "João da Silva", Some("+5531999990000"), "").into_iter().nth(1).unwrap());
    hub.deliver(&store).await;
    assert!(find("88887777").await.is_empty());
    assert_eq!(find("99990000").await, ["João da Silva"]);
    assert!(
        store.check(embudo_store::Depth::Everything).await.unwrap().is_empty(),
        "no old number is left in the index"
    );
}

#[tokio::test]
async fn people_are_found_by_what_stands_beside_their_card_and_by_the_beginning_of_an_address() {
    let mut hub = Hub::new();
    let store = memory().await;
    for row in contact(1, "João da Silva", Some("+5531988887777"), "silva.joao@loja.example")
        .into_iter()
        .chain(contact(2, "Mariana Peña", Some("+525511112222"), ""))
    {
        hub.put(row);
    }
    for (number, kind, value) in [
        (1, ReachKind::Phone, "+5531977776666"),
        (2, ReachKind::Phone, "+525598765432"),
        (2, ReachKind::Email, "Ventas@tienda.example"),
    ] {
        hub.put(Row::OtherReach(OtherReach::new(customer(number).contact, kind, value.into())));
    }
    hub.deliver(&store).await;
    let find = async |text: &str| {
        let hits = store.search_contacts(text, 8).await.unwrap();
        hits.into_iter().map(|hit| (hit.name, hit.detail)).collect::<Vec<_>>()
    };
    let found = |name: &str, detail: &str| vec![(name.to_owned(), detail.to_owned())];
    for text in ["+55 31 97777-6666", "31 7777-6666", "97777", "6666"] {
        assert_eq!(
            find(text).await,
            found("João da Silva", "+5531977776666"),
            "{text}: the second number is theirs too"
        );
    }
    assert_eq!(find("55 9876 5432").await, found("Mariana Peña", "+525598765432"));
    for text in ["ventas@tienda", "VENTAS@", "ventas"] {
        assert_eq!(find(text).await, found("Mariana Peña", "Ventas@tienda.example"), "{text}");
    }
    for text in ["silva.joao", "Silva.J", "silva.joao@loja"] {
        assert_eq!(find(text).await, found("João da Silva", "silva.joao@loja.example"), "{text}");
    }
    assert_eq!(
        find("silva").await,
        found("João da Silva", ""),
        "a name goes before an address, and nobody comes twice"
    );
    assert!(find("loja").await.is_empty() && find("ve").await.is_empty());
    let all = async |text: &str| store.people_found(text).await.unwrap();
    assert_eq!(all("ventas").await, [customer(2).contact], "a list finds whom the search finds");
}

#[tokio::test]
async fn a_number_that_ends_with_what_was_typed_stands_first() {
    let mut hub = Hub::new();
    let store = memory().await;
    // The newest one is looked at first, and holds the digits in its middle.
    for row in contact(1, "Ends", Some("+525511114321"), "")
        .into_iter()
        .chain(contact(2, "Begins", Some("+432115550000"), ""))
        .chain(contact(3, "Middle", Some("+525543219999"), ""))
        .chain(contact(4, "Other", Some("+525500001111"), ""))
    {
        hub.put(row);
    }
    hub.deliver(&store).await;
    let hits = store.search_contacts("4321", 8).await.unwrap();
    let names: Vec<&str> = hits.iter().map(|hit| hit.name.as_str()).collect();
    assert_eq!(names, ["Ends", "Begins", "Middle"], "people know the last digits of a number");
    assert_eq!(hits[0].detail, "+525511114321", "the number is what matched");
    assert_eq!(store.search_contacts("4321", 1).await.unwrap().len(), 1, "no more than asked for");
}

#[tokio::test]
async fn messages_are_narrowed_by_the_newest_lead_and_the_tags_of_their_contact() {
    let mut hub = Hub::new();
    let store = memory().await;
    for number in 1..=3 {
        hub.receive_text(customer(number), NOW_MS / 1000 + number as i64, &format!("pix {number}"));
    }
    let vip = TagId(id(51));
    let contact = hub.world.contact(customer(2).contact).unwrap().clone();
    hub.put(Row::Contact(Contact { tag_ids: vec![vip], ..contact }));
    let lead_of =
        |hub: &Hub, number| hub.world.leads().find(|lead| lead.contact_id == customer(number).contact).cloned();
    let first = lead_of(&hub, 1).unwrap();
    let state = LeadState { marker: Marker::Urgent, status_id: seeded::QUALIFIED, ..first.state.clone() };
    hub.put(Row::Lead(Box::new(Lead { state, ..first.clone() })));
    hub.deliver(&store).await;
    let find = async |text: &str, people: PeopleTerms| {
        let query = SearchQuery { text: text.into(), limit: 50, people, ..SearchQuery::default() };
        let hits = store.search_messages(&query).await.unwrap().hits;
        hits.iter().map(|hit| hit.conversation_id).collect::<Vec<_>>()
    };
    let none = PeopleTerms::default;
    let urgent = PeopleTerms { markers: vec![Marker::Urgent, Marker::Stuck], ..none() };
    assert_eq!(find("pix", urgent.clone()).await, [customer(1).conversation]);
    assert_eq!(find("from:them", urgent.clone()).await, [customer(1).conversation], "without a word");
    assert!(find("", urgent).await.is_empty(), "who is meant alone names people, not what they wrote");
    let new = PeopleTerms { status_ids: vec![seeded::NEW], ..none() };
    assert_eq!(find("pix", new.clone()).await, [customer(3).conversation, customer(2).conversation]);
    assert_eq!(find("pix", PeopleTerms { tag_ids: vec![vip], ..new }).await, [customer(2).conversation], "both");
    let other = PeopleTerms { source_ids: vec![SourceId(id(9))], ..none() };
    assert!(find("pix", other).await.is_empty());
    // The next cycle is what counts now.
    let again = Lead { id: LeadId(id(900)), number: None, cycle: first.cycle + 1, ..first };
    hub.put(Row::Lead(Box::new(again)));
    hub.deliver(&store).await;
    assert!(find("pix", PeopleTerms { markers: vec![Marker::Urgent], ..none() }).await.is_empty());
}

#[tokio::test]
async fn people_are_found_by_what_is_noted_about_them_and_no_more_when_it_is_gone() {
    let mut hub = Hub::new();
    let store = memory().await;
    for row in contact(1, "Ana", None, "") {
        let row = match row {
            Row::Contact(row) => {
                Row::Contact(Contact { about: "Prefere entregas à TARDE, no portão azul".into(), ..row })
            }
            other => other,
        };
        hub.put(row);
    }
    hub.deliver(&store).await;
    let found = async |text: &str| {
        let hits = store.search_contacts(text, 8).await.unwrap();
        let people = store.people_found(text).await.unwrap();
        assert_eq!(hits.len(), people.len(), "{text}: the same people in lists and in the search");
        hits.into_iter().map(|hit| hit.detail).collect::<Vec<_>>()
    };
    for text in ["portao azul", "entregas", "tard", "AZUL port"] {
        assert!(found(text).await[0].contains("portão azul"), "{text}: what matched is shown");
    }
    assert!(found("verde").await.is_empty());
    let patch = ContactPatch { about: Some("Prefere manhã".into()), ..ContactPatch::default() };
    let act = Act::PatchContact { contact_id: customer(1).contact, patch, expect: None };
    store.apply_act(&act, ACTOR, stamp(1, NOW_MS)).await.unwrap();
    assert!(found("portao").await.is_empty());
    assert_eq!(found("manha").await.len(), 1);
    for (number, about) in ["", "Prefere manhã"].into_iter().enumerate() {
        let patch = ContactPatch { about: Some(about.into()), ..ContactPatch::default() };
        let act = Act::PatchContact { contact_id: customer(1).contact, patch, expect: None };
        store.apply_act(&act, ACTOR, stamp(2 + number as u128, NOW_MS)).await.unwrap();
        assert_eq!(found("manha").await.len(), number, "gone, and noted where nothing was");
    }
    assert!(store.check(embudo_store::Depth::Everything).await.unwrap().is_empty(), "the index tells the truth");
}

#[tokio::test]
async fn a_list_by_a_brazilian_number_finds_it_with_and_without_the_ninth_digit() {
    let mut hub = Hub::new();
    let store = memory().await;
    for row in
        contact(1, "Com", Some("+5531988887777"), "").into_iter().chain(contact(2, "Sem", Some("+553133334444"), ""))
    {
        hub.put(row);
    }
    hub.deliver(&store).await;
    for (text, number) in [
        ("988887777", 1),
        ("88887777", 1),
        ("31 8888-7777", 1),
        ("31 98888-7777", 1),
        ("933334444", 2),
        ("31933334444", 2),
        ("3333-4444", 2),
    ] {
        assert_eq!(store.people_found(text).await.unwrap(), [customer(number).contact], "{text}");
    }
}

use crate::shop::*;
use embudo_domain::rules::{MAX_LINES_OF_TYPE, ON_PURPOSE};
use embudo_domain::*;

fn reply(shop: &mut Shop, shortcut: &str) -> QuickReply {
    QuickReply {
        id: QuickReplyId(shop.id()),
        shortcut: shortcut.to_owned(),
        title: "Price".to_owned(),
        body: "It costs R$ 100".to_owned(),
        attachments: Vec::new(),
        updated_at_ms: shop.now_ms,
    }
}

fn put(reply: &QuickReply) -> Act {
    Act::PutQuickReply { reply: reply.clone(), expect: None }
}

#[test]
fn a_shortcut_is_short_plain_and_unique_ignoring_case() {
    let mut shop = Shop::open();
    let price = reply(&mut shop, "preço_1");
    shop.act(put(&price));
    for bad in ["", "two words", "a/b", &"x".repeat(33)] {
        let bad = reply(&mut shop, bad);
        assert_eq!(
            shop.refused(put(&bad)),
            Refusal::ShortcutInvalid,
            "{:?} cannot be typed after a slash",
            bad.shortcut
        );
    }
    let same = reply(&mut shop, "PREÇO_1");
    assert_eq!(shop.refused(put(&same)), Refusal::ShortcutTaken { id: price.id }, "one shortcut, one reply");
    shop.act(put(&QuickReply { body: "It costs R$ 120".to_owned(), ..price }));
    let empty = QuickReply { body: " ".to_owned(), ..reply(&mut shop, "empty") };
    assert_eq!(shop.refused(put(&empty)), Refusal::EmptyMessage, "a reply says something");
}

#[test]
fn undo_of_a_quick_reply_is_refused_when_it_changed_meanwhile() {
    let mut shop = Shop::open();
    let first = reply(&mut shop, "price");
    shop.act(put(&first));
    let second = QuickReply { body: "two".to_owned(), ..first.clone() };
    let undo = shop.act(put(&second)).inverse.unwrap();
    shop.act(put(&QuickReply { body: "three".to_owned(), ..first.clone() }));
    assert_eq!(shop.refused(undo), Refusal::ChangedMeanwhile, "the newer text stands");
    let delete = Act::DeleteQuickReply { id: first.id };
    shop.act(delete.clone());
    assert!(shop.act(delete).changes.is_empty(), "deleted once");
}

#[test]
fn one_account_is_one_line() {
    let mut shop = Shop::open();
    let first = shop.line;
    let twin_id = LineId(shop.id());
    let twin = shop.line_row(twin_id, "shop", None);
    assert_eq!(
        shop.refused(Act::AddLine { line: twin.clone() }),
        Refusal::LineDuplicate { line_id: first },
        "already connected"
    );
    shop.writes("maria", "hi");
    shop.act(Act::RemoveLine { line_id: first, erase: false });
    let again = Line { id: first, display_name: "Back".to_owned(), ..twin };
    shop.act(Act::AddLine { line: again });
    let line = shop.world.line(first).unwrap();
    assert_eq!(
        (&line.state, line.display_name.as_str()),
        (&LineState::Connecting, "Back"),
        "added again under its id: the same line"
    );
    shop.writes("maria", "still here?");
    assert_eq!(shop.world.conversations().count(), 1, "with its old threads (THR-02)");
}

#[test]
fn ten_lines_of_a_channel_are_the_limit_and_removing_one_frees_a_place() {
    let mut shop = Shop::open();
    let add = |shop: &mut Shop, n: u32| {
        let id = LineId(shop.id());
        Act::AddLine { line: shop.line_row(id, &format!("account {n}"), None) }
    };
    for n in 1..MAX_LINES_OF_TYPE {
        let act = add(&mut shop, n);
        shop.act(act);
    }
    let eleventh = add(&mut shop, 11);
    assert_eq!(shop.refused(eleventh.clone()), Refusal::LineLimit { limit: 10 }, "the eleventh");
    let bot_id = LineId(shop.id());
    let bot = Line { line_type: LineType::TelegramBot, ..shop.line_row(bot_id, "@bot", None) };
    shop.act(Act::AddLine { line: bot });
    let first = shop.line;
    shop.act(Act::RemoveLine { line_id: first, erase: false });
    shop.act(eleventh);
}

#[test]
fn a_line_that_is_off_on_purpose_stays_off() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    let undo = shop.act(Act::SetLineWanted { line_id, wanted: false }).inverse.unwrap();
    shop.hub(HubAct::LineChanged { line_id, state: LineState::Connected });
    let off = LineState::Disconnected { code: ON_PURPOSE.to_owned() };
    assert_eq!(shop.world.line(line_id).unwrap().state, off, "a worker on its way out does not overrule a person");
    shop.act(undo);
    assert_eq!(shop.world.line(line_id).unwrap().state, LineState::Connecting, "until that person wants it again");
    shop.hub(HubAct::LineChanged { line_id, state: LineState::Connected });
    assert_eq!(shop.world.line(line_id).unwrap().state, LineState::Connected, "then it may");
    assert!(
        shop.hub(HubAct::LineChanged { line_id, state: LineState::Connected }).changes.is_empty(),
        "no news is no change"
    );
}

#[test]
fn a_line_s_settings_change_alone() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    let before = shop.world.clone();
    let patch = |name: &str, url: &str| Act::PatchLine {
        line_id,
        display_name: Some(name.to_owned()),
        color: None,
        base_url: Some(url.to_owned()),
    };
    let undo = shop.act(patch("Sales", "http://localhost:1")).inverse.unwrap();
    let line = shop.world.line(line_id).unwrap();
    assert_eq!(
        (line.display_name.as_str(), line.base_url.as_deref(), line.color.as_str()),
        ("Sales", Some("http://localhost:1"), "#336699"),
        "only what was said"
    );
    assert!(matches!(shop.refused(patch(" ", "")), Refusal::NameInvalid { .. }), "a line has a name");
    shop.act(undo);
    assert_eq!(shop.world, before, "undo gives the official place back");
}

#[test]
fn a_workspace_is_founded_once() {
    let mut shop = Shop::open();
    let before = shop.world.clone();
    let workspace =
        Workspace { id: shop.workspace, name: "Other".to_owned(), default_country: "AR".to_owned(), created_at_ms: 0 };
    let owner = Member { id: shop.ana.member_id, name: "Bia".to_owned(), role: Role::Seller, active: true };
    shop.hub(HubAct::Found { workspace, owner });
    assert_eq!(shop.world, before, "a crash after founding founds nothing again");
    let rename = |name: &str| Act::RenameWorkspace { name: name.to_owned(), default_country: "BR".to_owned() };
    assert!(matches!(shop.refused(rename("")), Refusal::NameInvalid { .. }), "it has a name");
    let undo = shop.act(rename("Flores & Cia")).inverse.unwrap();
    shop.act(undo);
    assert_eq!(shop.world, before, "and gets its old one back");
}

#[test]
fn a_person_changes_their_own_name_and_takes_it_back() {
    let mut shop = Shop::open();
    let before = shop.world.clone();
    let rename = |name: &str| Act::RenameMe { name: name.to_owned() };
    assert!(matches!(shop.refused(rename("  ")), Refusal::NameInvalid { .. }), "a reply needs a name beside it");
    let effects = shop.act(rename(" Ana Paula "));
    let me =
        Row::Member(Member { id: shop.ana.member_id, name: "Ana Paula".to_owned(), role: Role::Owner, active: true });
    assert_eq!(effects.changes, [Change::Put(me)], "only the name, without the spaces around it");
    shop.act(effects.inverse.unwrap());
    assert_eq!(shop.world, before);
}

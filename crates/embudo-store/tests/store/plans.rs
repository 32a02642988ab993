//! The plans of the hot statements: an index each, no sorting, no reading of whole tables.

use crate::support::*;
use embudo_domain::TagId;
use embudo_store::inbox_sql::page_sql;
use embudo_store::*;
use sqlx::Row as _;

/// No table is read whole, nothing is sorted.
fn assert_lean(name: &str, plan: &[String]) {
    for line in plan {
        let small = ["SCAN local_draft", "SCAN held"].iter().any(|table| line.starts_with(table));
        // In the order of an index, which the limit ends.
        let ordered = line.contains("VIRTUAL TABLE") || line.starts_with("SCAN c USING INDEX");
        assert!(!line.starts_with("SCAN") || ordered || small, "{name} reads a table whole: {plan:#?}");
        assert!(!line.contains("TEMP B-TREE"), "{name} sorts: {plan:#?}");
    }
}

fn view() -> InboxView {
    InboxView::default()
}

#[tokio::test]
async fn pages_of_the_list_walk_an_index() {
    let store = memory().await;
    let filter = InboxFilter::default;
    let cases = [
        ("newest", view(), "conversation_newest"),
        ("closed", InboxView { scope: InboxScope::Closed, ..view() }, "conversation_newest"),
        ("unread", InboxView { tab: InboxTab::Unread, ..view() }, "conversation_unread"),
        ("waiting longest", InboxView { order: InboxOrder::WaitingLongest, ..view() }, "conversation_waiting_longest"),
        ("window closing", InboxView { order: InboxOrder::WindowClosing, ..view() }, "conversation_window"),
        ("oldest unread", InboxView { order: InboxOrder::OldestUnread, ..view() }, "conversation_unread"),
        (
            "waiting on us",
            InboxView { filter: InboxFilter { waiting_on: Some(WaitingOn::Us), ..filter() }, ..view() },
            "conversation_waiting",
        ),
        ("failed", InboxView { filter: InboxFilter { has_failed: true, ..filter() }, ..view() }, "conversation_failed"),
        (
            "unread of one line",
            InboxView { tab: InboxTab::Unread, filter: InboxFilter { line_ids: vec![LINE], ..filter() }, ..view() },
            "conversation_line",
        ),
        (
            "unread and failed",
            InboxView { tab: InboxTab::Unread, filter: InboxFilter { has_failed: true, ..filter() }, ..view() },
            "conversation_newest",
        ),
        (
            "one line",
            InboxView { filter: InboxFilter { line_ids: vec![LINE], ..filter() }, ..view() },
            "conversation_line",
        ),
    ];
    for (name, view, index) in cases {
        for after in [false, true] {
            let plan = store.query_plan(&page_sql(&view, after)).await.unwrap();
            assert_lean(name, &plan);
            assert!(plan.iter().any(|line| line.contains(&format!(" c USING INDEX {index}"))), "{name}: {plan:#?}");
        }
    }
    let tagged = InboxView { filter: InboxFilter { tag_ids: vec![TagId(id(1))], ..filter() }, ..view() };
    let plan = store.query_plan(&page_sql(&tagged, true)).await.unwrap();
    assert_lean("by tag", &plan);
    assert!(plan[0].starts_with("SEARCH t USING PRIMARY KEY (tag_id=? AND list=?"), "the list of the tag: {plan:#?}");
}

#[tokio::test]
async fn everything_is_merged_from_the_lists_without_sorting_them() {
    let store = memory().await;
    let line = InboxFilter { line_ids: vec![LINE], ..InboxFilter::default() };
    for (filter, index) in [(InboxFilter::default(), "conversation_newest"), (line, "conversation_line")] {
        let view = InboxView { scope: InboxScope::Everything, filter, ..view() };
        for after in [false, true] {
            let plan = store.query_plan(&page_sql(&view, after)).await.unwrap();
            let lists = plan.iter().filter(|line| line.starts_with(&format!("SEARCH c USING INDEX {index} (")));
            assert_eq!(lists.count(), 3, "open, snoozed and closed, each in its order: {plan:#?}");
            let joins = plan.iter().position(|line| line.starts_with("SEARCH ct")).unwrap();
            assert!(!plan[..joins].iter().any(|line| line.contains("TEMP B-TREE")), "none is sorted: {plan:#?}");
        }
    }
}

#[tokio::test]
async fn closing_windows_are_found_before_anything_else_is_read() {
    let store = memory().await;
    let view = InboxView {
        filter: InboxFilter { window: Some(WindowFilter::ClosingSoon), ..InboxFilter::default() },
        ..view()
    };
    let plan = store.query_plan(&page_sql(&view, true)).await.unwrap();
    // Not called covering because `list` is a generated column, but no other column is asked for.
    let index = "SEARCH c USING INDEX conversation_window (list=? AND window_closes_at_ms>? AND window_closes_at_ms<?)";
    assert!(plan.iter().any(|line| line == index), "the range of the window: {plan:#?}");
    let joins = plan.iter().position(|line| line.starts_with("SEARCH ct")).unwrap();
    assert!(
        plan[..joins].iter().any(|line| line.contains("TEMP B-TREE")),
        "sorted before names are looked up: {plan:#?}"
    );
}

#[tokio::test]
async fn a_window_that_is_to_be_told_of_is_found_by_its_time() {
    let store = memory().await;
    for (name, sql) in [("untold", CLOSING_UNTOLD), ("the next", CLOSING_NEXT)] {
        let plan = store.query_plan(sql).await.unwrap();
        assert_lean(name, &plan);
        let range = "SEARCH c USING INDEX conversation_window (list=? AND window_closes_at_ms>?";
        assert!(plan.iter().any(|line| line.starts_with(range)), "{name}: {plan:#?}");
    }
}

#[tokio::test]
async fn a_list_of_drafts_begins_with_the_drafts() {
    let store = memory().await;
    let view = InboxView { filter: InboxFilter { has_draft: true, ..InboxFilter::default() }, ..view() };
    let plan = store.query_plan(&page_sql(&view, false)).await.unwrap();
    assert!(
        plan.iter().any(|line| line.starts_with("SEARCH c USING INDEX sqlite_autoindex_conversation_1 (id=?)")),
        "{plan:#?}"
    );
    assert!(!plan.iter().any(|line| line.contains("conversation_newest")), "the list is not walked: {plan:#?}");
}

#[tokio::test]
async fn pages_of_a_thread_walk_its_index() {
    let store = memory().await;
    for (name, sql) in [("before", thread::PAGE_BEFORE), ("after", thread::PAGE_AFTER)] {
        let plan = store.query_plan(sql).await.unwrap();
        assert_lean(name, &plan);
        assert!(
            plan[0].starts_with("SEARCH m USING INDEX message_thread (conversation_id=? AND (sort_s,conv_seq)"),
            "{name}: {plan:#?}"
        );
    }
    let plan = store.query_plan(thread::FIRST_UNREAD).await.unwrap();
    assert!(plan.iter().any(|line| line.contains("message_thread (conversation_id=?)")), "{plan:#?}");
}

/// How a statement reads the table of the words, once for each time that it does.
async fn reads_of_words(store: &Store, sql: &str) -> Vec<String> {
    let plan = store.query_plan(sql).await.unwrap();
    plan.into_iter().filter(|line| line.starts_with("SCAN message_word VIRTUAL TABLE INDEX ")).collect()
}

#[tokio::test]
async fn search_walks_the_word_index_from_the_newest() {
    let store = memory().await;
    let plan = store.query_plan(&format!("{} order by f.rowid desc limit 50", search::BY_WORDS)).await.unwrap();
    assert_lean("words", &plan);
    assert!(plan[0].starts_with("SCAN f VIRTUAL TABLE INDEX"), "the word index is the outer loop: {plan:#?}");
    let plan = store.query_plan(&format!("{} order by m.local_id desc limit 50", search::BY_FILTERS)).await.unwrap();
    assert_lean("filters", &plan);
    let plan = store.query_plan(search_prefix::WORDS).await.unwrap();
    // A table of FTS5 is always "scanned"; the number says from where.
    let walk = reads_of_words(&store, "select term from message_word").await;
    let seek = reads_of_words(&store, "select term from message_word where term >= ?1").await;
    assert_ne!(seek, walk, "a seek begins at its word");
    let both = [seek[0].clone(), seek[0].clone()];
    assert_eq!(reads_of_words(&store, search_prefix::WORDS).await, both, "the first word and each next one: {plan:#?}");
    for (name, sql) in [
        ("identifier", search_people::BY_IDENTIFIER),
        ("digits", search_people::BY_DIGITS),
        ("beside", search_people::BESIDE),
        ("name", search_people::BY_NAME),
        ("letters", search_people::BY_FIRST_LETTERS),
    ] {
        assert_lean(name, &store.query_plan(sql).await.unwrap());
    }
}

#[tokio::test]
async fn a_column_of_the_board_walks_its_index_and_looks_up_its_cards() {
    let store = memory().await;
    for (order, index) in [(CardOrder::Lifted, "lead_lifted"), (CardOrder::Manual, "lead_placed")] {
        let plan = store.query_plan(&sale::stage_cards_sql(order)).await.unwrap();
        assert!(plan.contains(&format!("SEARCH lead USING INDEX {index} (stage_id=?)")), "{plan:#?}");
        // Not called covering because of the generated column and the condition; the program shows it.
        let program = sqlx::AssertSqlSafe(format!("explain {}", sale::stretch_sql(order)));
        let program = sqlx::query(program).fetch_all(&mut *store.raw_reader().await.unwrap()).await.unwrap();
        let steps: Vec<String> = program.iter().map(|row| row.get("opcode")).collect();
        assert!(steps.iter().any(|step| step == "IdxRowid"), "the index says which row: {steps:?}");
        let reads_rows = steps.iter().any(|step| step == "Column" || step == "FinishSeek");
        assert!(!reads_rows, "and no row is read to walk to the stretch: {steps:?}");
        let scans: Vec<&String> = plan.iter().filter(|line| line.starts_with("SCAN")).collect();
        assert_eq!(scans, ["SCAN p"], "of which each card is looked up: {plan:#?}");
        assert!(!plan.iter().any(|line| line.contains("TEMP B-TREE")), "nothing is sorted: {plan:#?}");
    }
    for (name, sql, index) in [
        ("counts", sale::STAGE_COUNTS, None),
        ("rail", sale::CLOSED_SINCE, Some("COVERING INDEX lead_closed (category=? AND closed_at_ms>?)")),
        ("history", sale::HISTORY_OF_CONTACT, Some("INDEX history_contact (contact_id=? AND (at_ms,id)<(?,?))")),
    ] {
        let plan = store.query_plan(sql).await.unwrap();
        assert!(!plan.iter().any(|line| line.contains("TEMP B-TREE")), "{name} sorts: {plan:#?}");
        let Some(index) = index else { continue };
        assert!(plan[0].ends_with(index), "{name}: {plan:#?}");
    }
    let plan = store.query_plan(LEADS_USING).await.unwrap();
    let searches = plan.iter().filter(|line| line.starts_with("SEARCH lead USING COVERING INDEX lead_")).count();
    assert_eq!(searches, 5, "one index for each way of pointing to a row: {plan:#?}");
    let scans: Vec<&String> = plan.iter().filter(|line| line.starts_with("SCAN lead")).collect();
    assert_eq!(scans, ["SCAN lead USING COVERING INDEX lead_fields"], "of those with own fields, no row: {plan:#?}");
    assert!(!plan.iter().any(|line| line.contains("TEMP B-TREE")), "{plan:#?}");
}

#[tokio::test]
async fn what_waits_is_found_among_few() {
    let store = memory().await;
    let plan = store.query_plan(waiting::WAITING).await.unwrap();
    assert!(plan[0].contains("USING INDEX message_waiting"), "{plan:#?}");
    let plan = store.query_plan(contact::CONTACT_FILES).await.unwrap();
    assert!(plan.iter().any(|line| line.contains("message_file (conversation_id=?)")), "{plan:#?}");
}

#[tokio::test]
async fn notes_and_activity_walk_the_indexes_of_their_contact() {
    let store = memory().await;
    let plan_of = async |sql: &str| {
        let plan = store.query_plan(sql).await.unwrap();
        assert_lean(sql, &plan);
        plan
    };
    for with_words in [false, true] {
        let plan = plan_of(&notes::notes_sql(with_words)).await;
        let walks = "SEARCH note USING INDEX note_kind (contact_id=? AND is_call=? AND (at_ms,id)<(?,?))";
        assert_eq!(plan[0], walks, "a page and no more: {plan:#?}");
    }
    assert!(plan_of(notes::COUNT).await[0].contains("INDEX note_"), "counted among those of the contact");
    for lines in [None, Some(1), Some(3)] {
        let plan = plan_of(&notes::by_words_sql(lines)).await;
        assert!(plan[0].starts_with("SCAN f VIRTUAL TABLE"), "the words first, in their order: {plan:#?}");
        assert_eq!(plan[1], "SEARCH n USING INTEGER PRIMARY KEY (rowid=?)", "{plan:#?}");
        let of_line = plan.iter().any(|line| line.starts_with("SEARCH c USING INDEX sqlite_autoindex_conversation_1"));
        assert_eq!(of_line, lines.is_some(), "{plan:#?}");
    }
    let plan = plan_of(activity::CHATS_OF_CONTACT).await;
    assert!(plan[0].contains("(contact_id=?)"), "{plan:#?}");
    let plan = plan_of(activity::EVENTS_OF_CHAT).await;
    let walks = "INDEX message_event (conversation_id=? AND (created_at_ms,id)<(?,?))";
    assert!(plan[0].ends_with(walks), "{plan:#?}");
    let plan = plan_of(activity::UNDONE_SINCE).await;
    assert!(plan[0].ends_with("INDEX history_taken_back (contact_id=? AND at_ms>?)"), "{plan:#?}");
    for of in [[true; 3], [true, false, false], [false, true, false], [false, false, true]] {
        let plan = plan_of(&activity::history_sql(of)).await;
        assert!(plan[0].ends_with("INDEX history_contact (contact_id=? AND (at_ms,id)<(?,?))"), "{of:?}: {plan:#?}");
        let origin = plan.iter().filter(|line| line.starts_with("SEARCH l USING"));
        assert!(origin.clone().all(|line| line.contains("(id=?)")) && origin.count() > 0, "{of:?}: {plan:#?}");
    }
}

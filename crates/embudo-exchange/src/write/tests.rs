#![allow(clippy::unwrap_used)]
use super::*;
use crate::Limits;
use crate::read::{ReadAs, Table, read_bytes};
use proptest::prelude::*;

fn titles(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn read_again(bytes: Vec<u8>) -> Table {
    let choice = ReadAs { has_header: Some(true), ..ReadAs::default() };
    read_bytes(bytes, &choice, Limits::default()).unwrap()
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_text() {
    for cell in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"] {
        assert_eq!(escape(cell), format!("'{cell}"), "an apostrophe before it");
        assert_eq!(unescape(&escape(cell)), cell, "and back");
    }
    assert_eq!(escape("'=1"), "''=1", "what looks escaped already comes back as it is");
    assert_eq!(unescape(&escape("'=1")), "'=1");
    assert_eq!(escape("d'Avila"), "d'Avila", "a name is left alone");
    assert_eq!(unescape("'quoted'"), "'quoted'");
}

#[test]
fn a_number_survives_a_text_file_and_back() {
    let mut csv = Csv::begin(Vec::new(), ';', &titles(&["Nome", "Telefone"])).unwrap();
    csv.row(&[Cell::Text("=HYPERLINK(\"x\")".into()), Cell::Text("+5531988888888".into())]).unwrap();
    csv.row(&[Cell::Text("two\nlines; \"so\"".into()), Cell::Empty]).unwrap();
    let bytes = csv.end().unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.starts_with("\u{feff}Nome;Telefone\r\n"), "Excel knows the encoding by the mark");
    assert!(text.contains("\"'=HYPERLINK(\"\"x\"\")\";'+5531988888888\r\n"), "nothing runs: {text:?}");
    let table = read_again(bytes);
    assert_eq!(table.rows[0].cells, ["=HYPERLINK(\"x\")", "+5531988888888"]);
    assert_eq!(table.rows[1].cells, ["two\nlines; \"so\"", ""]);
}

#[test]
fn an_amount_is_a_number_wherever_it_is_read() {
    let amounts = [Cell::Decimal { units: -12_505, decimals: 2 }, Cell::Decimal { units: 7, decimals: 0 }];
    let as_text = |separator| {
        let mut csv = Csv::begin(Vec::new(), separator, &titles(&["a", "b"])).unwrap();
        csv.row(&amounts).unwrap();
        String::from_utf8(csv.end().unwrap()).unwrap().lines().nth(1).unwrap().to_owned()
    };
    assert_eq!(as_text(','), "-125.05,7", "no apostrophe: nothing of it runs");
    assert_eq!(as_text(';'), "-125,05;7", "who writes a comma in numbers reads one");
    let mut json = Json::begin(Vec::new(), titles(&["a", "b"])).unwrap();
    json.row(&amounts).unwrap();
    let read: serde_json::Value = serde_json::from_slice(&json.end().unwrap()).unwrap();
    assert_eq!(read, serde_json::json!([{ "a": -125.05, "b": 7.0 }]));
}

#[test]
fn a_workbook_holds_texts_as_texts_and_dates_as_dates() {
    let mut book = Workbook::begin("Leads / all", &titles(&["Name", "Number", "Since"])).unwrap();
    // 2026-11-28 14:05
    let at = Cell::At(1_795_874_700_000);
    book.row(&[Cell::Text("=1+1".into()), Cell::Number(12), at]).unwrap();
    book.row(&[Cell::Text("+5531988888888".into()), Cell::Empty, Cell::Empty]).unwrap();
    let mut file = std::io::Cursor::new(Vec::new());
    book.end(&mut file).unwrap();
    let table = read_again(file.into_inner());
    assert_eq!(table.headers, ["Name", "Number", "Since"]);
    assert_eq!(table.rows[0].cells, ["=1+1", "12", "2026-11-28 14:05"], "the formula is its words, not their result");
    assert_eq!(table.rows[1].cells, ["+5531988888888", "", ""]);
}

#[test]
fn a_list_of_objects_is_valid_with_and_without_rows() {
    let empty = Json::begin(Vec::new(), titles(&["name"])).unwrap().end().unwrap();
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&empty).unwrap(), serde_json::json!([]));
    let mut json = Json::begin(Vec::new(), titles(&["name", "number"])).unwrap();
    json.row(&[Cell::Text("A \"b\"".into()), Cell::Number(1)]).unwrap();
    json.row(&[Cell::Text("C".into()), Cell::Empty]).unwrap();
    let bytes = json.end().unwrap();
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&bytes).unwrap(),
        serde_json::json!([{ "name": "A \"b\"", "number": 1 }, { "name": "C", "number": null }])
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_table_comes_back_from_a_text_file(
        rows in proptest::collection::vec(proptest::collection::vec("[ -~áñ\\n\\t=+@;,'\"]{0,12}", 3), 1..8),
        separator in prop_oneof![Just(';'), Just(','), Just('\t')],
    ) {
        let mut csv = Csv::begin(Vec::new(), separator, &titles(&["name", "phone", "email"])).unwrap();
        for row in &rows {
            csv.row(&row.iter().map(|cell| Cell::Text(cell.clone())).collect::<Vec<_>>()).unwrap();
        }
        let choice = ReadAs { has_header: Some(true), separator: Some(separator), ..ReadAs::default() };
        let bytes = csv.end().unwrap();
        // A file in which nothing but titles stands is told to be empty.
        if let Ok(table) = read_bytes(bytes, &choice, Limits::default()) {
            let wanted: Vec<Vec<String>> = rows
                .iter()
                .map(|row| row.iter().map(|cell| cell.trim_matches(' ').to_owned()).collect::<Vec<_>>())
                .filter(|row| row.iter().any(|cell| !cell.is_empty()))
                .collect();
            let trimmed = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
                let rows = rows.into_iter().map(|row| row.into_iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
                rows.filter(|row| row.iter().any(|cell| !cell.is_empty())).collect()
            };
            let got = table.rows.into_iter().map(|row| row.cells).collect();
            prop_assert_eq!(trimmed(got), trimmed(wanted));
        }
    }
}

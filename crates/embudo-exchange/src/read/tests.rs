#![allow(clippy::unwrap_used)]
use super::*;
use crate::guess::{self, Field};
use std::io::Write;

fn read_text(text: &[u8]) -> Table {
    read_bytes(text.to_vec(), &ReadAs::default(), Limits::default()).unwrap()
}

fn cells(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect()
}

#[test]
fn a_text_tells_its_encoding_its_separator_and_its_header() {
    let table = read_text("\u{feff}Nome;Telefone\r\nJoão;(31) 98888-8888\r\n".as_bytes());
    assert_eq!((table.encoding, table.separator, table.has_header), (Some("UTF-8"), Some(';'), true));
    assert_eq!(table.headers, ["Nome", "Telefone"], "the mark of the encoding is no part of a header");
    assert_eq!(cells(&table), [["João", "(31) 98888-8888"]]);

    let latin = [&b"Nombre,Correo\nMu\xf1oz Jos\xe9,a@b.mx\n"[..], &b"Pe\xf1a,c@d.mx\n"[..]].concat();
    let table = read_text(&latin);
    assert_eq!(table.encoding, Some("windows-1252"), "what is no UTF-8 was written on Windows");
    assert_eq!(cells(&table), [["Muñoz José", "a@b.mx"], ["Peña", "c@d.mx"]]);

    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("Name\tPhone\nAna\t1\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let table = read_text(&utf16);
    assert_eq!((table.encoding, table.separator), (Some("UTF-16LE"), Some('\t')), "as Excel's \"Unicode text\"");
    assert_eq!(cells(&table), [["Ana", "1"]]);
}

#[test]
fn a_file_without_a_header_keeps_its_first_row() {
    let table = read_text(b"Ana,+5531988888888\nBia,+5531977777777\n");
    assert!(!table.has_header, "a row with a number is a person");
    assert_eq!(cells(&table).len(), 2);
    let choice = ReadAs { has_header: Some(true), ..ReadAs::default() };
    let table = read_bytes(b"Ana,+5531988888888\nBia,+5531977777777\n".to_vec(), &choice, Limits::default()).unwrap();
    assert_eq!(table.headers, ["Ana", "+5531988888888"], "a person's word counts more");
}

#[test]
fn a_quoted_cell_may_hold_lines_separators_and_marks() {
    let table = read_text(b"name,about\nAna,\"two\r\nlines, one \"\"word\"\"\"\nBia,5\" screen\n");
    assert_eq!(cells(&table), [["Ana", "two\nlines, one \"word\""], ["Bia", "5\" screen"]]);
    assert_eq!(table.rows[1].number, 4, "the row says in which line it stands");
}

#[test]
fn a_mark_that_is_never_closed_costs_one_row() {
    let mut text = String::from("name,phone\n\"Ana,+5531988888888\n");
    for number in 0..300 {
        text.push_str(&format!("Person {number},+55319{number:08}\n"));
    }
    let table = read_text(text.as_bytes());
    assert_eq!(table.rows.len(), 300, "everybody behind it is read");
    assert_eq!(
        table.broken,
        [BrokenRow { number: 2, cells: vec!["\"Ana".into(), "+5531988888888".into()], problem: BrokenBy::Quote }]
    );
}

#[test]
fn a_row_with_more_cells_than_columns_is_told_and_one_with_less_is_read() {
    let table = read_text(b"name,phone\nAna\nBia,1,2,3\nCid,4,\n");
    assert_eq!(cells(&table), [["Ana", ""], ["Cid", "4"]]);
    assert_eq!(table.broken.len(), 1);
    assert_eq!((table.broken[0].number, table.broken[0].problem), (3, BrokenBy::Cells));
}

#[test]
fn what_is_no_list_is_refused_in_words() {
    let read = |bytes: &[u8]| read_bytes(bytes.to_vec(), &ReadAs::default(), Limits::default());
    assert!(matches!(read(b"  \r\n "), Err(ReadError::Empty)), "blank");
    assert!(matches!(read(b"%PDF-1.7 ..."), Err(ReadError::UnknownKind)), "a PDF");
    assert!(matches!(read(b"\x89PNG\r\n\x1a\n\0\0\0"), Err(ReadError::UnknownKind)), "a picture");
    assert!(matches!(read(b"PK\x03\x04 and nothing else"), Err(ReadError::Damaged(_))), "half an archive");
    let small = Limits { rows: 2, ..Limits::default() };
    let three = read_bytes(b"name\na\nb\nc\n".to_vec(), &ReadAs::default(), small);
    assert!(matches!(three, Err(ReadError::TooManyRows { limit: 2 })), "the header is no row");
    assert!(read_bytes(b"name\na\nb\n".to_vec(), &ReadAs::default(), small).is_ok());
}

#[test]
fn an_archive_that_unpacks_without_end_is_refused() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    for _ in 0..64 {
        archive.write_all(&[b' '; 64 * 1024]).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 64 * 1024, "it looks small");
    let limits = Limits { unpacked_bytes: 1024 * 1024, ..Limits::default() };
    assert!(matches!(read_bytes(bytes, &ReadAs::default(), limits), Err(ReadError::TooLarge { .. })));
}

/// The parts of a workbook as LibreOffice 7 writes them: shared strings, styles with a date.
fn office_book(sheet: &str) -> Vec<u8> {
    let strings = r#"<?xml version="1.0" encoding="UTF-8"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="4" uniqueCount="4"><si><t xml:space="preserve">Nome</t></si><si><t>Celular</t></si><si><t>Nascimento</t></si><si><r><t>Jo</t></r><r><t>ão</t></r></si></sst>"#;
    office_book_of(sheet, strings)
}

fn office_book_of(sheet: &str, strings: &str) -> Vec<u8> {
    let parts = [
        (
            "_rels/.rels",
            r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "[Content_Types].xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Contatos" sheetId="1" r:id="rId3"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        (
            "xl/styles.xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="166" formatCode="dd/mm/yy"/></numFmts><cellXfs count="2"><xf numFmtId="164"/><xf numFmtId="166" applyNumberFormat="true"/></cellXfs></styleSheet>"#,
        ),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file(name, stored).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_s_numbers_and_dates_are_read_as_people_see_them() {
    let sheet = r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row><row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2"><v>5531988888888</v></c><c r="C2" s="1"><v>33055</v></c></row><row r="3"><c r="A3" t="str"><f aca="false">UPPER("bia")</f><v>BIA</v></c><c r="B3" t="e"><v>#N/A</v></c></row></sheetData></worksheet>"#;
    let table = read_bytes(office_book(sheet), &ReadAs::default(), Limits::default()).unwrap();
    assert_eq!(table.kind, FileKind::Workbook);
    assert_eq!(table.headers, ["Nome", "Celular", "Nascimento"]);
    assert_eq!(
        cells(&table),
        [["João", "5531988888888", "1990-07-01"], ["BIA", "", ""]],
        "a number without exponent, a date as a date, what a formula says, and nothing for an error"
    );
    assert_eq!(table.rows[0].number, 2);
}

#[test]
fn a_sheet_of_empty_cells_is_as_large_as_what_stands_in_it() {
    let mut sheet = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>3</v></c></row>"#,
    );
    for row in 3..20_000 {
        sheet.push_str(&format!(
            r#"<row r="{row}"><c r="A{row}" s="1"/><c r="B{row}" s="1"/><c r="XFD{row}" s="1"/></row>"#
        ));
    }
    sheet.push_str("</sheetData></worksheet>");
    let table = read_bytes(office_book(&sheet), &ReadAs::default(), Limits { rows: 10, ..Limits::default() }).unwrap();
    assert_eq!(cells(&table), [["João"]], "cells that only have a look are none");
}

#[test]
fn cards_of_an_old_android_phone_are_read() {
    let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;=4A=6F=C3=A3=6F=20=\r\n=53=69=6C=76=61;;;\r\n\
        FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4A=6F=C3=A3=6F=20=\r\n=53=69=6C=76=61\r\nTEL;HOME:3133334444\r\nTEL;CELL;PREF:+55 31 98888-8888\r\n\
        PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/\r\n 2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgK\r\n\r\nEND:VCARD\r\n";
    let table = read_text(text.as_bytes());
    assert_eq!(table.kind, FileKind::Cards);
    assert_eq!(
        cells(&table),
        [["João Silva", "+55 31 98888-8888", "3133334444", "", "", "", ""]],
        "a name over two lines, the mobile first, no picture"
    );
}

#[test]
fn cards_of_an_apple_phone_are_read() {
    let text = "BEGIN:VCARD\nVERSION:3.0\nPRODID:-//Apple Inc.//iPhone OS 17.1//EN\nN:Souza;Bia;;;\nFN:Bia Souza\nORG:Loja da Bia\\, Ltda;Vendas;\n\
        item1.EMAIL;type=INTERNET;type=pref:bia@loja.example\nitem2.TEL;type=pref:+55 (31) 97777-7777\nitem2.X-ABLabel:_$!<Other>!$_\n\
        NOTE:Prefers mornings\\nand co\n ffee\nCATEGORIES:VIP,Wholesale\nEND:VCARD\n";
    let table = read_text(text.as_bytes());
    assert_eq!(
        cells(&table),
        [[
            "Bia Souza",
            "+55 (31) 97777-7777",
            "",
            "bia@loja.example",
            "Loja da Bia, Ltda, Vendas",
            "Prefers mornings\nand coffee",
            "VIP, Wholesale"
        ]]
    );
}

#[test]
fn cards_of_version_4_and_one_that_breaks_off_are_read() {
    let text = "BEGIN:VCARD\nVERSION:4.0\nN:Peña;Cid;;;\nTEL;VALUE=uri;PREF=1;TYPE=\"voice,cell\":tel:+52-55-1234-5678;ext=9\nEMAIL:cid@casa.example\nEND:VCARD\n\
        BEGIN:VCARD\nVERSION:4.0\nFN:Broken Off\nTEL:123\n\
        BEGIN:VCARD\nVERSION:4.0\nFN:Last\nEND:VCARD\n";
    let table = read_text(text.as_bytes());
    assert_eq!(
        cells(&table),
        [["Cid Peña", "+52-55-1234-5678", "", "cid@casa.example", "", "", ""], ["Last", "", "", "", "", "", ""]],
        "a name is put together where none is written out"
    );
    assert_eq!((table.broken[0].number, table.broken[0].problem), (2, BrokenBy::Card), "not swallowed by the next");
}

#[test]
fn columns_are_guessed_in_three_languages_and_by_what_stands_below() {
    let guess = |headers: &[&str], below: &[&str]| {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        guess::mapping(&headers, |column| below.get(column).map(|cell| vec![(*cell).to_owned()]).unwrap_or_default())
    };
    use Field::*;
    assert_eq!(
        guess(&["Full name", "Phone number", "E-mail", "Tags"], &[]),
        [Some(Name), Some(Phone), Some(Email), Some(Tags)]
    );
    assert_eq!(
        guess(&["Nombre", "Teléfono", "Correo electrónico", "Responsable"], &[]),
        [Some(Name), Some(Phone), Some(Email), Some(Responsible)]
    );
    assert_eq!(
        guess(&["Nome", "Sobrenome", "Celular", "Observações", "CPF"], &[]),
        [Some(Name), Some(LastName), Some(Phone), Some(About), None]
    );
    assert_eq!(guess(&["Status", "Status"], &[]), [Some(Status), None], "of two, one");
    assert_eq!(
        guess(&["", "", ""], &["Ana Souza", "+55 31 98888-8888", "ana@x.example"]),
        [Some(Name), Some(Phone), Some(Email)],
        "without headers"
    );
    assert_eq!(guess(&["Cidade", "Fone 3"], &["Recife", "31 98888-8888"]), [None, Some(Phone)], "a town is no name");
}

#[test]
fn files_with_the_same_columns_are_known_again() {
    let set = |headers: [&str; 2]| guess::header_set(&headers.map(str::to_owned));
    assert_eq!(set(["Nome", "E-mail"]), set(["NOME ", "e mail"]));
    assert_ne!(set(["Nome", "E-mail"]), set(["E-mail", "Nome"]), "the order is part of it");
}

#[test]
fn marks_that_belong_to_the_words_stay_where_they_stand() {
    let cells = |line: &str| read_text(format!("name;about\n{line};x\n").as_bytes()).rows[0].cells[0].clone();
    assert_eq!(cells("\"Ana\" e \"Bia\""), "\"Ana\" e \"Bia\"");
    assert_eq!(cells("\"Ana\", \"Bia\" e Cid"), "\"Ana\", \"Bia\" e Cid");
    assert_eq!(cells("\"a\" b \"c\" d \"e\""), "\"a\" b \"c\" d \"e\"");
}

#[test]
fn a_text_that_stands_in_every_cell_is_cut_and_counted() {
    let xml = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
    let ns = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;
    let strings = format!("{xml}<sst {ns}><si><t>{}</t></si></sst>", "x".repeat(50_000));
    let read = |rows: usize| {
        let rows: String =
            (1..=rows).map(|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#)).collect();
        let sheet = format!("{xml}<worksheet {ns}><sheetData>{rows}</sheetData></worksheet>");
        read_bytes(office_book_of(&sheet, &strings), &ReadAs::default(), Limits { bytes: 100_000, ..Limits::default() })
    };
    let table = read(10).unwrap();
    assert!(table.broken.iter().all(|row| row.problem == BrokenBy::TooLong) && table.broken.len() == 10);
    assert!(matches!(read(40), Err(ReadError::TooLarge { .. })), "a small file does not become a large table");
}

#[test]
fn a_line_of_separators_is_not_kept_cell_by_cell() {
    let limits = Limits::default();
    let text = format!("name;phone\nAna;1{}\nBia;2{}tall;\n", ";".repeat(100_000), ";".repeat(100_000));
    let table = read_bytes(text.into_bytes(), &ReadAs::default(), limits).unwrap();
    assert_eq!(cells(&table), [["Ana", "1"]], "what is empty is no cell too many");
    let broken = &table.broken[0];
    assert_eq!((broken.number, broken.problem), (3, BrokenBy::Cells), "what stands behind is not forgotten");
    assert_eq!((broken.cells.len(), broken.cells[limits.columns].as_str()), (limits.columns + 1, "tall"));
}

#[test]
fn a_list_of_objects_is_a_table_in_the_order_of_its_keys() {
    let table = read_text(
        br#"[
        {"name":"Ana","phone":"+55 31","tick":true,"none":null},
        {"name":"Bia","sum":0.000001,"tick":false,"count":999999999999999}
    ]"#,
    );
    assert_eq!((table.kind, table.has_header), (FileKind::Objects, true));
    assert_eq!(table.headers, ["name", "phone", "tick", "none", "sum", "count"]);
    assert_eq!(
        cells(&table),
        [["Ana", "+55 31", "true", "", "", ""], ["Bia", "", "false", "", "0.000001", "999999999999999"]],
        "numbers have no exponent, and every row is as wide as the table"
    );
    let table = read_text(b"[name];phone\n[Ana];+5531988888888\n");
    assert_eq!(table.kind, FileKind::Text, "what only begins like one is read as ever");
    let table = read_text(br#"[{"name":{"first":"Ana"}}]"#);
    assert_eq!(table.kind, FileKind::Text, "what is deeper than a list is none");
    assert!(matches!(read_bytes(b"[]".to_vec(), &ReadAs::default(), Limits::default()), Err(ReadError::Empty)));
}

#[test]
fn a_cell_says_whether_the_file_holds_it_as_a_number() {
    let sheet = r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="str"><v>1.250</v></c><c r="B2"><v>1.25</v></c></row></sheetData></worksheet>"#;
    let table = read_bytes(office_book(sheet), &ReadAs::default(), Limits::default()).unwrap();
    assert_eq!(cells(&table), [["1.250", "1.25"]]);
    assert_eq!(table.rows[0].numbers, [1], "the first is words");
    let table = read_text(br#"[{"a":"1.250","b":1.25,"c":true,"d":3}]"#);
    assert_eq!(table.rows[0].numbers, [1, 3]);
}

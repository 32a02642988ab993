//! Lists brought in and taken out (IMP-01 to IMP-07, LED-08).

use crate::desk::Desk;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What golden 25 leaves out of its comparison: what tells of changes (history, the list of imports
/// with what it takes to undo them, what screens remember), and what is derived for look-ups.
const TELLS_OF_CHANGES: [&str; 5] = ["history", "import", "import_part", "ui_state", "outbox"];

fn write(desk: &Desk, name: &str, bytes: &[u8]) -> PathBuf {
    let path = desk.folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn open(desk: &Desk, path: &Path) -> Value {
    desk.call("open_import", json!({ "from": "path", "path": path })).await
}

fn options(opened: &Value, duplicates: &str, open_leads: bool) -> Value {
    let mapping: Vec<Value> =
        opened["columns"].as_array().unwrap().iter().map(|column| column["field"].clone()).collect();
    json!({ "mapping": mapping, "duplicates": duplicates, "defaults": { "open_leads": open_leads } })
}

async fn import(desk: &Desk, path: &Path, duplicates: &str, open_leads: bool) -> Value {
    let opened = open(desk, path).await;
    let options = options(&opened, duplicates, open_leads);
    let preview = desk.call("preview_import", json!({ "id": opened["id"], "options": options })).await;
    let report = desk.call("run_import", json!({ "id": opened["id"], "options": options })).await;
    assert_eq!(preview["counts"], report["import"]["counts"], "what it would do is what it did");
    assert_eq!((report["left"].as_u64(), &report["error"]), (Some(0), &Value::Null));
    report
}

fn counts(report: &Value) -> (u64, u64, u64, u64) {
    let counts = &report["import"]["counts"];
    let of = |name: &str| counts[name].as_u64().unwrap();
    (of("made"), of("changed"), of("same"), of("failed"))
}

/// Everything of a whole export but what tells of changes; lines in their order.
async fn everything(desk: &Desk) -> BTreeMap<String, Vec<String>> {
    let path = desk.folder.path().join("everything.zip");
    desk.call("export_workspace", json!({ "id": uuid::Uuid::now_v7(), "path": path, "with_files": false })).await;
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let mut kinds = BTreeMap::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let Some(name) = name.strip_suffix(".jsonl").map(str::to_owned) else { continue };
        if TELLS_OF_CHANGES.contains(&name.as_str()) {
            continue;
        }
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        // So does what contacts tell of files.
        let plain = |line: &str| {
            let mut row: Value = serde_json::from_str(line).unwrap();
            row.as_object_mut().map(|row| row.remove("brought"));
            row.to_string()
        };
        kinds.insert(name, text.lines().map(plain).collect());
    }
    kinds
}

fn number_of(contacts: &BTreeMap<String, Vec<String>>, kind: &str) -> usize {
    contacts[kind].len()
}

/// 1,579 rows as a shop has them: twelve cities, some twice, some without a number.
fn shop_list() -> String {
    let mut text = String::from("Nome;Telefone;E-mail;Observações\r\n");
    for no in 0..1_579 {
        let person = no % 1_500;
        let email = if person % 3 == 0 { format!("p{person}@loja.example") } else { String::new() };
        let phone = if person % 50 == 7 {
            format!("ramal {person}")
        } else {
            format!("+55 31 9{person:04}-{:04}", person * 3 % 10_000)
        };
        text.push_str(&format!("Pessoa {person};{phone};{email};\"linha 1\nlinha 2\"\r\n"));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn golden_25_import_twice_then_undo() {
    let desk = Desk::open().await;
    let known = write(&desk, "known.csv", b"name,phone,email\nAntiga,+5531900000000,\nOutra,,p3@loja.example\n");
    import(&desk, &known, "skip", false).await;
    let before = everything(&desk).await;
    let path = write(&desk, "shop.csv", shop_list().as_bytes());

    let first = import(&desk, &path, "overwrite", true).await;
    let after = everything(&desk).await;
    let (made, _, _, failed) = counts(&first);
    assert_eq!(failed, 0);
    assert_eq!(
        made as usize,
        number_of(&after, "contacts") - number_of(&before, "contacts"),
        "the report is the difference of the database"
    );
    assert_eq!(made, 1_498, "two were here already, 79 stand in the file twice");
    assert_eq!(
        first["import"]["counts"]["leads"].as_u64().unwrap() as usize,
        number_of(&after, "leads") - number_of(&before, "leads"),
        "leads, too"
    );

    let second = import(&desk, &path, "overwrite", true).await;
    assert_eq!(counts(&second).0, 0, "the second time nobody is new");
    assert_eq!(everything(&desk).await, after, "and nothing is different");

    for report in [&second, &first] {
        desk.call("undo_import", json!({ "id": report["import"]["id"] })).await;
    }
    let undone = everything(&desk).await;
    for (kind, rows) in &before {
        assert_eq!(&undone[kind], rows, "{kind} is as it was");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_with_errors_are_saved_mended_and_brought_in_once() {
    let desk = Desk::open().await;
    let text = "Nombre,Teléfono,Correo\nAna,+5531988888888,\nBia,,no es correo\nCid,,\n\"Dora,+5531966666666,\nEva,+5531955555555,\n";
    let path = write(&desk, "list.csv", text.as_bytes());
    let report = import(&desk, &path, "skip", false).await;
    assert_eq!(counts(&report), (2, 0, 0, 3), "an address, no key, a quotation mark");
    let mut problems: Vec<String> =
        report["problems"].as_array().unwrap().iter().map(|one| one["problem"].as_str().unwrap().to_owned()).collect();
    problems.sort();
    assert_eq!(problems, ["email_invalid", "no_key", "quote"]);

    let target = desk.folder.path().join("to fix.csv");
    let words = json!({ "email_invalid": "No es una dirección" });
    let args = json!({ "id": report["import"]["id"], "path": target, "title": "Motivo", "words": words });
    let saved = desk.call("save_error_rows", args).await;
    assert_eq!(saved["count"], 3);
    let text = std::fs::read_to_string(&target).unwrap();
    assert!(text.starts_with("\u{feff}Nombre,Teléfono,Correo,Motivo\r\n"), "{text}");
    assert!(
        text.contains("Bia,,no es correo,Correo: no es una dirección\r\n"),
        "with the column and the reason in words: {text}"
    );

    let mended = text
        .replace("no es correo", "bia@x.example")
        .replace("Cid,,", "Cid,+5531977777777,")
        .replace("\"\"\"Dora\"", "Dora");
    let path = write(&desk, "mended.csv", mended.as_bytes());
    let report = import(&desk, &path, "skip", false).await;
    assert_eq!(counts(&report), (3, 0, 0, 0), "the column with the reason is left out: {mended}");
    let again = import(&desk, &path, "skip", false).await;
    assert_eq!(counts(&again), (0, 0, 3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_activity_of_a_contact_says_with_which_file_it_came_and_what_was_taken_back() {
    let desk = Desk::open().await;
    let first = write(&desk, "clientes.csv", b"name,phone,email\nAna,+5531988888888,\n");
    import(&desk, &first, "skip", false).await;
    let second = write(&desk, "correos.csv", b"name,phone,email\nAna,+5531988888888,ana@x.example\n");
    let report = import(&desk, &second, "fill_empty", false).await;
    let page = desk.call("list_contacts", json!({ "tab": "all", "offset": 0, "limit": 5 })).await;
    let ana = page["rows"][0]["contact_id"].clone();
    let told = async || {
        let args = json!({ "contact_id": ana, "kinds": ["import"], "limit": 20 });
        let page = desk.call("list_activity", args).await;
        let told = |item: &Value| {
            assert_eq!(item["what"], "brought");
            let file = item["file_name"].as_str().unwrap().to_owned();
            (file, item["made"] == true, !item["undone_at_ms"].is_null())
        };
        page["items"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    let (clientes, correos) = ("clientes.csv".to_owned(), "correos.csv".to_owned());
    assert_eq!(
        told().await,
        [(correos.clone(), false, false), (clientes.clone(), true, false)],
        "nobody needs a lead to have come from somewhere"
    );
    desk.call("undo_import", json!({ "id": report["import"]["id"] })).await;
    assert_eq!(told().await, [(correos, false, true), (clientes, true, false)], "what was taken back is told as such");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_with_a_row_is_named_by_its_column() {
    let desk = Desk::open().await;
    let text = "Nombre,Teléfono,Correo,Estado del lead,Responsable,Etiquetas\nAna,+5531988888888,slip,Nonsense,Nobody,Fresh\nBia,+5531977777777,slop,,,\nCid,+5531966666666,,,,\n";
    let path = write(&desk, "list.csv", text.as_bytes());
    let opened = open(&desk, &path).await;
    let options = options(&opened, "skip", true);
    let preview = desk.call("preview_import", json!({ "id": opened["id"], "options": options })).await;
    let wrong = |problem: &str, column: &str, field: &str, value: &str| json!({ "problem": problem, "column": column, "field": field, "value": value });
    assert_eq!(
        preview["rows"][0]["problems"],
        json!([
            wrong("email_invalid", "Correo", "email", "slip"),
            wrong("unknown_status", "Estado del lead", "status", "Nonsense"),
            wrong("unknown_responsible", "Responsable", "responsible", "Nobody"),
        ])
    );
    assert_eq!(preview["new_tags"], json!([]), "a row that is left out makes no tags");
    assert_eq!(
        preview["problems"][0],
        json!({ "problem": "email_invalid", "column": "Correo", "field": "email", "rows": 2 }),
        "the most first"
    );
    let report = desk.call("run_import", json!({ "id": opened["id"], "options": options })).await;
    assert_eq!(counts(&report), (1, 0, 0, 2), "a row with three reasons is one row");
    assert_eq!(report["problems"], preview["problems"]);
    let target = desk.folder.path().join("to fix.csv");
    let words = json!({ "email_invalid": "No es una dirección", "unknown_status": "no existe", "unknown_responsible": "nadie se llama así" });
    let args = json!({ "id": report["import"]["id"], "path": target, "title": "Motivo", "words": words });
    desk.call("save_error_rows", args).await;
    let saved = std::fs::read_to_string(&target).unwrap();
    let reason = "Correo: no es una dirección; Estado del lead: no existe; Responsable: nadie se llama así";
    assert!(saved.contains(&format!("Ana,'+5531988888888,slip,Nonsense,Nobody,Fresh,{reason}\r\n")), "{saved}");

    // Without names for columns, the app's own.
    let path = write(&desk, "bare.csv", b"Dora,+5531955555555,dora@x.example\nEva,+5531944444444,slip\n");
    let opened = open(&desk, &path).await;
    let mut options = self::options(&opened, "skip", false);
    options["mapping"] = json!(["name", "phone", "email"]);
    let report = desk.call("run_import", json!({ "id": opened["id"], "options": options })).await;
    assert_eq!(counts(&report), (1, 0, 0, 1), "{report}");
    let words = json!({ "email_invalid": "No es una dirección", "column.email": "E-mail" });
    let args = json!({ "id": report["import"]["id"], "path": target, "title": "Motivo", "words": words });
    desk.call("save_error_rows", args).await;
    let saved = std::fs::read_to_string(&target).unwrap();
    assert!(saved.contains("Eva,'+5531944444444,slip,E-mail: no es una dirección"), "{saved}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_columns_for_one_field_the_one_that_is_read_is_blamed() {
    let desk = Desk::open().await;
    let path = write(&desk, "list.csv", b"Name,Mail,Work mail\nAna,ana@x.example,slip\n");
    let opened = open(&desk, &path).await;
    let mut options = options(&opened, "skip", false);
    options["mapping"] = json!(["name", "email", "email"]);
    let preview = desk.call("preview_import", json!({ "id": opened["id"], "options": options })).await;
    let blamed = json!({ "problem": "email_invalid", "column": "Work mail", "field": "email", "value": "slip" });
    assert_eq!(preview["rows"][0]["problems"], json!([blamed]));
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_become_statuses_tags_and_numbers() {
    let mut desk = Desk::open().await;
    let text = "Name,Mobile,Phone,Lead status,Tags,City\nAna,\"(31) 98888-8888\",+5531333344444,Qualified,\"VIP, wholesale\",Recife\nBia,+5531977777777,,Nonsense,,\n";
    let path = write(&desk, "list.csv", text.as_bytes());
    let opened = open(&desk, &path).await;
    let mut options = options(&opened, "skip", true);
    options["mapping"][5] = json!("about");
    let preview = desk.call("preview_import", json!({ "id": opened["id"], "options": options })).await;
    assert_eq!(preview["new_tags"], json!(["VIP", "wholesale"]));
    let failed = &preview["rows"][0];
    assert_eq!(
        (&failed["row"], &failed["problems"]),
        (
            &json!(3),
            &json!([{ "problem": "unknown_status", "column": "Lead status", "field": "status", "value": "Nonsense" }])
        )
    );
    assert!(desk.call("list_imports", json!({})).await.as_array().unwrap().is_empty(), "a preview does nothing");
    desk.call("run_import", json!({ "id": opened["id"], "options": options })).await;
    desk.until("the lead is on the board", async |desk| {
        desk.call("list_leads", json!({ "sort": "number", "offset": 0, "limit": 10 })).await["total"] == 1
    })
    .await;
    let page = desk.call("list_leads", json!({ "sort": "number", "offset": 0, "limit": 10 })).await;
    let card = &page["cards"][0];
    let tags: Vec<&str> = card["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(tags, ["VIP", "wholesale"]);
    let contact = desk.call("get_contact", json!({ "contact_id": card["lead"]["contact_id"] })).await;
    assert_eq!(contact["phone_e164"], "+5531988888888", "read as a person in Brazil means it");
    assert_eq!(contact["about"], "City: Recife\n+5531333344444", "what else stands there is not lost");

    let remembered = open(&desk, &path).await;
    assert_eq!(remembered["remembered"]["mapping"][5], "about", "the same columns are mapped as before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_leads_has_the_columns_and_the_order_that_were_asked_for() {
    let desk = Desk::open().await;
    let text = "name,phone\n=HYPERLINK(\"x\"),+5531988888888\nBia,+5531977777777\n";
    let path = write(&desk, "list.csv", text.as_bytes());
    import(&desk, &path, "skip", true).await;
    let columns = json!([{ "key": "phone", "title": "Telefone" }, { "key": "name", "title": "Nome" }, { "key": "status", "title": "Status" }]);
    let target = desk.folder.path().join("leads.csv");
    let file = json!({ "id": uuid::Uuid::now_v7(), "path": target, "format": "csv", "separator": ";", "columns": columns, "words": { "status.new": "Novo" } });
    let leads = json!({ "what": "matching", "filter": {}, "sort": "name", "descending": true });
    let done = desk.call("export_leads", json!({ "leads": leads, "file": file })).await;
    assert_eq!(done["count"], 2);
    assert_eq!(
        std::fs::read_to_string(&target).unwrap(),
        "\u{feff}Telefone;Nome;Status\r\n'+55 31 97777-7777;Bia;Novo\r\n'+55 31 98888-8888;\"'=HYPERLINK(\"\"x\"\")\";Novo\r\n",
        "in the order of the list, and no cell runs"
    );
    assert!(
        !std::fs::read_dir(desk.folder.path())
            .unwrap()
            .any(|entry| { entry.unwrap().file_name().to_string_lossy().ends_with(".part") }),
        "nothing half is left"
    );
    let back = import(&desk, &target, "skip", false).await;
    assert_eq!(counts(&back), (0, 0, 2, 0), "and what went out comes back as the same people");

    let code = desk.code("export_leads", json!({ "leads": leads, "file": { "id": uuid::Uuid::now_v7(), "path": "relative.csv", "format": "csv", "columns": columns } })).await;
    assert_eq!(code, "BAD_ARGUMENTS", "a relative path is nobody's choice");
    let nowhere = desk.folder.path().join("no such folder/leads.csv");
    let code = desk.code("export_leads", json!({ "leads": leads, "file": { "id": uuid::Uuid::now_v7(), "path": nowhere, "format": "csv", "columns": columns } })).await;
    assert_eq!(code, "TARGET_READ_ONLY");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_leads_says_what_is_planned_next_and_who_scored() {
    let desk = Desk::open().await;
    let path = write(&desk, "list.csv", b"name,phone\nAna,+5531988888888\nBia,+5531977777777\n");
    import(&desk, &path, "skip", true).await;
    let page = desk.call("list_leads", json!({ "sort": "name", "offset": 0, "limit": 10 })).await;
    let ana = &page["cards"][0]["lead"]["id"];
    desk.call("change_leads", json!({ "lead_ids": [ana], "patch": { "score": 80 } })).await;
    // Whole minutes, as the list tells them.
    let now = chrono::Local::now().timestamp() / 60 * 60_000;
    for days in [9_i64, 2] {
        let args = json!({
            "follow_up_id": uuid::Uuid::now_v7(), "lead_id": ana, "kind": "task",
            "due_at_ms": now + days * 86_400_000, "note": "call", "cancel_if_reply": false,
        });
        desk.call("save_follow_up", args).await;
    }
    let columns: Vec<Value> =
        ["follow_up", "score_by", "score", "name"].map(|key| json!({ "key": key, "title": key })).into();
    let target = desk.folder.path().join("leads.csv");
    let file = json!({
        "id": uuid::Uuid::now_v7(), "path": target, "format": "csv", "separator": ";", "columns": columns,
        "words": { "score.manual": "À mão" },
    });
    let ids: Vec<&Value> = page["cards"].as_array().unwrap().iter().map(|card| &card["lead"]["id"]).collect();
    let leads = json!({ "what": "page", "ids": ids });
    let done = desk.call("export_leads", json!({ "leads": leads, "file": file })).await;
    assert_eq!(done["count"], 2);
    let due = chrono::DateTime::from_timestamp_millis(now + 2 * 86_400_000).unwrap();
    let due = due.with_timezone(&chrono::Local).format("%Y-%m-%d %H:%M");
    assert_eq!(
        std::fs::read_to_string(&target).unwrap(),
        format!("\u{feff}follow_up;score_by;score;name\r\n{due};À mão;80;Ana\r\n;;;Bia\r\n"),
        "the next one, in this computer's time; where nothing is planned nothing stands"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_a_page_with_its_files() {
    let mut desk = Desk::open().await;
    let (id, _) = desk.customer_sends("Maria <b>", b"the bytes".to_vec()).await;
    let target = desk.folder.path().join("maria.zip");
    let words = json!({ "us": "Nós", "document": "Documento" });
    let args =
        json!({ "id": uuid::Uuid::now_v7(), "conversation_id": id, "path": target, "format": "html", "words": words });
    let done = desk.call("export_conversation", args).await;
    assert_eq!((done["count"].as_u64(), done["files"].as_u64()), (Some(2), Some(1)));
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&target).unwrap()).unwrap();
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_name(name).unwrap(), &mut bytes).unwrap();
        bytes
    };
    assert_eq!(read("files/list.bin"), b"the bytes");
    let page = String::from_utf8(read("conversation.html")).unwrap();
    assert!(page.contains("Maria &lt;b&gt;") && !page.contains("Maria <b>"), "a name is words, not markup");
    assert!(page.contains("segue o arquivo") && page.contains("href=\"files/list.bin\""), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_list_is_told_in_a_code_that_has_words() {
    let desk = Desk::open().await;
    for (name, bytes, code) in [
        ("empty.csv", &b"\n\n"[..], "IMPORT_EMPTY"),
        ("doc.pdf", b"%PDF-1.7", "IMPORT_UNKNOWN_KIND"),
        ("half.xlsx", b"PK\x03\x04half", "IMPORT_DAMAGED"),
    ] {
        let path = write(&desk, name, bytes);
        assert_eq!(desk.code("open_import", json!({ "from": "path", "path": path })).await, code, "{name}");
    }
    let gone = desk.folder.path().join("gone.csv");
    assert_eq!(desk.code("open_import", json!({ "from": "path", "path": gone })).await, "FILE_MISSING");
    let args = json!({ "id": uuid::Uuid::now_v7(), "options": { "mapping": [] } });
    assert_eq!(desk.code("run_import", args).await, "IMPORT_CLOSED");
    assert_eq!(desk.code("undo_import", json!({ "id": uuid::Uuid::now_v7() })).await, "NOT_FOUND");
}

/// The shapes that people have their lists in.
const SHAPES: [&str; 9] =
    ["bom", "windows", "semicolons", "newlines", "utf16", "libreoffice", "android", "iphone", "vcard4"];

/// So many rows in one of the shapes; three in a hundred are broken.
fn list(shape: &str, rows: u32) -> (String, Vec<u8>) {
    let people = (0..rows).map(|no| {
        let email = match no % 100 {
            0..3 => "no address".to_owned(),
            even if even % 2 == 0 => format!("pessoa{no}@loja.example"),
            _ => String::new(),
        };
        let about = if shape == "newlines" { "rua 1,\nsala 2" } else { "José, não" };
        [format!("João {no}"), format!("+55 11 9{:04}-{:04}", no / 10_000, no % 10_000), email, about.to_owned()]
    });
    let heads = ["Nome", "Telefone", "E-mail", "Observações"].map(str::to_owned);
    match shape {
        "libreoffice" => (format!("{shape}.xlsx"), sheet(std::iter::once(heads).chain(people))),
        "android" | "iphone" | "vcard4" => (format!("{shape}.vcf"), people.flat_map(|who| card(shape, &who)).collect()),
        _ => {
            let separator = if shape == "semicolons" { ";" } else { "," };
            let quoted = |cells: [String; 4]| cells.map(|cell| format!("\"{cell}\"")).join(separator) + "\n";
            let text: String = std::iter::once(heads).chain(people).map(quoted).collect();
            (format!("{shape}.csv"), encoded(shape, &text))
        }
    }
}

fn encoded(shape: &str, text: &str) -> Vec<u8> {
    match shape {
        "bom" => format!("\u{feff}{text}").into_bytes(),
        "windows" => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
        "utf16" => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.as_bytes().to_vec(),
    }
}

/// A card as Android (2.1, quoted-printable), an iPhone (3.0, grouped and folded) or a newer address book writes it.
fn card(shape: &str, [name, phone, email, about]: &[String; 4]) -> Vec<u8> {
    let printable = |text: &str| text.bytes().map(|byte| format!("={byte:02X}")).collect::<String>();
    let text = match shape {
        "android" => format!(
            "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;{};;;\r\n\
             FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{}\r\nTEL;CELL:{phone}\r\nEMAIL;HOME:{email}\r\n\
             NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{}\r\nEND:VCARD\r\n",
            printable(name),
            printable(name),
            printable(about)
        ),
        "iphone" => format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//iPhone OS 18.1//EN\r\nN:;{name};;;\r\nFN:{name}\r\n\
             item1.TEL;type=pref:{phone}\r\nitem1.X-ABLabel:móvel\r\nEMAIL;type=INTERNET;type=HOME:{email}\r\n\
             NOTE:José\r\n \\, não\r\nEND:VCARD\r\n"
        ),
        _ => format!(
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{name}\r\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:{}\r\nEMAIL:{email}\r\n\
             NOTE:José\\, não\r\nEND:VCARD\r\n",
            phone.replace(' ', "-")
        ),
    };
    text.into_bytes()
}

/// A workbook as LibreOffice Calc writes it: words in a table of their own, shared by the cells.
fn sheet(rows: impl Iterator<Item = [String; 4]>) -> Vec<u8> {
    let (mut strings, mut cells, mut at) = (String::new(), String::new(), 0);
    for (no, row) in rows.enumerate() {
        cells.push_str(&format!("<row r=\"{}\">", no + 1));
        for (column, text) in ["A", "B", "C", "D"].iter().zip(row) {
            if text.is_empty() {
                continue;
            }
            strings.push_str(&format!("<si><t xml:space=\"preserve\">{text}</t></si>"));
            cells.push_str(&format!("<c r=\"{column}{}\" s=\"0\" t=\"s\"><v>{at}</v></c>", no + 1));
            at += 1;
        }
        cells.push_str("</row>");
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{kind}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{kind}.worksheet+xml\"/>\
                 <Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"{kind}.sharedStrings+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" \
                 Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Planilha1\" sheetId=\"1\" \
                 state=\"visible\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{cells}</sheetData></worksheet>")),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{main}\" count=\"{at}\" uniqueCount=\"{at}\">{strings}</sst>")),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{text}").as_bytes())
            .unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_any_shape_is_brought_in_as_its_report_says_once_and_taken_back_whole() {
    brought_in_and_taken_back(300).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "many minutes in a debug build; run with --release --run-ignored all"]
async fn a_hundred_thousand_rows_of_any_shape_are_brought_in_once_and_taken_back_whole() {
    brought_in_and_taken_back(100_000).await;
}

/// Prints how long it took beside the barest inserts.
async fn brought_in_and_taken_back(rows: u32) {
    let broken = u64::from(rows) * 3 / 100;
    let good = u64::from(rows) - broken;
    for shape in SHAPES {
        let desk = Desk::open().await;
        let known = write(&desk, "known.csv", "name,phone\nAntiga,+5531900000000\n".as_bytes());
        import(&desk, &known, "skip", false).await;
        let before = everything(&desk).await;
        let (name, bytes) = list(shape, rows);
        let path = write(&desk, &name, &bytes);
        let begun = Instant::now();
        let report = import(&desk, &path, "skip", false).await;
        let took = begun.elapsed();
        assert_eq!(counts(&report), (good, 0, 0, broken), "{shape}: three in a hundred are broken");
        let after = everything(&desk).await;
        let more = number_of(&after, "contacts") - number_of(&before, "contacts");
        assert_eq!(u64::try_from(more).unwrap(), good, "{shape}");
        let said = after.values().flatten().map(String::as_str).collect::<Vec<_>>().join("\n");
        let last = rows - 1;
        let (person, number) = (format!("João {last}"), format!("+55119{last:08}"));
        for words in [person.as_str(), &number, if shape == "newlines" { "sala 2" } else { "José" }] {
            assert!(said.contains(words), "{shape}: {words} is not there");
        }
        let again = import(&desk, &path, "skip", false).await;
        let (made, changed, _, failed) = counts(&again);
        assert_eq!((made, changed, failed), (0, 0, broken), "{shape}: the second time nobody is new");
        assert_eq!(everything(&desk).await, after, "{shape}: and nothing is different");
        let begun = Instant::now();
        for report in [&again, &report] {
            desk.call("undo_import", json!({ "id": report["import"]["id"] })).await;
        }
        let back = begun.elapsed();
        let undone = everything(&desk).await;
        for (kind, rows) in &before {
            assert_eq!(&undone[kind], rows, "{shape}: {kind} is as it was");
        }
        let floor = bare_inserts(desk.folder.path(), good).await;
        let ratio = took.as_secs_f64() / floor.as_secs_f64();
        eprintln!("{shape}, {rows} rows: {took:?}, {ratio:.1} times the barest inserts ({floor:?}), undo {back:?}");
        desk.app.stop().await;
    }
}

/// The same people in the barest tables that could hold them, twice: a device and a hub keep them.
async fn bare_inserts(folder: &Path, people: u64) -> Duration {
    use sqlx::Connection;
    let url = format!("sqlite://{}?mode=rwc", folder.join("bare.db").display());
    let mut conn = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let tables = "pragma journal_mode = wal; create table c (id blob primary key, name text, about text) strict; \
                  create table r (id blob primary key, phone text, email text) strict; create index rp on r (phone);";
    sqlx::raw_sql(tables).execute(&mut conn).await.unwrap();
    let begun = Instant::now();
    for _ in 0..2 {
        let mut tx = conn.begin().await.unwrap();
        for no in 0..people {
            let id = uuid::Uuid::now_v7();
            let insert = "insert into c values (?1, ?2, ?3)";
            sqlx::query(insert)
                .bind(id.as_bytes().to_vec())
                .bind(format!("João {no}"))
                .bind("José")
                .execute(&mut *tx)
                .await
                .unwrap();
            let insert = "insert into r values (?1, ?2, ?3)";
            sqlx::query(insert)
                .bind(id.as_bytes().to_vec())
                .bind(format!("+55119{no:08}"))
                .bind("")
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
    begun.elapsed()
}

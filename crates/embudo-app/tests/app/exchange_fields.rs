//! Custom fields brought in and taken out (IMP-01 to IMP-05, IMP-07, CON-07).

use crate::desk::Desk;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x000f_1e1d_0000 + n)
}

fn option(n: u128) -> Uuid {
    Uuid::from_u128(0x0971_0000 + n)
}

/// All eight kinds, named in Portuguese.
async fn define(desk: &Desk) {
    let list = |from: u128| json!([{ "id": option(from), "name": "Pequeno" }, { "id": option(from + 1), "name": "Ouro, 18k" }]);
    for (n, kind, name) in [
        (1, "text", "Cidade"),
        (2, "number", "Tamanho do anel"),
        (3, "money", "Orçamento"),
        (4, "date", "Aniversário"),
        (5, "list", "Tamanho"),
        (6, "multi_list", "Gosta de"),
        (7, "checkbox", "Atacado"),
        (8, "link", "Loja"),
    ] {
        let options = if kind.ends_with("list") { list(n * 10) } else { json!([]) };
        let field = json!({
            "id": id(n), "of": "contact", "kind": kind, "name": name, "options": options, "required_at": [], "position": "",
        });
        desk.call("save_field", json!({ "field": field, "gone": [], "currency": "BRL" })).await;
    }
}

fn write(desk: &Desk, name: &str, text: &str) -> PathBuf {
    let path = desk.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

struct Brought {
    opened: Value,
    preview: Value,
    report: Value,
}

impl Brought {
    fn count(&self, name: &str) -> u64 {
        self.report["import"]["counts"][name].as_u64().unwrap()
    }
}

async fn import(desk: &Desk, path: &Path, duplicates: &str, add_options: bool) -> Brought {
    let opened = desk.call("open_import", json!({ "from": "path", "path": path })).await;
    let mapping: Vec<Value> =
        opened["columns"].as_array().unwrap().iter().map(|column| column["field"].clone()).collect();
    let defaults = json!({ "open_leads": false });
    let options =
        json!({ "mapping": mapping, "duplicates": duplicates, "defaults": defaults, "add_options": add_options });
    let args = json!({ "id": opened["id"], "options": options });
    let preview = desk.call("preview_import", args.clone()).await;
    let report = desk.call("run_import", args).await;
    assert_eq!(preview["counts"], report["import"]["counts"], "what it would do is what it did");
    assert_eq!(preview["problems"], report["problems"]);
    Brought { opened, preview, report }
}

/// What somebody holds, by the number of the field.
async fn held(desk: &Desk, name: &str) -> Value {
    let page = desk.call("list_contacts", json!({ "tab": "all", "offset": 0, "limit": 50 })).await;
    let rows = page["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name} is not in {page}"));
    let contact = desk.call("get_contact", json!({ "contact_id": row["contact_id"] })).await;
    contact["fields"].clone()
}

fn everything() -> Value {
    json!([
        { "field_id": id(1), "value": { "kind": "text", "text": "Recife" } },
        { "field_id": id(2), "value": { "kind": "number", "number": { "units": 1_234, "decimals": 3 } } },
        { "field_id": id(3), "value": { "kind": "money", "amount": { "units": 12_505, "decimals": 1 } } },
        { "field_id": id(4), "value": { "kind": "date", "date": "1985-04-03" } },
        { "field_id": id(5), "value": { "kind": "list", "option_id": option(50) } },
        { "field_id": id(6), "value": { "kind": "multi_list", "option_ids": [option(60), option(61)] } },
        { "field_id": id(7), "value": { "kind": "checkbox" } },
        { "field_id": id(8), "value": { "kind": "link", "url": "https://loja.example/ana" } },
    ])
}

const HEAD: &str = "Nome;Telefone;CIDADE;tamanho do anel;Orcamento;Aniversario;Tamanho;Gosta de;Atacado;Loja";
const ANA: &str =
    "Ana;+5531988888888;Recife;1,2340;R$ 1.250,50;03/04/1985;pequeno;Ouro, 18k, Pequeno;Sim;loja.example/ana";

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_found_by_the_names_of_fields_and_cells_are_read_by_their_kind() {
    let desk = Desk::open().await;
    define(&desk).await;
    let path = write(&desk, "shop.csv", &format!("{HEAD}\n{ANA}\nBia;+5531977777777;;;;;;;não;\n"));
    let brought = import(&desk, &path, "skip", false).await;
    let columns = brought.opened["columns"].as_array().unwrap();
    let own: Vec<&Value> =
        columns.iter().map(|column| &column["field"]["field_id"]).filter(|id| !id.is_null()).collect();
    assert_eq!(json!(own), json!((1..=8).map(id).collect::<Vec<_>>()), "whatever their capitals and accents");
    assert_eq!((brought.count("made"), brought.count("check_fields")), (2, 0), "{}", brought.preview);
    assert_eq!(held(&desk, "Ana").await, everything());
    assert_eq!(held(&desk, "Bia").await, json!([]), "an empty cell says nothing");
    let shown = |column: &str, cell: &str, at: usize| json!({ "column": column, "samples": [{ "cell": cell, "value": everything()[at]["value"] }] });
    assert_eq!(
        brought.preview["read"],
        json!([
            shown("tamanho do anel", "1,2340", 1),
            shown("Orcamento", "R$ 1.250,50", 2),
            shown("Aniversario", "03/04/1985", 3)
        ]),
        "how numbers, amounts and dates were read is shown before anything is done"
    );

    let again = import(&desk, &path, "overwrite", false).await;
    assert_eq!((again.count("made"), again.count("changed"), again.count("same")), (0, 0, 2), "nothing is new");
    assert!(!again.opened["remembered"].is_null(), "how its columns were mapped is remembered");
    assert_eq!(again.opened["columns"], brought.opened["columns"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_does_not_fit_is_told_and_mended_later() {
    let desk = Desk::open().await;
    define(&desk).await;
    let text = "Nome;Telefone;Aniversário;Tamanho;Orçamento\nAna;+5531988888888;31/02/2020;Enorme;90\nBia;+5531977777777;03/04/1990;Pequeno;90 USD\n";
    let path = write(&desk, "shop.csv", text);
    let brought = import(&desk, &path, "skip", false).await;
    assert_eq!((brought.count("made"), brought.count("failed"), brought.count("check_fields")), (2, 0, 2));
    let row = &brought.preview["rows"][0];
    assert_eq!(row["outcome"], "made", "who is brought in with something left to mend is shown first");
    assert_eq!(
        row["problems"],
        json!([
            { "problem": "field_date", "column": "Aniversário", "field": null, "value": "31/02/2020" },
            { "problem": "field_option", "column": "Tamanho", "field": null, "value": "Enorme" },
        ]),
        "with every cell that is left to mend"
    );
    assert_eq!(
        held(&desk, "Ana").await,
        json!([{ "field_id": id(3), "value": { "kind": "money", "amount": { "units": 90, "decimals": 0 } } }]),
        "the rest of the row is taken"
    );

    let target = desk.folder.path().join("to fix.csv");
    let words =
        json!({ "field_date": "não é uma data", "field_option": "não está na lista", "field_money": "não é um valor" });
    let args = json!({ "id": brought.report["import"]["id"], "path": target, "title": "Motivo", "words": words });
    assert_eq!(desk.call("save_error_rows", args).await["count"], 2);
    let saved = std::fs::read_to_string(&target).unwrap();
    assert!(
        saved.contains(";\"Aniversário: não é uma data; Tamanho: não está na lista\"\r\n"),
        "both that are wrong are named: {saved}"
    );

    let mended = saved.replace("31/02/2020", "28/02/2020").replace("Enorme", "Pequeno").replace("90 USD", "90");
    let path = write(&desk, "mended.csv", &mended);
    let second = import(&desk, &path, "fill_empty", false).await;
    assert_eq!((second.count("made"), second.count("changed"), second.count("check_fields")), (0, 2, 0));
    let third = import(&desk, &path, "fill_empty", false).await;
    assert_eq!((third.count("changed"), third.count("same")), (0, 2), "mended rows change nobody twice");

    desk.call("undo_import", json!({ "id": second.report["import"]["id"] })).await;
    assert_eq!(
        held(&desk, "Ana").await,
        json!([{ "field_id": id(3), "value": { "kind": "money", "amount": { "units": 90, "decimals": 0 } } }]),
        "the way back leaves exactly what was there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_a_list_does_not_have_become_options_where_that_is_wanted() {
    let desk = Desk::open().await;
    define(&desk).await;
    let text = "Nome;Telefone;Tamanho;Gosta de\nAna;+5531988888888;Enorme;Prata|Pequeno\nBia;+5531977777777;enorme;\n";
    let path = write(&desk, "shop.csv", text);
    let brought = import(&desk, &path, "skip", true).await;
    assert_eq!(
        brought.preview["new_options"],
        json!([{ "field": "Tamanho", "option": "Enorme" }, { "field": "Gosta de", "option": "Prata" }]),
        "each once"
    );
    assert_eq!(brought.count("check_fields"), 0);
    let (ana, bia) = (held(&desk, "Ana").await, held(&desk, "Bia").await);
    assert_eq!(ana[0]["value"]["option_id"], bia[0]["value"]["option_id"]);
    assert_eq!(ana[1]["value"]["option_ids"].as_array().unwrap().len(), 2);
    let sale = desk.call("get_sale", json!({})).await;
    let size = sale["fields"].as_array().unwrap().iter().find(|field| field["id"] == json!(id(5))).unwrap().clone();
    let names: Vec<&str> =
        size["options"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Pequeno", "Ouro, 18k", "Enorme"], "behind those that were there");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_as_a_list_comes_back_as_it_was() {
    for (format, separator) in [("csv", ";"), ("csv", ","), ("xlsx", ","), ("json", ",")] {
        let desk = Desk::open().await;
        define(&desk).await;
        let path = write(&desk, "shop.csv", &format!("{HEAD}\n{ANA}\nBia;+5531977777777;=1+1;-7;;;;;;\n"));
        let brought = import(&desk, &path, "skip", false).await;
        let (ana, bia) = (held(&desk, "Ana").await, held(&desk, "Bia").await);
        assert_eq!(ana, everything());

        let mut columns =
            vec![json!({ "key": "name", "title": "Nome" }), json!({ "key": "phone", "title": "Telefone" })];
        let sale = desk.call("get_sale", json!({})).await;
        for field in sale["fields"].as_array().unwrap() {
            let key = format!("field:{}", field["id"].as_str().unwrap());
            columns.push(json!({ "key": key, "title": field["name"] }));
        }
        let target = desk.folder.path().join(format!("list.{format}"));
        let file = json!({
            "id": Uuid::now_v7(), "path": target, "format": format, "separator": separator, "columns": columns,
            "words": { "yes": "Sim", "sheet": "Contatos" },
        });
        desk.call("export_contacts", json!({ "file": file })).await;
        desk.call("undo_import", json!({ "id": brought.report["import"]["id"] })).await;

        let back = import(&desk, &target, "skip", false).await;
        assert_eq!(
            (back.count("made"), back.count("failed"), back.count("check_fields")),
            (2, 0, 0),
            "{format} {separator}: {}",
            back.preview
        );
        assert_eq!(held(&desk, "Ana").await, ana, "{format} {separator}");
        assert_eq!(held(&desk, "Bia").await, bia, "{format} {separator}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_look_like_a_number_are_read_by_the_country_and_numbers_as_they_are() {
    let desk = Desk::open().await;
    define(&desk).await;
    let text = r#"[{"Nome":"Ana","Telefone":"+5531988888888","Tamanho do anel":"1.250"},
        {"Nome":"Bia","Telefone":"+5531977777777","Tamanho do anel":1159.9999999999998}]"#;
    let path = write(&desk, "shop.json", text);
    let brought = import(&desk, &path, "skip", false).await;
    assert_eq!(brought.count("check_fields"), 0, "{}", brought.preview);
    assert_eq!(
        brought.preview["read"],
        json!([{
            "column": "Tamanho do anel",
            "samples": [{ "cell": "1.250", "value": { "kind": "number", "number": { "units": 1_250, "decimals": 0 } } }],
        }]),
        "what the file holds as a number can be read in one way only"
    );
    let number = |units: i64| json!([{ "field_id": id(2), "value": { "kind": "number", "number": { "units": units, "decimals": 0 } } }]);
    assert_eq!(held(&desk, "Ana").await, number(1_250), "where people write a thousand so");
    assert_eq!(held(&desk, "Bia").await, number(1_160));
}

async fn option_names(desk: &Desk, n: u128) -> Vec<String> {
    let sale = desk.call("get_sale", json!({})).await;
    let field = sale["fields"].as_array().unwrap().iter().find(|field| field["id"] == json!(id(n))).unwrap().clone();
    field["options"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_cells_that_are_taken_add_to_a_list() {
    let desk = Desk::open().await;
    define(&desk).await;
    let head = "Nome;Telefone;Tamanho;Gosta de";
    let long = "x".repeat(41);
    let text = format!("{head}\nAna;+5531988888888;;Prata|{long}\nBia;;Enorme;\nCid;+5531966666666;Medio;\n");
    let brought = import(&desk, &write(&desk, "shop.csv", &text), "skip", true).await;
    assert_eq!(brought.preview["new_options"], json!([{ "field": "Tamanho", "option": "Medio" }]));
    assert_eq!((brought.count("made"), brought.count("failed"), brought.count("check_fields")), (2, 1, 1));
    let again = format!("{head}\nCid;+5531966666666;Outro;\n");
    let again = import(&desk, &write(&desk, "again.csv", &again), "skip", true).await;
    assert_eq!((again.count("same"), again.count("check_fields")), (1, 0));
    assert_eq!(option_names(&desk, 6).await, ["Pequeno", "Ouro, 18k"], "one name of the cell is too long");
    assert_eq!(option_names(&desk, 5).await, ["Pequeno", "Ouro, 18k", "Medio"], "neither who fails nor who is skipped");
}

//! A list of contacts is brought in, brought in once more, and taken back (IMP-01…05), through the
//! app's commands: the file is read, every row is looked up by number and address, decided by the
//! hub and on the device again. Its peer writes the same rows with the barest SQL.

use super::commands::{read_meanwhile, timed};
use crate::data::folder::Folder;
use crate::report::{Goal, Line};
use crate::times::Times;
use anyhow::{Context as _, Result, ensure};
use embudo_app::App;
use embudo_domain::ContactId;
use embudo_platform::Database;
use embudo_sqlite::{FileKey, Opening};
use serde_json::{Value, json};
use sqlx::Connection as _;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// One transaction of the peer: as many as one act of an import has.
const IN_ONE: usize = 200;
/// Every tenth is here already, with what the file says of them or more. Who was only known from a
/// message becomes a saved contact by it, and the report tells them as changed.
const KNOWN_EVERY: usize = 10;
/// Every twentieth stands in the file twice.
const TWICE_EVERY: usize = 20;

pub struct List {
    rows: Vec<Row>,
    /// Who is new, each once.
    new: u32,
    known: u32,
    /// Of the known ones nobody had saved them.
    unsaved: u32,
    twice: u32,
}

/// A number that somebody has.
pub struct Known {
    phone: String,
    saved: bool,
}

struct Row {
    name: String,
    phone: String,
    email: String,
    about: String,
}

impl List {
    pub fn new(rows: u32, known: &[Known]) -> Self {
        let mut list = Self { rows: Vec::with_capacity(rows as usize), new: 0, known: 0, unsaved: 0, twice: 0 };
        let mut known = known.iter();
        for at in 0..rows as usize {
            let named = |phone: String| Row {
                name: format!("Cliente {at}"),
                email: format!("cliente{at}@example.com"),
                about: format!("Pidió precio del modelo {}, prefiere la tarde", at % 97),
                phone,
            };
            let row = if at % KNOWN_EVERY == 0
                && let Some(Known { phone, saved }) = known.next()
            {
                list.known += 1;
                list.unsaved += u32::from(!saved);
                // Nothing else that would have to be written: that is the rows' in between.
                Row { name: String::new(), email: String::new(), about: String::new(), phone: phone.clone() }
            } else if at % TWICE_EVERY == 3
                && let Some(Row { name, phone, email, about }) = list.rows.last()
            {
                list.twice += 1;
                Row { name: name.clone(), phone: phone.clone(), email: email.clone(), about: about.clone() }
            } else {
                list.new += 1;
                // Monterrey; the data has none of there.
                named(format!("+5281{}", 10_000_000 + at))
            };
            list.rows.push(row);
        }
        list
    }

    fn csv(&self) -> String {
        let mut text = String::from("nombre,telefono,correo,notas\n");
        for Row { name, phone, email, about } in &self.rows {
            let _ = writeln!(text, "{name},{phone},{email},\"{about}\"");
        }
        text
    }
}

/// Numbers of people of the data for a list of so many rows, from the device's file.
pub async fn known(folder: &Folder, rows: u32) -> Result<Vec<Known>> {
    const FOUND: &str = "select r.phone_e164, c.saved from reach r join contact c on c.id = r.contact_id \
         where r.phone_e164 is not null order by 1 limit ?1";
    let store = folder.open_device().await?;
    let mut conn = store.raw_reader().await?;
    let found: Vec<(String, bool)> =
        sqlx::query_as(FOUND).bind(rows.div_ceil(KNOWN_EVERY as u32)).fetch_all(&mut *conn).await?;
    drop(conn);
    store.close().await?;
    Ok(found.into_iter().map(|(phone, saved)| Known { phone, saved }).collect())
}

pub async fn measure(
    app: &Arc<App>,
    folder: &Folder,
    list: &List,
    scratch: &Path,
    lines: &mut Vec<Line>,
) -> Result<()> {
    let file = scratch.join("clientes.csv");
    std::fs::write(&file, list.csv())?;
    let before = everybody(app).await?;

    let (mut tried, mut run, mut again, mut undone) =
        (Times::default(), Times::default(), Times::default(), Times::default());
    // Reading the file is part of it.
    let start = Instant::now();
    let first = open(app, &file).await?;
    let read = start.elapsed();
    timed(app, "preview_import", &first, &mut tried).await?;
    let done = Arc::new(AtomicBool::new(false));
    let reading = tokio::spawn(read_meanwhile(app.clone(), done.clone()));
    let start = Instant::now().checked_sub(read).context("a clock that has begun")?;
    let report = timed(app, "run_import", &first, &mut Times::default()).await?;
    run.since(start);
    done.store(true, Ordering::Release);
    let reads = reading.await??;
    let counts = &report["import"]["counts"];
    let told = |name: &str| counts[name].as_u64().unwrap_or(u64::MAX);
    ensure!(report["left"] == 0 && report["error"].is_null(), "the import was not done: {report}");
    ensure!(told("made") == u64::from(list.new), "{} are new, made were {counts}", list.new);
    ensure!(told("changed") == u64::from(list.unsaved), "{} become saved, changed were {counts}", list.unsaved);
    let same = list.known - list.unsaved + list.twice;
    ensure!(told("same") == u64::from(same), "{same} were here with all of it: {counts}");
    let added = everybody(app).await? - before;
    ensure!(added == i64::from(list.new), "the report says {} and the directory {added}", list.new);

    let mut floor = Times::default();
    bare(folder, &scratch.join("bare.db"), list, &mut floor).await?;
    lines.push(Line::times(
        format!("import of {} contacts, wall", list.rows.len()),
        run,
        Some(floor),
        Goal::P95Ms(20_000.0),
    ));
    lines.push(Line::times(format!("… inbox page meanwhile, {} reads", reads.len()), reads, None, Goal::P99Ms(20.0)));
    lines.push(Line::times("… tried out before (dry run)", tried, None, Goal::None));

    let second = open(app, &file).await?;
    let report = timed(app, "run_import", &second, &mut again).await?;
    let counts = &report["import"]["counts"];
    ensure!(counts["made"] == 0 && counts["changed"] == 0, "nobody is new in a list that was brought in: {counts}");
    lines.push(Line::times("… the same list once more: 0 new", again, None, Goal::None));

    // The second one holds nothing; the first one is taken back with all that it made.
    let back = timed(app, "undo_import", &json!({ "id": first["id"] }), &mut undone).await?;
    ensure!(back["undone"]["removed"] == list.new && back["left"] == 0, "not all was taken back: {back}");
    ensure!(back["undone"]["restored"] == list.unsaved, "{} are to be unsaved again: {back}", list.unsaved);
    ensure!(everybody(app).await? == before, "the directory is as it was");
    lines.push(Line::times("… its undo", undone, None, Goal::None));
    Ok(())
}

/// Opens the file; answers what runs it with the choices that are offered.
async fn open(app: &Arc<App>, file: &Path) -> Result<Value> {
    let path = file.to_str().context("a path that is not text")?;
    let opened = timed(app, "open_import", &json!({ "from": "path", "path": path }), &mut Times::default()).await?;
    let mapping: Vec<&Value> =
        opened["columns"].as_array().into_iter().flatten().map(|column| &column["field"]).collect();
    ensure!(mapping.len() == 4 && mapping.iter().all(|field| !field.is_null()), "columns are not known: {opened}");
    let defaults = json!({
        "open_leads": false, "status_id": null, "source_id": null, "responsible_id": null, "tag_ids": [],
    });
    let options = json!({ "mapping": mapping, "duplicates": "fill_empty", "defaults": defaults });
    Ok(json!({ "id": opened["id"], "options": options }))
}

async fn everybody(app: &Arc<App>) -> Result<i64> {
    let args = json!({ "tab": "all", "offset": 0, "limit": 1 });
    let page = timed(app, "list_contacts", &args, &mut Times::default()).await?;
    page["total"].as_i64().context("a total")
}

/// The same people into tables with the keys that duplicates are found by, as sealed and as
/// durable, in as many transactions; nothing else is decided, told or indexed.
async fn bare(folder: &Folder, path: &Path, list: &List, times: &mut Times) -> Result<()> {
    let key = FileKey::new(folder.key(Database::Device)?);
    let opening = Opening::file(path).create_if_missing().sealed(key);
    let mut conn = opening.pragma("journal_mode", "wal").pragma("synchronous", "full").connect().await?;
    sqlx::raw_sql(include_str!("../floor/import.sql")).execute(&mut *conn).await?;
    let start = Instant::now();
    let mut made = 0;
    for piece in list.rows.chunks(IN_ONE) {
        let mut transaction = conn.begin().await?;
        for row in piece {
            let id = ContactId(uuid::Uuid::now_v7()).bytes().to_vec();
            let reach = sqlx::query(
                "insert into reach (contact_id, phone_e164, email) values (?1, ?2, ?3) on conflict do nothing",
            )
            .bind(&id)
            .bind(&row.phone)
            .bind(&row.email)
            .execute(&mut *transaction)
            .await?;
            if reach.rows_affected() == 1 {
                made += 1;
                sqlx::query("insert into contact (id, display_name, about) values (?1, ?2, ?3)")
                    .bind(&id)
                    .bind(&row.name)
                    .bind(&row.about)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        transaction.commit().await?;
    }
    times.since(start);
    let people: HashSet<&str> = list.rows.iter().map(|row| row.phone.as_str()).collect();
    ensure!(made == people.len(), "{made} of {} are there", people.len());
    conn.close().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_new_ones_known_ones_and_some_twice() {
        let known: Vec<Known> = (0..3).map(|at| Known { phone: format!("+525510000{at}"), saved: at == 1 }).collect();
        let list = List::new(40, &known);
        // Of 40: 0, 10 and 20 are known (30 would be, but nobody is left), 3 and 23 stand there twice.
        assert_eq!((list.known, list.twice, list.new), (3, 2, 35));
        assert_eq!(list.unsaved, 2, "of the known ones");
        assert_eq!(list.rows[3].phone, list.rows[2].phone, "the row before once more");
        assert_eq!(list.csv().lines().count(), 41, "a head and a line for each");
    }
}

//! `docs/schema/device.sql` shows the tables as they are.

use crate::support::memory;
use sqlx::Row as _;
use std::path::Path;

#[tokio::test]
async fn the_dumped_schema_is_fresh() {
    let store = memory().await;
    let mut conn = store.raw_reader().await.unwrap();
    let rows = sqlx::query(
        "select sql from sqlite_master where sql is not null and name not like '_sqlx%' \
         and name not glob '*_fts_*' and name not like 'sqlite_%' or type = 'trigger' order by rowid",
    )
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    let mut dump = String::from(
        "-- The device's database, dumped by `EMBUDO_WRITE_SCHEMA=1 cargo test -p embudo-store schema`.\n",
    );
    for row in rows {
        dump.push('\n');
        dump.push_str(&row.get::<String, _>(0));
        dump.push_str(";\n");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/device.sql");
    if std::env::var_os("EMBUDO_WRITE_SCHEMA").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &dump).unwrap();
    }
    let shown = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(shown, dump, "docs/schema/device.sql is what the migrations make; write it again");
}

//! The dumped schema is committed, so that a change of it is seen in review.
//! `EMBUDO_WRITE_SCHEMA=1 cargo test -p embudo-hub schema` writes it.

use embudo_hub::{Place, Sealing, Store};

#[tokio::test]
async fn the_committed_schema_is_the_one_that_migrations_make() {
    let mut store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
    let dumped = store.dump_schema().await.unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schema/hub.sql");
    if std::env::var_os("EMBUDO_WRITE_SCHEMA").is_some() {
        std::fs::create_dir_all(std::path::Path::new(path).parent().unwrap()).unwrap();
        std::fs::write(path, &dumped).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(committed, dumped, "run `cargo xtask schema` and commit docs/schema/hub.sql");
}

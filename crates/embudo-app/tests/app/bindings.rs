use std::path::Path;

#[test]
fn the_bindings_in_the_ui_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/backend/gen");
    for (name, content) in embudo_app::bindings::files() {
        let path = folder.join(name);
        if std::env::var_os("EMBUDO_WRITE_BINDINGS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &content).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == content, "{name} is stale: run `cargo xtask bindings`");
    }
}

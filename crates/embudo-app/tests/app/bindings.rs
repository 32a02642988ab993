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

#[test]
fn the_lines_of_a_whole_export_are_written_down_key_by_key() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let (path, content) = (docs.join("export-format.ts"), embudo_app::bindings::export_file());
    if std::env::var_os("EMBUDO_WRITE_BINDINGS").is_some() {
        std::fs::write(&path, &content).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap_or_default() == content, "stale: run `cargo xtask bindings`");
    // And in words, each file.
    let page = std::fs::read_to_string(docs.join("export-format.md")).unwrap();
    let files = content.lines().filter_map(|line| line.trim().strip_prefix('\'')?.split_once("': "));
    let named: Vec<&str> = files.map(|(name, _)| name).collect();
    assert!(named.len() > 20, "{named:?}");
    assert!(!content.contains("': ;"), "a file without a type: {content}");
    for name in &named {
        assert!(page.contains(&format!("`{name}`")), "docs/export-format.md says nothing of {name}");
    }
    for name in page.split('`').filter(|word| word.ends_with(".jsonl")) {
        assert!(named.contains(&name), "docs/export-format.md speaks of {name}, which is not written");
    }
}

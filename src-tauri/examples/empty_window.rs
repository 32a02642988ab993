//! The floor of the cold start: a window of the same Tauri with a page of one word. It says on
//! its standard output when that word is painted.
#![allow(clippy::print_stdout, reason = "that is how the benchmark hears it")]

use std::io::Write;

const PAGE: &str = "<!doctype html><meta charset=utf-8><title>Empty</title><body>Empty<script>
requestAnimationFrame(() => requestAnimationFrame(() => window.__TAURI_INTERNALS__.invoke('painted')));
</script>";

#[tauri::command]
fn painted() {
    println!("painted");
    // Whoever asked may be gone.
    let _ = std::io::stdout().flush();
}

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            tauri::http::Response::builder()
                .header("content-type", "text/html")
                .body(PAGE.as_bytes().to_vec())
                .unwrap_or_default()
        })
        .invoke_handler(tauri::generate_handler![painted])
        .setup(|app| {
            let page = tauri::WebviewUrl::CustomProtocol("empty://localhost/".parse()?);
            tauri::WebviewWindowBuilder::new(app, "main", page)
                .title("Empty")
                .inner_size(1_280.0, 800.0)
                .center()
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

//! Customers who write what a test says: the simulated provider, beside the app and not inside it.

use std::path::Path;

use base64::Engine as _;
use embudo_simulator::{Cast, Control, Inject, Options, Provider};
use serde_json::json;

#[path = "../../crates/embudo-dev-host/src/simulator_server.rs"]
#[allow(dead_code, reason = "its command line is the dev host's")]
mod simulator_server;

/// Ends with its runtime.
pub struct Customers {
    pub runtime: tokio::runtime::Runtime,
    provider: std::sync::Arc<Provider>,
    pub url: String,
}

impl Customers {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let options = Options { cast: Cast::Nobody, seed_history: false, ..Options::sample() };
        let provider = runtime.block_on(Provider::in_memory(options)).unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = simulator_server::router(provider.clone());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { runtime, provider, url }
    }

    pub fn writes(&self, customer: &str, text: &str) {
        let message = Inject { name: Some(customer.to_owned()), ..Inject::text(&customer.to_lowercase(), text) };
        self.runtime.block_on(self.provider.inject(vec![message])).unwrap();
    }

    /// Waits until they have exactly these messages.
    pub fn until_received(&self, customer: &str, texts: &[&str]) {
        let id = customer.to_lowercase();
        crate::screen::until(&format!("{customer} has {texts:?}"), || {
            let all = self.runtime.block_on(self.provider.deliveries()).unwrap();
            let theirs = all.iter().filter(|delivered| delivered.external_id == id);
            let theirs: Vec<String> = theirs.map(|one| json!(one.body)["text"].as_str().unwrap().to_owned()).collect();
            (theirs == texts).then_some(())
        });
    }

    /// A customer sends a file of tests/desktop/files as a video.
    pub fn send_video(&self, customer: &str, name: &str, mime: &str) {
        let bytes =
            std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desktop/files").join(name)).unwrap();
        let reference = json!({ "file": { "state": "waiting", "remote": "" }, "name": name, "mime": mime, "size_bytes": bytes.len() });
        let bytes = base64::engine::general_purpose::STANDARD.encode(bytes);
        let message = json!({
            "external_id": customer.to_lowercase(),
            "name": customer,
            "body": { "kind": "media", "media": "video", "file": reference },
            "file": { "name": name, "mime": mime, "media": "video", "bytes": bytes },
        });
        let control: Control = serde_json::from_value(json!({ "do": "inject", "messages": [message] })).unwrap();
        self.runtime.block_on(self.provider.control(control)).unwrap();
    }
}

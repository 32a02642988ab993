//! The same provider in another process: the adapter must not notice the difference.

use super::*;
use bytes::Bytes;
use embudo_channels::OutgoingFile;
use embudo_channels::simulator::HttpSimulatorClient;
use embudo_domain::{FileRef, FileState, MediaKind};
use embudo_simulator::{Faults, Inject, Rules};

async fn serve(provider: &Arc<Provider>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = simulator_server::router(provider.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn over_http(provider: &Arc<Provider>) -> SimulatorChannel {
    SimulatorChannel::new(Arc::new(HttpSimulatorClient::new(&serve(provider).await).unwrap()))
}

#[tokio::test]
async fn a_conversation_over_http_is_the_same_as_in_one_process() {
    let mut shop = Shop::with(|options| options.rules.client_ids = true).await;
    shop.channel = over_http(&shop.provider).await;
    let account = shop.channel.check().await.unwrap();
    assert_eq!(account.external_id, "sample-customers", "the account");
    assert!(shop.channel.abilities().client_ids, "its abilities are learned over the wire");

    let picture = Bytes::from_static(b"\x00\xffpicture");
    let file = FileRef {
        file: FileState::Here { hash: "00".into(), remote: None },
        name: Some("a.png".into()),
        mime: "image/png".into(),
        size_bytes: 9,
        width_px: None,
        height_px: None,
        duration_ms: None,
        waveform: vec![],
    };
    let body = Body::Media { media: MediaKind::Image, file, caption: Some("mire".into()) };
    let sent_file = OutgoingFile {
        bytes: picture.clone(),
        name: "a.png".into(),
        mime: "image/png".into(),
        media: MediaKind::Image,
    };
    let inject = Inject {
        body: body.clone(),
        file: Some(embudo_channels::simulator::SimFile {
            name: "a.png".into(),
            mime: "image/png".into(),
            media: MediaKind::Image,
            bytes: picture.clone(),
        }),
        ..Inject::text("ana", "")
    };
    shop.provider.inject(vec![inject]).await.unwrap();
    let received = messages(&shop.poll().await);
    let Body::Media { file, .. } = &received[0].body else { panic!("a picture came") };
    let FileState::Waiting { remote } = &file.file else { panic!("it waits at the provider") };
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("a");
    assert_eq!(shop.channel.fetch(remote, &into, 100).await.unwrap(), 9, "its size");
    assert_eq!(std::fs::read(&into).unwrap(), picture, "every byte, zero and 255 too");

    let message_id = key();
    let message = Outgoing {
        message_id,
        external_id: "ana",
        body: &body,
        file: Some(sent_file),
        reply_to_provider_id: Some("in-1"),
    };
    let sent = shop.channel.send(message).await.unwrap();
    shop.channel.edit("ana", &sent.provider_id, "mire bien").await.unwrap();
    let found = shop.channel.look_up(message_id).await.unwrap();
    assert_eq!(found.map(|found| found.provider_id), Some(sent.provider_id), "found under its id");
    let delivered = shop.provider.deliveries().await.unwrap().remove(0);
    assert_eq!((delivered.file_bytes, delivered.reply_to.as_deref()), (Some(9), Some("in-1")), "whole, with its quote");
}

#[tokio::test]
async fn failures_over_http_are_the_same_and_a_lost_answer_is_a_lost_connection() {
    let mut shop = Shop::empty().await;
    shop.channel = over_http(&shop.provider).await;
    shop.provider.inject(vec![Inject::text("ana", "hola")]).await.unwrap();
    shop.poll().await;
    let error = shop.send("nobody", "hola").await.unwrap_err();
    assert_eq!(code(&error), "CHAT_NOT_FOUND", "a refusal keeps its code");
    shop.provider.set_faults(Faults { rate_limit_next: 1, retry_after_ms: 700, ..Faults::default() }).await.unwrap();
    assert_eq!(
        shop.send("ana", "hola").await.unwrap_err(),
        ChannelError::SlowDown { retry_after_ms: 700 },
        "and the pause its length"
    );
    shop.provider.set_faults(Faults { drop_answer_next: 1, ..Faults::default() }).await.unwrap();
    let message_id = key();
    let error = shop.send_as(message_id, "ana", "hola").await.unwrap_err();
    assert!(matches!(error, ChannelError::Uncertain(_)), "no answer came: {error:?}");
    assert_eq!(shop.provider.times_received(message_id).await.unwrap(), 1, "though it arrived");
    shop.provider.set_faults(Faults { revoked: true, ..Faults::default() }).await.unwrap();
    assert_eq!(shop.send("ana", "hola").await.unwrap_err(), ChannelError::Unauthorized, "a revoked token is one");

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    shop.channel = SimulatorChannel::new(Arc::new(HttpSimulatorClient::new(&format!("http://{free}")).unwrap()));
    let error = shop.send("ana", "hola").await.unwrap_err();
    assert!(matches!(error, ChannelError::NotReached(_)), "nobody there: nothing left: {error:?}");
}

#[tokio::test]
async fn a_test_in_another_process_controls_it_over_http() {
    let shop = Shop::empty().await;
    let url = serve(&shop.provider).await;
    let control = async |body: &str| {
        // A plain request: whatever language a test is written in can make it.
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut stream = tokio::net::TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
        let request = format!(
            "POST /control HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let answer = control(r#"{"do":"set_rules","rules":{"window_ms":1000}}"#).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "taken: {answer}");
    assert_eq!(shop.provider.rules().await, Rules { window_ms: Some(1_000), ..Rules::default() }, "and in force");
    let answer = control(r#"{"do":"customers"}"#).await;
    assert!(answer.ends_with("[]"), "the ledger is read: {answer}");
    let answer = control(r#"{"do":"dance"}"#).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "nonsense is told: {answer}");
}

//! The link over a socket, against a hub that is played: what it sends and hears, and whom it
//! refuses to talk to.

use embudo_domain::{DeviceId, MemberId, WorkspaceId};
use embudo_protocol::wire::{self, Answer, Greeting, Kind, Refused};
use embudo_protocol::{DeviceFrame, HubFrame};
use embudo_sync::socket::{Address, LinkError, Pin, connect};
use futures_util::{SinkExt, StreamExt};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

fn greeting() -> Greeting {
    Greeting {
        oldest: wire::OLDEST,
        newest: wire::NEWEST,
        app: "0.1.0".to_owned(),
        workspace_id: WorkspaceId(Uuid::from_u128(1)),
        device_id: DeviceId(Uuid::from_u128(2)),
        token: "token".to_owned(),
    }
}

const MANY: u64 = 1_000;

fn hello() -> DeviceFrame {
    DeviceFrame::Hello { device_id: greeting().device_id, member_id: MemberId(Uuid::from_u128(3)), cursor: None }
}

fn welcome() -> Answer {
    Answer::Welcome { protocol: wire::NEWEST, hub: "0.1.0".to_owned() }
}

struct Tls {
    acceptor: TlsAcceptor,
    pin: Pin,
}

fn tls() -> Tls {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate: CertificateDer<'static> = made.cert.der().clone();
    let pin = Pin::of(&certificate).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Tls { acceptor: TlsAcceptor::from(Arc::new(config)), pin }
}

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

async fn greeted<S: AsyncRead + AsyncWrite + Unpin>(stream: S, answer: Answer) -> (WebSocketStream<S>, Greeting) {
    let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
    let Some(Ok(Message::Binary(bytes))) = socket.next().await else { panic!("no greeting") };
    let greeting: Greeting = wire::unpack(Kind::Greeting, &bytes).unwrap();
    socket.send(Message::Binary(wire::pack(Kind::Answer, &answer).unwrap().into())).await.unwrap();
    (socket, greeting)
}

#[tokio::test]
async fn frames_go_both_ways_under_the_key_that_was_named_and_the_link_ends_with_the_hub() {
    let (tls, (listener, port)) = (tls(), listener().await);
    let address = Address { url: format!("wss://127.0.0.1:{port}"), pin: Some(tls.pin) };
    let hub = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        let (mut socket, who) = greeted(tls.acceptor.accept(tcp).await.unwrap(), welcome()).await;
        assert_eq!(who, greeting(), "who it is, with its token");
        let Some(Ok(Message::Binary(bytes))) = socket.next().await else { panic!("no frame") };
        let frame: DeviceFrame = wire::unpack(Kind::Device, &bytes).unwrap();
        assert_eq!(frame, hello());
        // More than wait on the way at once.
        for nonce in 0..MANY {
            let pong = HubFrame::Pong { nonce, hub_ms: 5 };
            socket.send(Message::Binary(wire::pack(Kind::Hub, &pong).unwrap().into())).await.unwrap();
        }
        socket.close(None).await.unwrap();
    });
    let (to_hub, mut from_hub) = connect(&address, &greeting()).await.unwrap();
    to_hub.send(hello()).await.unwrap();
    for nonce in 0..MANY {
        assert_eq!(from_hub.recv().await, Some(HubFrame::Pong { nonce, hub_ms: 5 }), "each once, in order");
    }
    assert_eq!(from_hub.recv().await, None, "the hub hung up");
    hub.await.unwrap();
}

#[tokio::test]
async fn another_key_than_the_one_that_was_named_is_told_apart_from_a_hub_that_is_not_there() {
    let (tls, (listener, port)) = (tls(), listener().await);
    let hub = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        tls.acceptor.accept(tcp).await.map(drop)
    });
    let address = Address { url: format!("wss://127.0.0.1:{port}"), pin: Some(Pin([7; 32])) };
    let error = connect(&address, &greeting()).await.unwrap_err();
    assert!(matches!(error, LinkError::Certificate(_)), "{error}");
    assert!(hub.await.unwrap().is_err(), "and nothing was said to it");

    let gone = connect(&address, &greeting()).await.unwrap_err();
    assert!(matches!(gone, LinkError::Unreachable(_)), "nobody listens there any more: {gone}");
}

#[tokio::test]
async fn a_hub_that_refuses_and_a_program_that_is_no_hub_say_so() {
    let (hub, port) = listener().await;
    tokio::spawn(async move {
        let (tcp, _) = hub.accept().await.unwrap();
        greeted(tcp, Answer::Refused(Refused::SignedOut)).await
    });
    let address = Address { url: format!("ws://127.0.0.1:{port}"), pin: None };
    let error = connect(&address, &greeting()).await.unwrap_err();
    assert!(matches!(error, LinkError::Refused(Refused::SignedOut)), "{error}");

    let (web, port) = listener().await;
    tokio::spawn(async move {
        let (mut tcp, _) = web.accept().await.unwrap();
        let mut asked = [0; 1_024];
        let _ = tcp.read(&mut asked).await.unwrap();
        tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await.unwrap();
    });
    let address = Address { url: format!("ws://127.0.0.1:{port}/"), pin: None };
    let error = connect(&address, &greeting()).await.unwrap_err();
    assert!(matches!(error, LinkError::NoHub(_)), "{error}");

    for url in ["http://127.0.0.1", "embudo", "ws://"] {
        let address = Address { url: url.to_owned(), pin: None };
        let error = connect(&address, &greeting()).await.unwrap_err();
        assert!(matches!(error, LinkError::NoAddress(_)), "{url}: {error}");
    }
}

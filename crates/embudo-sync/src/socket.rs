//! The link to a hub that is a program of its own: a WebSocket over TLS. Either the hub's
//! certificate is one that the system trusts, or its public key is the one that the invite named
//! (a hub makes its own certificate at its first start).

use embudo_protocol::wire::{self, Answer, FrameError, Greeting, Kind, Refused};
use embudo_protocol::{DeviceFrame, HubFrame};
use futures_util::{SinkExt as _, StreamExt as _};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::http::Uri;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

use crate::live::Link;

/// Frames that wait in one direction; a device that can't keep up reads no more from the socket.
const LINK_FRAMES: usize = 64;
/// To open the connection, agree on TLS and greet each other.
const OPEN_WITHIN: Duration = Duration::from_secs(20);
/// Nothing heard for so long, in spite of asking: the link is over.
const HEARD_WITHIN: Duration = Duration::from_secs(45);
const PING_EVERY: Duration = Duration::from_secs(15);

/// SHA-256 of a certificate's public key (its SubjectPublicKeyInfo, as in RFC 7469). It stays the
/// same when the certificate is made anew with the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pin(pub [u8; 32]);

impl Pin {
    /// Of a certificate in DER. `None`: it is no certificate.
    pub fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let parsed = webpki::EndEntityCert::try_from(certificate).ok()?;
        let digest = ring::digest::digest(&ring::digest::SHA256, &parsed.subject_public_key_info());
        Some(Self(digest.as_ref().try_into().ok()?))
    }
}

/// Where a hub is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `wss://host:port`, or `ws://` where a proxy in front speaks TLS, and in tests.
    pub url: String,
    /// Absent: the certificate must be one that the system trusts, for this name.
    pub pin: Option<Pin>,
}

#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("{0:?} is no address of a hub")]
    NoAddress(String),
    /// Nobody is there, or no way to them; later perhaps.
    #[error("the hub is not to be reached: {0}")]
    Unreachable(String),
    /// Somebody is there whose certificate is not the hub's. A person looks at that.
    #[error("the hub's certificate is not the one it had: {0}")]
    Certificate(String),
    #[error("there is no hub at this address: {0}")]
    NoHub(String),
    #[error("the hub doesn't talk to this device: {0:?}")]
    Refused(Refused),
    #[error(transparent)]
    Frame(#[from] FrameError),
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
type Socket = WebSocketStream<Box<dyn Stream>>;

/// Connects and greets. The link is down when its receiver ends.
pub async fn connect(address: &Address, greeting: &Greeting) -> Result<Link, LinkError> {
    let opened = tokio::time::timeout(OPEN_WITHIN, open(address, greeting)).await;
    let socket = opened.map_err(|_| LinkError::Unreachable("no answer in time".to_owned()))??;
    let (to_hub, outgoing) = mpsc::channel(LINK_FRAMES);
    let (incoming, from_hub) = mpsc::channel(LINK_FRAMES);
    tokio::spawn(async move {
        if let Err(error) = carry(socket, outgoing, incoming).await {
            tracing::info!(%error, "the link to the hub is down");
        }
    });
    Ok((to_hub, from_hub))
}

async fn open(address: &Address, greeting: &Greeting) -> Result<Socket, LinkError> {
    let url = format!("{}/socket", address.url.trim_end_matches('/'));
    let config = WebSocketConfig::default()
        .max_message_size(Some(wire::MAX_FRAME_BYTES))
        .max_frame_size(Some(wire::MAX_FRAME_BYTES));
    let stream = reach(address).await?;
    let asked = tokio_tungstenite::client_async_with_config(url.as_str(), stream, Some(config));
    let (mut socket, _) = asked.await.map_err(|error| told(&address.url, error))?;
    let hello = wire::pack(Kind::Greeting, greeting)?;
    socket.send(Message::Binary(hello.into())).await.map_err(unreachable)?;
    loop {
        match socket.next().await {
            Some(Ok(Message::Binary(bytes))) => {
                return match wire::unpack(Kind::Answer, &bytes)? {
                    Answer::Welcome { .. } => Ok(socket),
                    Answer::Refused(refused) => Err(LinkError::Refused(refused)),
                };
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(_)) | None => return Err(LinkError::Unreachable("it hung up".to_owned())),
            Some(Err(error)) => return Err(unreachable(error)),
        }
    }
}

/// The bytes' way there: TCP, and TLS over it where the address says so.
async fn reach(address: &Address) -> Result<Box<dyn Stream>, LinkError> {
    let no_address = || LinkError::NoAddress(address.url.clone());
    let uri: Uri = address.url.parse().map_err(|_| no_address())?;
    let host = uri.host().ok_or_else(no_address)?.trim_start_matches('[').trim_end_matches(']').to_owned();
    let is_sealed = match uri.scheme_str() {
        Some("wss") => true,
        Some("ws") => false,
        _ => return Err(no_address()),
    };
    let port = uri.port_u16().unwrap_or(if is_sealed { 443 } else { 80 });
    let tcp = TcpStream::connect((host.as_str(), port)).await;
    let tcp = tcp.map_err(|error| LinkError::Unreachable(error.to_string()))?;
    // A frame is written whole: waiting for more would only make it later.
    tcp.set_nodelay(true).map_err(|error| LinkError::Unreachable(error.to_string()))?;
    if !is_sealed {
        return Ok(Box::new(tcp));
    }
    let name = ServerName::try_from(host).map_err(|_| no_address())?;
    match TlsConnector::from(Arc::new(tls(address.pin)?)).connect(name, tcp).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(rustls::Error::InvalidCertificate(why)) => LinkError::Certificate(format!("{why:?}")),
            // Something that doesn't speak TLS.
            Some(error) => LinkError::NoHub(error.to_string()),
            None => LinkError::Unreachable(error.to_string()),
        }),
    }
}

fn unreachable(error: WsError) -> LinkError {
    LinkError::Unreachable(error.to_string())
}

/// Which of a person's next steps an error asks for.
fn told(address: &str, error: WsError) -> LinkError {
    match error {
        WsError::Url(_) | WsError::HttpFormat(_) => LinkError::NoAddress(address.to_owned()),
        // Some other program answers there.
        WsError::Http(answer) => LinkError::NoHub(answer.status().to_string()),
        WsError::Protocol(error) => LinkError::NoHub(error.to_string()),
        error => unreachable(error),
    }
}

/// Frames both ways until one end is gone.
async fn carry(
    socket: Socket,
    mut outgoing: mpsc::Receiver<DeviceFrame>,
    incoming: mpsc::Sender<HubFrame>,
) -> Result<(), LinkError> {
    let (mut to_hub, mut from_hub) = socket.split();
    let mut ping = tokio::time::interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            frame = outgoing.recv() => {
                let Some(frame) = frame else { break };
                let bytes = wire::pack(Kind::Device, &frame)?;
                to_hub.send(Message::Binary(bytes.into())).await.map_err(unreachable)?;
            }
            // Only while there is room: the rest waits in the network, and with it the hub.
            (room, message) = async { (incoming.reserve().await, from_hub.next().await) } => {
                let Ok(room) = room else { break };
                heard = Instant::now();
                match message {
                    Some(Ok(Message::Binary(bytes))) => room.send(wire::unpack(Kind::Hub, &bytes)?),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Close(_))) | None => break,
                    Some(Ok(_)) => return Err(LinkError::NoHub("it speaks another protocol".to_owned())),
                    Some(Err(error)) => return Err(unreachable(error)),
                }
            }
            _ = ping.tick() => {
                // A device that is busy writing has not listened: that is no silence of the hub.
                if incoming.capacity() > 0 && heard.elapsed() > HEARD_WITHIN {
                    return Err(LinkError::Unreachable("nothing heard".to_owned()));
                }
                to_hub.send(Message::Ping(Vec::new().into())).await.map_err(unreachable)?;
            }
        }
    }
    // Who is gone doesn't hear it.
    let _ = to_hub.close().await;
    Ok(())
}

fn tls(pin: Option<Pin>) -> Result<ClientConfig, LinkError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let failed = |error: rustls::Error| LinkError::Certificate(error.to_string());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous();
    let verifier: Arc<dyn ServerCertVerifier> = match pin {
        Some(pin) => Arc::new(Pinned { pin, provider }),
        None => Arc::new(rustls_platform_verifier::Verifier::new(provider).map_err(failed)?),
    };
    Ok(builder.with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// Trusts one public key, whatever name and date its certificate has: the invite told it, by a
/// way that a person chose. That the other end has the private key is checked as ever.
#[derive(Debug)]
struct Pinned {
    pin: Pin,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if Pin::of(end_entity) == Some(self.pin) {
            return Ok(ServerCertVerified::assertion());
        }
        Err(rustls::Error::InvalidCertificate(rustls::CertificateError::ApplicationVerificationFailure))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

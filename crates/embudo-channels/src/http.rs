//! What the adapters share about HTTP: one client, and one reading of its errors.
//!
//! Invariants: no error text carries an address (a Telegram address holds the token), no
//! redirect is followed (it would carry the token elsewhere), and a failure is `NotReached`
//! only when no byte of the request can have arrived.

use crate::ChannelError;
use reqwest::Url;
use std::net::IpAddr;
use std::sync::Once;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Does a repetition of the call change anything at the other side?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallKind {
    /// Asks; may be repeated at will.
    Read,
    /// Does something; may have been done although no answer came.
    Act,
}

impl CallKind {
    /// The error for "no answer that says what happened".
    pub(crate) fn unclear(self, detail: String) -> ChannelError {
        match self {
            CallKind::Read => ChannelError::NotReached(detail),
            CallKind::Act => ChannelError::Uncertain(detail),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    #[error("not an address that starts with https://")]
    NotAnAddress,
    /// A token must not cross a network in the clear.
    #[error("http:// is only for this computer or this network; use https://")]
    InTheClear,
}

/// Reads a configured base address. Plain `http` is accepted only where it stays near: this
/// computer, a private address or a bare host name.
pub(crate) fn base_url(text: &str) -> Result<Url, BaseUrlError> {
    let url = Url::parse(text.trim()).map_err(|_| BaseUrlError::NotAnAddress)?;
    let host = url.host_str().ok_or(BaseUrlError::NotAnAddress)?;
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(BaseUrlError::NotAnAddress);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if stays_near(host) => Ok(url),
        "http" => Err(BaseUrlError::InTheClear),
        _ => Err(BaseUrlError::NotAnAddress),
    }
}

fn stays_near(host: &str) -> bool {
    match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => !host.contains('.') || host.ends_with(".local") || host.ends_with(".localhost"),
    }
}

/// A client for one account. Near hosts are never reached through a proxy.
pub(crate) fn client(base: &Url) -> Result<reqwest::Client, ChannelError> {
    install_crypto();
    let mut builder = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .pool_idle_timeout(Duration::from_secs(50))
        .tcp_keepalive(Duration::from_secs(30))
        .user_agent(concat!("Embudo/", env!("CARGO_PKG_VERSION")));
    if base.host_str().is_some_and(stays_near) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| ChannelError::NotReached(format!("no HTTPS here: {}", error.without_url())))
}

/// rustls needs one cryptography provider in the process; whoever comes first installs it.
fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error only says that another part of the program was first.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// What a failed exchange allows to conclude. `is_connect` covers name resolution, TCP, proxy
/// and TLS handshake: nothing of the request left before those are done.
pub(crate) fn transport_error(error: reqwest::Error, kind: CallKind) -> ChannelError {
    let nothing_left = error.is_connect() || error.is_builder();
    let detail = describe(error);
    if nothing_left { ChannelError::NotReached(detail) } else { kind.unclear(detail) }
}

/// The causes of an error without its address.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_base_address_in_the_clear_is_taken_only_nearby() {
        for near in [
            "http://127.0.0.1:81/",
            "http://localhost:8081",
            "http://[::1]:9",
            "http://192.168.1.20",
            "http://botapi:8081",
            "https://api.telegram.org",
        ] {
            assert!(base_url(near).is_ok(), "{near} stays near or is encrypted");
        }
        for far in ["http://api.telegram.org", "http://8.8.8.8/"] {
            assert_eq!(base_url(far), Err(BaseUrlError::InTheClear), "{far} would show the token to the network");
        }
        for nonsense in ["", "api.telegram.org", "ftp://127.0.0.1", "https://x/?a=1", "https://user@host"] {
            assert_eq!(base_url(nonsense), Err(BaseUrlError::NotAnAddress), "{nonsense:?} is not a base address");
        }
    }
}

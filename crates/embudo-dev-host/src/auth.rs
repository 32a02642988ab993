//! Who may talk to the host. It listens on loopback, but so may every page in a browser on this
//! machine: the Host header keeps out names that were pointed here, the Origin header keeps out
//! other pages, and the token keeps out other programs of other users.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Clone)]
pub struct Door(Arc<Keys>);

struct Keys {
    token: String,
    /// Cookies do not know ports: two hosts on one machine must not take each other's.
    cookie_name: String,
    cookie: String,
    port: u16,
}

impl Door {
    pub fn new(token: String, port: u16) -> Self {
        let cookie = uuid::Uuid::new_v4().simple().to_string() + &uuid::Uuid::new_v4().simple().to_string();
        Self(Arc::new(Keys { token, cookie_name: format!("embudo_session_{port}"), cookie, port }))
    }

    /// The cookie for who knows the token.
    pub fn trade(&self, token: &str) -> Option<String> {
        same(token, &self.0.token)
            .then(|| format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.0.cookie_name, self.0.cookie))
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(bearer) = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")) {
            return same(bearer.trim(), &self.0.token);
        }
        text(header::COOKIE).is_some_and(|cookies| {
            cookies
                .split(';')
                .filter_map(|pair| pair.trim().split_once('='))
                .any(|(name, value)| name == self.0.cookie_name && same(value, &self.0.cookie))
        })
    }

    fn is_our_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        [format!("127.0.0.1:{}", self.0.port), format!("localhost:{}", self.0.port)].iter().any(|ours| ours == host)
    }

    /// A browser says where a page is from with everything but plain navigation.
    fn is_our_origin(&self, headers: &HeaderMap) -> bool {
        match headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or_default()) {
            None => true,
            Some(origin) => [format!("http://127.0.0.1:{}", self.0.port), format!("http://localhost:{}", self.0.port)]
                .iter()
                .any(|ours| ours == origin),
        }
    }
}

/// Takes the same time wherever the first difference is.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// Every request.
pub async fn check_origin(State(door): State<Door>, request: Request, next: Next) -> Response {
    if !door.is_our_host(request.headers()) {
        return (StatusCode::MISDIRECTED_REQUEST, "not this host").into_response();
    }
    if !door.is_our_origin(request.headers()) {
        return (StatusCode::FORBIDDEN, "another page's request").into_response();
    }
    next.run(request).await
}

/// Everything but the built UI and the trade of the token.
pub async fn check_token(State(door): State<Door>, request: Request, next: Next) -> Response {
    if !door.knows(request.headers()) {
        return crate::routes::refusal(StatusCode::UNAUTHORIZED, embudo_app::ApiError::new("SESSION"));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_token_or_its_cookie_opens_and_nothing_else() {
        let door = Door::new("secret".into(), 80);
        let cookie = door.trade("secret").unwrap();
        let value = cookie.split(';').next().unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "no script and no other page gets it"
        );
        assert!(door.knows(&headers(&[("authorization", "Bearer secret")])));
        assert!(door.knows(&headers(&[("cookie", &format!("a=b; {value}"))])));
        assert!(door.trade("Secret").is_none() && door.trade("").is_none());
        for wrong in [
            headers(&[]),
            headers(&[("authorization", "Bearer ")]),
            headers(&[("authorization", "secret")]),
            headers(&[("cookie", "embudo_session_80=x")]),
        ] {
            assert!(!door.knows(&wrong), "{wrong:?}");
        }
    }

    #[test]
    fn another_name_for_this_machine_is_not_this_host() {
        let door = Door::new("t".into(), 8080);
        assert!(
            door.is_our_host(&headers(&[("host", "127.0.0.1:8080")]))
                && door.is_our_host(&headers(&[("host", "localhost:8080")]))
        );
        for other in ["evil.example:8080", "127.0.0.1", "127.0.0.1:81", "127.0.0.1:8080.evil.example"] {
            assert!(!door.is_our_host(&headers(&[("host", other)])), "{other}: DNS rebinding");
        }
        assert!(!door.is_our_host(&headers(&[])), "no host at all");
        assert!(door.is_our_origin(&headers(&[])), "scripts send none");
        assert!(
            !door.is_our_origin(&headers(&[("origin", "null")]))
                && !door.is_our_origin(&headers(&[("origin", "https://evil.example")]))
        );
    }
}

//! The service itself: a test that passes on it says something only if it refuses what is wrong.

use std::collections::HashMap;

use embudo_testkit::notification_server::{NotificationServer, PrivateBus};
use zbus::zvariant::Value;
use zbus::{Connection, connection};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

type Arguments = (
    &'static str,
    u32,
    &'static str,
    &'static str,
    &'static str,
    Vec<&'static str>,
    HashMap<&'static str, Value<'static>>,
    i32,
);

/// A right call, but for one thing.
fn call(change: impl FnOnce(&mut Arguments)) -> Arguments {
    let mut call = ("Embudo", 0, "", "Ana", "hello", Vec::new(), HashMap::new(), -1);
    change(&mut call);
    call
}

async fn notify(client: &Connection, call: &Arguments) -> zbus::Result<u32> {
    client.call_method(Some(NAME), PATH, Some(NAME), "Notify", call).await?.body().deserialize()
}

#[tokio::test]
async fn what_the_specification_forbids_is_refused_and_remembered() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &["body-markup"]).await;
    let client = connection::Builder::address(bus.address()).unwrap().build().await.unwrap();

    let first = notify(&client, &call(|_| {})).await.unwrap();
    assert_eq!(first, 1, "ids are never zero");
    let second = notify(&client, &call(|_| {})).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(notify(&client, &call(|call| call.1 = first)).await.unwrap(), first, "replaced in place");
    assert!(server.seen().complaints.is_empty());

    let image = Value::from((2_000, 2_000, 8_000, true, 8, 4, vec![0u8; 16]));
    for wrong in [
        call(|call| call.1 = 77),
        call(|call| call.4 = "1 < 2"),
        call(|call| call.5 = vec!["default", "Open"]),
        call(|call| drop(call.6.insert("image-data", image))),
        call(|call| call.7 = -5),
    ] {
        let before = server.seen();
        assert!(notify(&client, &wrong).await.is_err(), "{wrong:?}");
        let after = server.seen();
        assert_eq!(after.complaints.len(), before.complaints.len() + 1, "{wrong:?}");
        assert_eq!(after.standing, before.standing, "nothing is shown of it");
    }

    let close = |id: u32| {
        let client = client.clone();
        async move { client.call_method(Some(NAME), PATH, Some(NAME), "CloseNotification", &id).await }
    };
    close(first).await.unwrap();
    let said = server.seen().complaints.len();
    assert!(close(first).await.is_err(), "it is gone: an error by the specification, but no breach");
    assert_eq!(server.seen().complaints.len(), said);
    assert!(close(99).await.is_err());
    assert_eq!(server.seen().complaints.len(), said + 1, "nobody gave that number");
    let again = notify(&client, &call(|call| call.1 = first)).await.unwrap();
    assert_ne!(again, first, "what was closed does not come back under its old number");
}

//! A program with a status icon, by a library that is not ours.

use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};

use embudo_testkit::notification_server::PrivateBus;
use ksni::TrayMethods as _;
use ksni::menu::{CheckmarkItem, MenuItem, StandardItem, SubMenu};

/// Runs until it is dropped.
pub struct Shop(Child);

impl Shop {
    /// The library takes its bus from the environment: a program of its own.
    pub fn open(bus: &PrivateBus) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "shop::child_shows_an_icon", "--ignored"])
            .env("DBUS_SESSION_BUS_ADDRESS", bus.address())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    pub fn ended(&mut self) -> ExitStatus {
        self.0.wait().unwrap()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // However it hangs: its library may wait for a bus that has nothing more to say.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
#[ignore = "the program whose icon the other tests look at"]
async fn child_shows_an_icon() {
    let shop = Icon { unread: 0, has_sound: true, line: None, clicked: None };
    let _handle = shop.spawn().await.unwrap();
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.unwrap().unwrap();
}

struct Icon {
    unread: u32,
    has_sound: bool,
    line: Option<&'static str>,
    clicked: Option<(i32, i32)>,
}

impl ksni::Tray for Icon {
    fn id(&self) -> String {
        "shop".into()
    }

    fn category(&self) -> ksni::Category {
        ksni::Category::Communications
    }

    fn title(&self) -> String {
        match (self.clicked, self.line) {
            (Some((x, y)), _) => format!("Shop clicked at {x}, {y}"),
            (None, Some(line)) => format!("Shop of {line}"),
            (None, None) => "Shop".into(),
        }
    }

    fn status(&self) -> ksni::Status {
        if self.unread > 0 { ksni::Status::NeedsAttention } else { ksni::Status::Active }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        vec![ksni::Icon { width: 2, height: 1, data: vec![255, 200, 0, 0, 255, 200, 0, 0] }]
    }

    fn overlay_icon_name(&self) -> String {
        if self.unread > 0 { "mail-unread".into() } else { String::new() }
    }

    fn tool_tip(&self) -> ksni::ToolTip {
        let description = format!("{} unread", self.unread);
        ksni::ToolTip { title: "Shop".into(), description, ..Default::default() }
    }

    fn activate(&mut self, x: i32, y: i32) {
        self.clicked = Some((x, y));
    }

    fn secondary_activate(&mut self, _x: i32, _y: i32) {
        self.unread = 0;
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let press = |label: &str, activate: fn(&mut Self)| -> MenuItem<Self> {
            StandardItem { label: label.into(), activate: Box::new(activate), ..Default::default() }.into()
        };
        let closed = StandardItem { label: "Closed".into(), enabled: false, ..Default::default() };
        let mut lines = vec![press("ana__shop", |shop| shop.line = Some("Ana")), closed.into()];
        if self.line.is_some() {
            lines.remove(0);
        }
        vec![
            press("One more", |shop| shop.unread += 1),
            CheckmarkItem {
                label: "Sound".into(),
                checked: self.has_sound,
                activate: Box::new(|shop: &mut Self| shop.has_sound = !shop.has_sound),
                ..Default::default()
            }
            .into(),
            MenuItem::Separator,
            SubMenu { label: "Lines".into(), submenu: lines, ..Default::default() }.into(),
            press("Quit", |_| std::process::exit(0)),
        ]
    }
}

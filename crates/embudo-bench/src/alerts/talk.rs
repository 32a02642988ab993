//! Customers who write one after another, a seller who answers in their banners, and nothing for a
//! while.
//!
//! The shape: a message a second. A customer writes for 16 s, then another does: so at most five
//! chats speak within a minute, which each have a banner of their own (six would be one summary),
//! and a chat's later messages take the place of its first. Every second message is answered in its
//! banner. A sound comes at most every 3 s, so fewer messages have one.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use embudo_testkit::notification_server::{Notice, NotificationServer, Seen};
use embudo_testkit::tray_host::TrayHost;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::app::App;
use crate::bare;
use crate::channel::Channel;
use crate::device::{Customer, DeviceFile};
use crate::folder::Folder;
use crate::plan::Shape;
use crate::report::{Goal, Line};
use crate::times::{Times, product_first};
use crate::{Options, ears};

const ABILITIES: [&str; 4] = ["actions", "body", "inline-reply", "persistence"];
const PACE: Duration = Duration::from_secs(1);
/// Messages of one customer in a row.
const IN_A_ROW: usize = 16;
/// The first ones fill what a day of work keeps filled.
const WARM_UP: usize = 16;
const BARE_SOUNDS: usize = 40;
/// A sound that has not begun by then was none of this message.
const HEARD_WITHIN: Duration = Duration::from_millis(900);

pub async fn measure(options: &Options) -> Result<Vec<Line>> {
    let config = std::env::var_os("ALSA_CONFIG_PATH").map(PathBuf::from).context("ALSA_CONFIG_PATH is not set")?;
    let bus = std::env::var("DBUS_SESSION_BUS_ADDRESS").context("there is no session bus")?;
    let mut sounds = ears::open(&config)?;
    let service = NotificationServer::start_at(&bus, &ABILITIES, 1).await;
    let _tray = TrayHost::start_at(&bus).await;
    let channel = Channel::start().await?;
    let folder = Folder { data: options.data.clone(), secrets: options.secrets.clone(), shape: Shape::FULL };

    let mut app = App::start(&options.app, &options.data)?;
    channel.until_polled().await;
    app.until_calm().await?;
    let device = DeviceFile::open(&folder).await?;
    let mut talk = Talk { service, channel, device, poller: 0 };
    let customers = talk.device.customers(1 + (WARM_UP + options.samples) / IN_A_ROW).await?;
    talk.find_poller(&customers[0]).await?;

    let mut bare_bus = bare::Bus::open().await?;
    let mut bare_file = bare::File::open(&options.data.with_file_name("bare.db")).await?;
    let (mut shown, mut bare_shown) = (Times::default(), Times::default());
    let (mut durable, mut bare_durable) = (Times::default(), Times::default());
    let mut handed = Vec::new();
    let mut due = tokio::time::interval(PACE);
    for number in 0..WARM_UP + options.samples {
        due.tick().await;
        let counts = number >= WARM_UP;
        let customer = &customers[number / IN_A_ROW];
        let text = format!("¿Tienen sillas de nogal? Pregunta {number}, para el comedor de mi casa.");
        let (notice, at) = talk.ask(customer, &text).await?;
        if counts {
            shown.between(at.handed, at.shown);
            handed.push(at.handed);
            bare_shown.between(bare_bus.show(&notice, &format!("{number} {text}")).await?, talk.last_call());
        }
        if product_first(number) {
            let took = talk.answer(customer, &notice, &format!("Sí, quedan cuatro ({number}).")).await?;
            if counts {
                durable.between(took.0, took.1);
                let start = Instant::now();
                bare_file.keep(&text).await?;
                bare_durable.since(start);
            }
        }
    }
    let heard = pair(&handed, &drain(&mut sounds));
    app.until_calm().await?;
    let bare_heard = bare_sounds(&mut sounds).await?;
    let complaints = talk.service.seen().complaints;
    anyhow::ensure!(complaints.is_empty(), "against the specification: {complaints:?}");

    let name = |what: &str, times: &Times| format!("{what} ({} samples)", times.len());
    let mut lines = vec![
        Line::times(name("message at the hub → Notify", &shown), shown, Some(bare_shown), Goal::P95Ms(50.0)),
        Line::times(name("… → first sample at the device", &heard), heard, Some(bare_heard), Goal::P95Ms(80.0)),
        Line::times(name("answer typed → durable", &durable), durable, Some(bare_durable), Goal::P95Ms(30.0)),
    ];
    if !options.idle.is_zero() {
        app.until_calm().await?;
        let idle = app.idle(options.idle).await;
        let name = format!("idle in the tray for {} s", options.idle.as_secs());
        lines.push(Line::figure(name, idle.cpu_percent, "% of one core", Goal::AtMost(0.5)));
        lines.push(Line::figure("… wake-ups of all threads", idle.wakes_per_s, "a second", Goal::None));
        let name = match idle.always.join(", ") {
            none if none.is_empty() => "… timers faster than 1 s".to_owned(),
            threads => format!("… timers faster than 1 s, in {threads}"),
        };
        lines.push(Line::figure(name, idle.always.len() as f64, "", Goal::AtMost(0.0)));
    }
    Ok(lines)
}

struct At {
    handed: Instant,
    shown: Instant,
}

struct Talk {
    service: NotificationServer,
    channel: Channel,
    device: DeviceFile,
    /// Who polls for the first line.
    poller: usize,
}

impl Talk {
    /// Both lines poll alike: a message tells which is which, by the conversation where it arrives.
    async fn find_poller(&mut self, customer: &Customer) -> Result<()> {
        for poller in 0..2 {
            self.poller = poller;
            let text = format!("¿Quién es? {poller}");
            self.ask(customer, &text).await?;
            if self.device.holds(&customer.conversation_id, &text).await? {
                return Ok(());
            }
        }
        anyhow::bail!("neither line brings the message into the customer's chat")
    }

    async fn ask(&mut self, customer: &Customer, text: &str) -> Result<(Notice, At)> {
        let before = self.service.seen().calls.len();
        let handed = self.channel.says(self.poller, &customer.external_id, text).await?;
        let seen = self.service.until(text, |seen| seen.standing.values().any(|notice| notice.body == text)).await;
        let notice = seen.standing.into_values().find(|notice| notice.body == text).context("it was seen")?;
        // The summary of what was unread before may change in between.
        let is_ours = |id: u32| id == notice.id || id == 0;
        let mut calls = seen.calls[before..].iter().filter(|call| call.member == "Notify" && is_ours(call.id));
        let shown = calls.next_back().context("it was shown by a call")?.at;
        Ok((notice, At { handed, shown }))
    }

    fn last_call(&self) -> Instant {
        let Seen { calls, .. } = self.service.seen();
        calls.last().map_or_else(Instant::now, |call| call.at)
    }

    /// From the signal to the commit.
    async fn answer(&mut self, customer: &Customer, notice: &Notice, text: &str) -> Result<(Instant, Instant)> {
        let pressed = Instant::now();
        self.service.say("NotificationReplied", notice.id, text).await;
        let durable = self.device.until_durable(&customer.conversation_id, text).await?;
        Ok((pressed, durable))
    }
}

fn drain(sounds: &mut UnboundedReceiver<Instant>) -> Vec<Instant> {
    std::iter::from_fn(|| sounds.try_recv().ok()).collect()
}

/// Each sound belongs to the message before it.
fn pair(handed: &[Instant], sounds: &[Instant]) -> Times {
    let mut times = Times::default();
    for sound in sounds {
        let before = handed.iter().rev().find(|at| *at < sound);
        if let Some(at) = before.filter(|at| *sound - **at < HEARD_WITHIN) {
            times.between(*at, *sound);
        }
    }
    times
}

async fn bare_sounds(sounds: &mut UnboundedReceiver<Instant>) -> Result<Times> {
    let mut times = Times::default();
    drain(sounds);
    for _ in 0..BARE_SOUNDS {
        let (stream, begun) = bare::sound()?;
        let heard = tokio::time::timeout(Duration::from_secs(5), sounds.recv()).await?.context("the ears are gone")?;
        times.between(begun, heard);
        drop(stream);
        // Longer than the pause that ends a sound for the ears.
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_belongs_to_the_message_before_it_or_to_none() {
        let begin = Instant::now();
        let at = |ms: u64| begin + Duration::from_millis(ms);
        let handed = [at(1_000), at(2_000), at(3_000)];
        // One of the warm-up, one of the second message, one that came too late to be of the third.
        let times = pair(&handed, &[at(500), at(2_040), at(3_950)]);
        assert_eq!((times.len(), times.percentile(50.0)), (1, 40.0));
    }
}

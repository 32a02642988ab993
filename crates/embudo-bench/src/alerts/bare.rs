//! The floors: the same without an app. A bare call on the same bus, a bare stream on the same
//! sound device, a bare commit beside the same databases.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, SampleFormat};
use embudo_sqlite::{Connection, FileKey, Opening};
use embudo_testkit::notification_server::Notice;
use zbus::zvariant::Value;

pub struct Bus {
    connection: zbus::Connection,
    /// 0: none yet.
    id: u32,
}

impl Bus {
    pub async fn open() -> Result<Self> {
        Ok(Self { connection: zbus::Connection::session().await?, id: 0 })
    }

    /// Shows the same as another, in the place of what it showed before; when it was asked for.
    pub async fn show(&mut self, notice: &Notice, text: &str) -> Result<Instant> {
        let actions: Vec<&str> =
            notice.actions.iter().flat_map(|(key, label)| [key.as_str(), label.as_str()]).collect();
        let hints = HashMap::from([
            ("urgency", Value::U8(notice.urgency)),
            ("category", Value::from(notice.category.as_str())),
            ("desktop-entry", Value::from(notice.desktop_entry.as_str())),
            ("suppress-sound", Value::Bool(notice.is_silent)),
        ]);
        let call = (&*notice.app_name, self.id, "", &*notice.summary, text, actions, hints, notice.expire_timeout);
        let asked = Instant::now();
        let name = "org.freedesktop.Notifications";
        let answer =
            self.connection.call_method(Some(name), "/org/freedesktop/Notifications", Some(name), "Notify", &call);
        self.id = answer.await?.body().deserialize()?;
        Ok(asked)
    }
}

/// Opens the default device as our player does and plays; drop it to end. When it was begun.
pub fn sound() -> Result<(cpal::Stream, Instant)> {
    let begun = Instant::now();
    let host = cpal::default_host();
    let device = host.default_output_device().context("no sound device")?;
    let wanted = device.default_output_config()?;
    let mut config = wanted.config();
    if let cpal::SupportedBufferSize::Range { min, max } = *wanted.buffer_size() {
        // 40 ms, as our player asks for.
        config.buffer_size = BufferSize::Fixed((config.sample_rate * 40 / 1_000).clamp(min, max.max(min)));
    }
    let stream = match wanted.sample_format() {
        SampleFormat::F32 => {
            device.build_output_stream(config, |out: &mut [f32], _: &_| out.fill(0.25), |_| {}, None)?
        }
        SampleFormat::I16 => {
            device.build_output_stream(config, |out: &mut [i16], _: &_| out.fill(8_000), |_| {}, None)?
        }
        other => bail!("a device of {other} samples"),
    };
    stream.play()?;
    Ok((stream, begun))
}

/// A sealed file with one table, written as the app writes its own.
pub struct File(Connection);

impl File {
    pub async fn open(path: &Path) -> Result<Self> {
        let opening = Opening::file(path).create_if_missing().sealed(FileKey::new([7; 32]));
        let mut connection = opening.pragma("journal_mode", "wal").pragma("synchronous", "full").connect().await?;
        sqlx::query("create table said (id integer primary key, text text not null)").execute(&mut *connection).await?;
        Ok(Self(connection))
    }

    pub async fn keep(&mut self, text: &str) -> Result<()> {
        sqlx::query("insert into said (text) values (?1)").bind(text).execute(&mut *self.0).await?;
        Ok(())
    }
}

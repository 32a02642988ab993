//! One link between a device and its hub: two ordered streams of encoded frames that may break
//! at any moment. What was under way when it breaks is lost; what arrives may arrive twice.

use embudo_protocol::{DeviceFrame, HubFrame, WireError, decode, encode};
use std::collections::VecDeque;

#[derive(Debug, Default)]
pub struct Link {
    pub up: bool,
    to_hub: VecDeque<Vec<u8>>,
    to_device: VecDeque<Vec<u8>>,
}

impl Link {
    pub fn open(&mut self) {
        self.to_hub.clear();
        self.to_device.clear();
        self.up = true;
    }

    pub fn cut(&mut self) {
        self.to_hub.clear();
        self.to_device.clear();
        self.up = false;
    }

    pub fn device_sends(&mut self, frames: Vec<DeviceFrame>) -> Result<(), WireError> {
        if self.up {
            for frame in &frames {
                self.to_hub.push_back(encode(frame)?);
            }
        }
        Ok(())
    }

    pub fn hub_sends(&mut self, frames: Vec<HubFrame>) -> Result<(), WireError> {
        if self.up {
            for frame in &frames {
                self.to_device.push_back(encode(frame)?);
            }
        }
        Ok(())
    }

    /// The next frame for the hub; `again` leaves a copy of it in the stream.
    pub fn at_hub(&mut self, again: bool) -> Result<Option<DeviceFrame>, WireError> {
        take(&mut self.to_hub, again)
    }

    pub fn at_device(&mut self, again: bool) -> Result<Option<HubFrame>, WireError> {
        take(&mut self.to_device, again)
    }

    /// Loses one frame of the stream to the hub and of that to the device, without a break.
    pub fn lose(&mut self, of_hub: bool) -> bool {
        if of_hub { self.to_hub.pop_front().is_some() } else { self.to_device.pop_front().is_some() }
    }

    pub fn is_quiet(&self) -> bool {
        self.to_hub.is_empty() && self.to_device.is_empty()
    }
}

fn take<T: for<'de> serde::Deserialize<'de>>(
    queue: &mut VecDeque<Vec<u8>>,
    again: bool,
) -> Result<Option<T>, WireError> {
    let Some(bytes) = queue.pop_front() else { return Ok(None) };
    if again {
        queue.push_front(bytes.clone());
    }
    Ok(Some(decode(&bytes)?))
}

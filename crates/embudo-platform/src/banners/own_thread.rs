//! A desktop whose calls may block, on a thread of its own. What it is made of stays there.
#![cfg_attr(target_os = "linux", allow(dead_code))]

use std::sync::mpsc::{Sender, channel};

use super::Desktop;
use super::desk::Call;

pub(crate) struct OwnThread {
    calls: Sender<Call>,
}

impl OwnThread {
    /// `make` runs on the new thread; what it gives takes one call after the other, until this
    /// is dropped.
    pub(crate) fn start<D: FnMut(Call)>(make: impl FnOnce() -> D + Send + 'static) -> Self {
        let (calls, inbox) = channel();
        let thread = std::thread::Builder::new().name("banners".to_owned()).spawn(move || {
            let mut take = make();
            inbox.into_iter().for_each(&mut take);
        });
        if let Err(error) = thread {
            // Nothing will answer, which the desk tells as such.
            tracing::error!(%error, "no thread for banners");
        }
        Self { calls }
    }
}

impl Desktop for OwnThread {
    fn call(&mut self, call: Call) {
        // An error: the thread could not start.
        let _ = self.calls.send(call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_arrive_in_order_and_the_thread_ends_with_its_owner() {
        let (heard, arrived) = channel();
        let mut thread = OwnThread::start(move || {
            let mut count = 0;
            move |call| {
                count += 1;
                heard.send((count, format!("{call:?}"))).unwrap();
            }
        });
        thread.call(Call::Connect);
        thread.call(Call::Close { id: 7 });
        assert_eq!(arrived.recv().unwrap(), (1, "Connect".to_owned()));
        assert_eq!(arrived.recv().unwrap(), (2, "Close { id: 7 }".to_owned()));
        drop(thread);
        assert!(arrived.recv().is_err(), "what it held is dropped");
    }
}

//! Windows: asked when it is needed; nothing tells of a change.

use windows_sys::Win32::UI::Shell::SHQueryUserNotificationState;

use crate::quiet::{QuietState, SystemQuiet, state_of};

pub(crate) fn quiet() -> SystemQuiet {
    SystemQuiet::asked(ask)
}

#[allow(unsafe_code)]
fn ask() -> QuietState {
    let mut code = 0;
    // SAFETY: the call writes one number to where it is told, and keeps nothing.
    let result = unsafe { SHQueryUserNotificationState(&mut code) };
    state_of((result >= 0).then_some(code))
}

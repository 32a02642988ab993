//! What Windows' "user notification state" means to us.
#![cfg_attr(not(windows), allow(dead_code))]

use super::QuietState;

// QUERY_USER_NOTIFICATION_STATE of shellapi.h.
const PRESENTATION_MODE: i32 = 4;
const QUIET_TIME: i32 = 6;

/// `None`: the call failed.
pub(crate) fn state_of(code: Option<i32>) -> QuietState {
    QuietState { dnd: code.map(|code| code == QUIET_TIME), sharing: code.map(|code| code == PRESENTATION_MODE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presenting_is_sharing_and_quiet_time_is_do_not_disturb() {
        // Not present, busy, a game, presenting, all is well, quiet time, a full-screen app.
        let states = (1..=7).map(|code| state_of(Some(code)));
        let told: Vec<(bool, bool)> = states.map(|state| (state.dnd.unwrap(), state.sharing.unwrap())).collect();
        let nothing = (false, false);
        assert_eq!(told, [nothing, nothing, nothing, (false, true), nothing, (true, false), nothing]);
        assert_eq!(state_of(None), QuietState::default(), "not asked is not no");
    }
}

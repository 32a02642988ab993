//! The desktop around the window, as the window asks of it.

use crate::api::*;
use crate::{App, Desktop};
use embudo_platform::tray::TrayState;

pub(super) async fn get_desktop(app: &App, _args: Nothing) -> Result<Option<DesktopView>, ApiError> {
    let desktop = app.alert_gear().and_then(|gear| gear.shell.desktop());
    Ok(desktop.map(|Desktop { tray, starts_with_system }| DesktopView { tray: view(tray), starts_with_system }))
}

fn view(tray: TrayState) -> TrayView {
    match tray {
        TrayState::Asking => TrayView::Asking,
        TrayState::Shown => TrayView::Shown,
        TrayState::Absent => TrayView::Absent,
        TrayState::Refused => TrayView::Refused,
    }
}

pub(super) async fn set_start_with_system(app: &App, args: OnOff) -> Result<Nothing, ApiError> {
    let gear = app.alert_gear().ok_or_else(no_desktop)?.clone();
    let done = crate::app::off_thread(move || gear.shell.start_with_system(args.on)).await;
    match done.map_err(|_| ApiError::new("INTERNAL"))? {
        Ok(()) => Ok(Nothing {}),
        Err(detail) => {
            tracing::warn!(detail, "the start with the system could not be changed");
            Err(ApiError::new("AUTOSTART_REFUSED"))
        }
    }
}

/// Returns at once: the person is asked first.
pub(super) async fn quit(app: &App, _args: Nothing) -> Result<Nothing, ApiError> {
    app.alert_gear().ok_or_else(no_desktop)?.shell.quit();
    Ok(Nothing {})
}

/// The place that a banner, the tray or a link asked for while no window was there to go.
pub(super) async fn take_open_request(app: &App, _args: Nothing) -> Result<Option<OpenRequest>, ApiError> {
    Ok(app.bus.take_asked())
}

fn no_desktop() -> ApiError {
    ApiError::new("NO_DESKTOP")
}

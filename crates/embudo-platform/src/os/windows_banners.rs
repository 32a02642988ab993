//! Windows: toasts. What they look like is written in `banners/toast_xml.rs`; a toast that timed
//! out lies in the notification centre and can still be answered.

use std::collections::BTreeMap;

use embudo_domain::alerts::{Abilities, ClosedBy};
use tokio::sync::mpsc::UnboundedSender;
use windows::Data::Xml::Dom::XmlDocument;
use windows::Foundation::{IReference, TypedEventHandler};
use windows::UI::Notifications::{
    NotificationSetting, ToastActivatedEventArgs, ToastDismissalReason, ToastDismissedEventArgs, ToastNotification,
    ToastNotificationManager,
};
use windows::core::{HSTRING, IInspectable, Interface, Ref, Result};
use winreg::RegKey;
use winreg::enums::HKEY_CURRENT_USER;

use crate::banners::{BannerApp, Call, FIELD, FIELD_ID, NotShown, OwnThread, Report, Sheet, toast_xml};

const GROUP: &str = "embudo";
/// Their objects are kept, because they carry the answers.
const MAX_KEPT: usize = 200;

pub(crate) fn desktop(app: BannerApp, reports: UnboundedSender<Report>) -> OwnThread {
    OwnThread::start(move || {
        let mut toasts = Toasts { app, reports, kept: BTreeMap::new(), last_id: 0 };
        move |call| toasts.take(call)
    })
}

struct Toasts {
    app: BannerApp,
    reports: UnboundedSender<Report>,
    kept: BTreeMap<u32, ToastNotification>,
    last_id: u32,
}

impl Toasts {
    fn take(&mut self, call: Call) {
        let report = match call {
            Call::Connect => {
                if let Err(error) = self.connect() {
                    tracing::info!(%error, "toasts of the last run are left");
                }
                Report::Connected
            }
            Call::Ask => match self.setting() {
                Ok(NotificationSetting::Enabled) => {
                    Report::Abilities { abilities: Abilities::ALL, server: Some("Windows".to_owned()) }
                }
                Ok(_) => Report::NotAllowed,
                Err(error) => {
                    tracing::warn!(%error, "no way to toasts");
                    Report::NoService
                }
            },
            Call::Notify { ticket, replaces, sheet } => {
                let outcome = self.show(replaces, &sheet).map_err(|error| {
                    tracing::warn!(%error, "a toast was refused");
                    NotShown::Refused
                });
                Report::Notified { ticket, outcome }
            }
            Call::Close { id } => {
                self.kept.remove(&id);
                if let Err(error) = self.close(id) {
                    tracing::debug!(%error, "a toast was gone already");
                }
                Report::Removed { id }
            }
        };
        // An error: the app is on its way out.
        let _ = self.reports.send(report);
    }

    fn app_id(&self) -> HSTRING {
        HSTRING::from(&self.app.id)
    }

    /// A name to show, for an app that was not installed; and away with the toasts of other runs.
    fn connect(&self) -> Result<()> {
        let key = format!(r"Software\Classes\AppUserModelId\{}", self.app.id);
        let (key, _) = RegKey::predef(HKEY_CURRENT_USER).create_subkey(key)?;
        key.set_value("DisplayName", &self.app.name)?;
        ToastNotificationManager::History()?.RemoveGroupWithId(&HSTRING::from(GROUP), &self.app_id())
    }

    fn setting(&self) -> Result<NotificationSetting> {
        ToastNotificationManager::CreateToastNotifierWithId(&self.app_id())?.Setting()
    }

    fn show(&mut self, replaces: Option<u32>, sheet: &Sheet) -> Result<u32> {
        let id = replaces.unwrap_or(self.last_id + 1);
        self.last_id = self.last_id.max(id);
        let document = XmlDocument::new()?;
        document.LoadXml(&HSTRING::from(toast_xml(sheet)))?;
        let toast = ToastNotification::CreateToastNotification(&document)?;
        toast.SetTag(&HSTRING::from(id.to_string()))?;
        toast.SetGroup(&HSTRING::from(GROUP))?;
        toast.SetSuppressPopup(sheet.is_quiet)?;
        let reports = self.reports.clone();
        toast.Activated(&TypedEventHandler::new(move |_: Ref<ToastNotification>, args: Ref<IInspectable>| {
            let args: ToastActivatedEventArgs = args.ok()?.cast()?;
            let key = args.Arguments()?.to_string();
            // Without its text, it is the button that opens the reply box.
            let typed = if key == FIELD { text(&args).ok() } else { None };
            let _ = reports.send(match typed {
                Some(text) => Report::Replied { id, text },
                None => Report::Pressed { id, key },
            });
            let _ = reports.send(Report::Closed { id, by: ClosedBy::Person });
            Ok(())
        }))?;
        let reports = self.reports.clone();
        toast.Dismissed(&TypedEventHandler::new(
            move |_: Ref<ToastNotification>, args: Ref<ToastDismissedEventArgs>| {
                if args.ok()?.Reason()? == ToastDismissalReason::UserCanceled {
                    let _ = reports.send(Report::Closed { id, by: ClosedBy::Person });
                }
                Ok(())
            },
        ))?;
        ToastNotificationManager::CreateToastNotifierWithId(&self.app_id())?.Show(&toast)?;
        self.kept.insert(id, toast);
        if self.kept.len() > MAX_KEPT {
            self.kept.pop_first();
        }
        Ok(id)
    }

    fn close(&self, id: u32) -> Result<()> {
        let tag = HSTRING::from(id.to_string());
        ToastNotificationManager::History()?.RemoveGroupedTagWithId(&tag, &HSTRING::from(GROUP), &self.app_id())
    }
}

fn text(args: &ToastActivatedEventArgs) -> Result<String> {
    let text = args.UserInput()?.Lookup(&HSTRING::from(FIELD_ID))?.cast::<IReference<HSTRING>>()?.Value()?;
    Ok(text.to_string())
}

//! macOS: UserNotifications, which only a signed bundle may use. Answers come to the delegate.

use std::collections::BTreeMap;

use block2::RcBlock;
use embudo_domain::alerts::Abilities;
use objc2::rc::Retained;
use objc2::runtime::{Bool, ProtocolObject};
use objc2_foundation::{NSArray, NSBundle, NSError, NSSet, NSString};
use objc2_user_notifications::{
    UNAuthorizationOptions, UNMutableNotificationContent, UNNotificationAction, UNNotificationActionOptions,
    UNNotificationCategory, UNNotificationCategoryOptions, UNNotificationRequest, UNTextInputNotificationAction,
    UNUserNotificationCenter,
};
use tokio::sync::mpsc::UnboundedSender;

use super::banner_delegate::Delegate;
use crate::banners::{BannerApp, Call, FIELD, NotShown, OwnThread, Report, RunName, Sheet};

pub(crate) fn desktop(_app: BannerApp, reports: UnboundedSender<Report>) -> OwnThread {
    OwnThread::start(move || {
        let (run, kinds) = (RunName::new(), BTreeMap::new());
        let mut notices = Notices { run, reports, kinds, last_id: 0, _delegate: None };
        move |call| notices.take(call)
    })
}

/// What the buttons of a banner are called: macOS wants to know them beforehand.
type Kind = (Option<String>, Vec<(String, String)>);

struct Notices {
    run: RunName,
    reports: UnboundedSender<Report>,
    kinds: BTreeMap<String, Kind>,
    last_id: u32,
    /// The system holds it weakly.
    _delegate: Option<Retained<Delegate>>,
}

impl Notices {
    fn take(&mut self, call: Call) {
        let reports = self.reports.clone();
        match call {
            // Without a bundle the framework ends the program.
            Call::Connect if NSBundle::mainBundle().bundleIdentifier().is_none() => drop(reports.send(Report::NoBus)),
            Call::Connect => {
                self.connect();
                drop(reports.send(Report::Connected));
            }
            Call::Ask => {
                let done = RcBlock::new(move |granted: Bool, _: *mut NSError| {
                    drop(reports.send(match granted.as_bool() {
                        true => Report::Abilities { abilities: Abilities::ALL, server: Some("macOS".to_owned()) },
                        false => Report::NotAllowed,
                    }));
                });
                let center = UNUserNotificationCenter::currentNotificationCenter();
                center.requestAuthorizationWithOptions_completionHandler(UNAuthorizationOptions::Alert, &done);
            }
            Call::Notify { ticket, replaces, sheet } => {
                let id = replaces.unwrap_or(self.last_id + 1);
                self.last_id = self.last_id.max(id);
                let done = RcBlock::new(move |error: *mut NSError| {
                    let outcome = if error.is_null() { Ok(id) } else { Err(NotShown::Refused) };
                    drop(reports.send(Report::Notified { ticket, outcome }));
                });
                let request = self.request(id, &sheet);
                let center = UNUserNotificationCenter::currentNotificationCenter();
                center.addNotificationRequest_withCompletionHandler(&request, Some(&done));
            }
            Call::Close { id } => {
                let names = NSArray::from_retained_slice(&[NSString::from_str(&self.run.of(id))]);
                let center = UNUserNotificationCenter::currentNotificationCenter();
                center.removeDeliveredNotificationsWithIdentifiers(&names);
                drop(reports.send(Report::Removed { id }));
            }
        }
    }

    fn connect(&mut self) {
        let delegate = Delegate::new(self.run.clone(), self.reports.clone());
        let center = UNUserNotificationCenter::currentNotificationCenter();
        center.setDelegate(Some(ProtocolObject::from_ref(&*delegate)));
        // Those of other runs answer to nobody.
        center.removeAllDeliveredNotifications();
        self._delegate = Some(delegate);
    }

    fn request(&mut self, id: u32, sheet: &Sheet) -> Retained<UNNotificationRequest> {
        let kind = (sheet.field.clone(), sheet.buttons.clone());
        let name = format!("{kind:?}");
        if self.kinds.insert(name.clone(), kind).is_none() {
            let all: Vec<_> = self.kinds.iter().map(|(name, kind)| category(name, kind)).collect();
            let center = UNUserNotificationCenter::currentNotificationCenter();
            center.setNotificationCategories(&NSSet::from_retained_slice(&all));
        }
        let content = UNMutableNotificationContent::new();
        content.setTitle(&NSString::from_str(&sheet.title));
        content.setBody(&NSString::from_str(&sheet.body));
        content.setCategoryIdentifier(&NSString::from_str(&name));
        let name = NSString::from_str(&self.run.of(id));
        UNNotificationRequest::requestWithIdentifier_content_trigger(&name, &content, None)
    }
}

fn category(name: &str, (field, buttons): &Kind) -> Retained<UNNotificationCategory> {
    let none = UNNotificationActionOptions::empty();
    let mut actions: Vec<Retained<UNNotificationAction>> = Vec::new();
    if let Some(label) = field {
        let (key, label) = (NSString::from_str(FIELD), NSString::from_str(label));
        let field =
            UNTextInputNotificationAction::actionWithIdentifier_title_options_textInputButtonTitle_textInputPlaceholder(
                &key,
                &label,
                none,
                &label,
                &NSString::new(),
            );
        actions.push(field.into_super());
    }
    for (key, label) in buttons {
        let (key, label) = (NSString::from_str(key), NSString::from_str(label));
        actions.push(UNNotificationAction::actionWithIdentifier_title_options(&key, &label, none));
    }
    UNNotificationCategory::categoryWithIdentifier_actions_intentIdentifiers_options(
        &NSString::from_str(name),
        &NSArray::from_retained_slice(&actions),
        &NSArray::new(),
        // So that we hear of a banner that is swiped away.
        UNNotificationCategoryOptions::CustomDismissAction,
    )
}

//! macOS: what a person did with a banner. Called on a thread of the system's.

use block2::DynBlock;
use embudo_domain::alerts::ClosedBy;
use objc2::rc::Retained;
use objc2::runtime::{NSObject, NSObjectProtocol};
use objc2::{AnyThread, DefinedClass, define_class, msg_send};
use objc2_user_notifications::{
    UNNotification, UNNotificationDefaultActionIdentifier, UNNotificationDismissActionIdentifier,
    UNNotificationPresentationOptions, UNNotificationResponse, UNTextInputNotificationResponse,
    UNUserNotificationCenter, UNUserNotificationCenterDelegate,
};
use tokio::sync::mpsc::UnboundedSender;

use crate::banners::{CLICK, Report, RunName};

pub(crate) struct Answers {
    run: RunName,
    reports: UnboundedSender<Report>,
}

define_class!(
    // SAFETY: NSObject has no requirements for its subclasses, and this one does not implement Drop.
    #[unsafe(super(NSObject))]
    #[name = "EmbudoBannerDelegate"]
    #[ivars = Answers]
    pub(crate) struct Delegate;

    // SAFETY: NSObjectProtocol has no requirements.
    unsafe impl NSObjectProtocol for Delegate {}

    // SAFETY: the signatures are those of the protocol.
    unsafe impl UNUserNotificationCenterDelegate for Delegate {
        #[unsafe(method(userNotificationCenter:willPresentNotification:withCompletionHandler:))]
        fn will_present(
            &self,
            _center: &UNUserNotificationCenter,
            _notification: &UNNotification,
            done: &DynBlock<dyn Fn(UNNotificationPresentationOptions)>,
        ) {
            done.call((UNNotificationPresentationOptions::Banner | UNNotificationPresentationOptions::List,));
        }

        #[unsafe(method(userNotificationCenter:didReceiveNotificationResponse:withCompletionHandler:))]
        fn did_receive(
            &self,
            _center: &UNUserNotificationCenter,
            response: &UNNotificationResponse,
            done: &DynBlock<dyn Fn()>,
        ) {
            let answers = self.ivars();
            if let Some(id) = answers.run.id(&response.notification().request().identifier().to_string()) {
                let answer = answer(id, response);
                answer.into_iter().for_each(|report| drop(answers.reports.send(report)));
                drop(answers.reports.send(Report::Closed { id, by: ClosedBy::Person }));
            }
            done.call(());
        }
    }
);

impl Delegate {
    #[allow(unsafe_code)]
    pub(crate) fn new(run: RunName, reports: UnboundedSender<Report>) -> Retained<Self> {
        let delegate = Self::alloc().set_ivars(Answers { run, reports });
        // SAFETY: `init` of NSObject takes nothing and gives the object.
        unsafe { msg_send![super(delegate), init] }
    }
}

#[allow(unsafe_code)]
fn answer(id: u32, response: &UNNotificationResponse) -> Option<Report> {
    if let Some(typed) = response.downcast_ref::<UNTextInputNotificationResponse>() {
        return Some(Report::Replied { id, text: typed.userText().to_string() });
    }
    let action = response.actionIdentifier();
    // SAFETY: constants of the framework.
    let (click, dismiss) = unsafe { (UNNotificationDefaultActionIdentifier, UNNotificationDismissActionIdentifier) };
    if *action == *dismiss {
        return None;
    }
    let key = if *action == *click { CLICK.to_owned() } else { action.to_string() };
    Some(Report::Pressed { id, key })
}

//! The one list of commands. `call` dispatches by it, the TypeScript types are generated from
//! it, the dev host serves it at `GET /commands`. Reads start `get_`, `list_`, `search` or
//! `parse_`; everything else is an act.

use crate::App;
use crate::api::*;
use embudo_domain::alerts::{AlertSettings, OwnTone, Sound};
use embudo_domain::{ContactId, Lead};
use serde::Serialize;
use serde::de::DeserializeOwned;

mod alerts;
mod composer;
mod contacts;
mod desktop;
mod directory;
mod exchange;
mod fields;
mod follow_ups;
mod inbox;
mod leads;
mod left_out;
mod lines;
mod messages;
mod notes;
mod notices;
mod people;
mod sale;
mod saved_views;
mod search;
mod session;
mod system;
mod tags;

pub(crate) use alerts::save as save_alert_settings;
pub(crate) use composer::filled_quick_reply;
pub(crate) use directory::query as contact_query;
pub(crate) use inbox::set_state;
pub(crate) use leads::{UnderWay, with_text as filter_with_text};
pub(crate) use messages::views_of;
pub(crate) use system::check;

/// One command for the list at `GET /commands`; types by their TypeScript names.
#[derive(Clone, Debug, Serialize)]
pub struct CommandInfo {
    pub name: &'static str,
    /// `read` or `act`
    pub kind: &'static str,
    pub args: String,
    pub result: String,
}

macro_rules! commands {
    ($($module:ident :: $name:ident ( $args:ty ) -> $result:ty ;)+) => {
        /// Every command with its types, in the order of the list.
        pub fn list() -> Vec<CommandInfo> {
            let config = ts_rs::Config::default();
            vec![$(CommandInfo {
                name: stringify!($name),
                kind: kind(stringify!($name)),
                args: <$args as ts_rs::TS>::name(&config),
                result: <$result as ts_rs::TS>::name(&config),
            }),+]
        }

        /// Visits the types of every command, for the generated TypeScript.
        pub fn visit_types(visitor: &mut impl ts_rs::TypeVisitor) {
            $(visitor.visit::<$args>(); visitor.visit::<$result>();)+
        }

        /// Runs a command by name.
        pub async fn call(app: &App, name: &str, args: serde_json::Value) -> Result<serde_json::Value, ApiError> {
            match name {
                $(stringify!($name) => {
                    let args: $args = read_args(args)?;
                    // On the heap: side by side the futures of all commands fill a thread's stack.
                    let result: $result = Box::pin($module::$name(app, args)).await?;
                    write_result(&result)
                })+
                _ => Err(ApiError::new("UNKNOWN_COMMAND").with("command", name)),
            }
        }
    };
}

fn kind(name: &str) -> &'static str {
    const READS: [&str; 4] = ["get_", "list_", "search", "parse_"];
    if READS.iter().any(|start| name.starts_with(start)) { "read" } else { "act" }
}

fn read_args<T: DeserializeOwned>(args: serde_json::Value) -> Result<T, ApiError> {
    let args = if args.is_null() { serde_json::json!({}) } else { args };
    serde_json::from_value(args).map_err(|error| ApiError::new("BAD_ARGUMENTS").with("detail", error.to_string()))
}

fn write_result<T: Serialize>(result: &T) -> Result<serde_json::Value, ApiError> {
    serde_json::to_value(result).map_err(|error| ApiError::new("INTERNAL").with("detail", error.to_string()))
}

commands! {
    session::get_app_state(Nothing) -> AppState;
    session::create_workspace(CreateWorkspace) -> AppState;
    session::unlock(Passphrase) -> AppState;
    session::use_passphrase(Passphrase) -> AppState;
    session::retry_start(Nothing) -> AppState;
    session::get_app_lock(Nothing) -> AppLockView;
    session::set_app_lock(SetAppLock) -> AppLockView;
    session::remove_app_lock(Pin) -> AppLockView;
    session::lock_app(Nothing) -> AppState;
    session::unlock_app(Pin) -> AppState;
    session::update_settings(SettingsPatch) -> Done;
    session::rename_workspace(Text) -> Done;
    session::rename_me(Text) -> Done;
    session::set_workspace_country(Text) -> Done;
    session::get_ui_state(UiStateKey) -> Option<String>;
    session::put_ui_state(UiStatePut) -> Nothing;
    session::undo(UndoToken) -> TakenBack;

    inbox::list_conversations(ListConversations) -> InboxPage;
    inbox::get_inbox_rows(GetInboxRows) -> Vec<InboxRowAt>;
    inbox::get_inbox_counts(InboxView) -> InboxCounts;
    saved_views::get_line_counts(InboxView) -> Vec<LineCounts>;
    saved_views::choose_line(ChosenLine) -> Nothing;
    saved_views::list_saved_views(Nothing) -> Vec<SavedViewItem>;
    saved_views::save_view(SaveView) -> Done;
    saved_views::change_saved_view(ChangeSavedView) -> Done;
    saved_views::delete_saved_view(SavedViewOnly) -> Done;
    inbox::close_conversation(CloseConversation) -> Done;
    inbox::reopen_conversation(ConversationOnly) -> Done;
    inbox::snooze_conversation(SnoozeConversation) -> Done;
    inbox::list_snooze_presets(Nothing) -> Vec<SnoozePreset>;
    inbox::parse_time(ParseTime) -> ParsedTime;
    inbox::mark_read(MarkRead) -> Done;
    inbox::mark_unread(ConversationOnly) -> Done;
    inbox::mark_no_reply_needed(ConversationOnly) -> Done;
    inbox::bulk_conversations(BulkConversations) -> BulkReport;

    messages::get_conversation(ConversationOnly) -> ConversationView;
    messages::list_messages(ListMessages) -> ThreadPage;
    messages::get_thread(GetThread) -> ThreadView;
    messages::get_messages(MessageIds) -> Vec<MessageView>;
    messages::get_delivery(MessageOnly) -> DeliveryView;
    messages::retry_message(MessageOnly) -> Done;
    messages::cancel_message(MessageOnly) -> Done;
    messages::release_message(MessageOnly) -> Done;
    messages::discard_message(MessageOnly) -> Done;
    messages::settle_message(SettleMessage) -> Done;
    messages::edit_message(EditMessage) -> Done;
    messages::take_back_message(MessageOnly) -> DraftView;
    messages::open_file(MessageOnly) -> Nothing;
    messages::get_file_name(NameFile) -> FileName;
    messages::save_file(SaveFile) -> Nothing;
    messages::fetch_file(MessageOnly) -> Nothing;
    messages::play_voice(VoiceAt) -> Nothing;
    messages::pause_voice(MessageOnly) -> Nothing;

    composer::get_draft(ConversationOnly) -> DraftView;
    composer::save_draft(SaveDraft) -> Nothing;
    composer::attach_file(AttachFile) -> Attachment;
    composer::send_message(SendMessage) -> SentView;
    composer::undo_send(MessageOnly) -> DraftView;
    composer::send_held_now(MessageOnly) -> MessageView;
    composer::list_outbox(Nothing) -> Vec<OutboxItem>;
    composer::list_quick_replies(ListQuickReplies) -> Vec<QuickReplyView>;
    composer::save_quick_reply(SaveQuickReply) -> SavedQuickReply;
    composer::delete_quick_reply(QuickReplyOnly) -> Done;
    composer::get_filled_quick_reply(FillQuickReply) -> FilledQuickReply;

    contacts::get_contact(ContactOnly) -> ContactView;
    contacts::update_contact(UpdateContact) -> Done;
    contacts::block_contact(BlockContact) -> Done;
    contacts::list_contact_files(ContactOnly) -> Vec<ContactFile>;
    contacts::list_countries(Nothing) -> Vec<Country>;
    contacts::start_conversation(StartConversation) -> Started;
    search::search(Search) -> SearchPage;

    directory::list_contacts(ListContacts) -> ContactPage;
    directory::list_contacts_standing(ListContactsStanding) -> Vec<ContactId>;
    directory::bulk_contacts(BulkContacts) -> ContactBulkReport;
    people::create_contact(CreateContact) -> CreatedContact;
    people::list_same_contacts(ListSame) -> Vec<SameContact>;
    people::get_contact_more(ContactOnly) -> ContactMore;
    people::merge_contacts(MergeContacts) -> Done;
    people::undo_merge(MergeOnly) -> MergeView;
    people::list_duplicates(ListDuplicates) -> DuplicatesPage;
    people::merge_duplicates(MergeGroups) -> ContactBulkReport;
    people::assign_contact(AssignContact) -> Done;
    people::set_contact_source(SetContactSource) -> Done;

    alerts::report_presence(WindowPresence) -> Nothing;
    alerts::start_reply_box(ReplyBoxStart) -> ReplyBoxChat;
    alerts::report_reply_box(ReplyBoxPresence) -> Nothing;
    alerts::send_reply(SendMessage) -> SentView;
    alerts::leave_reply_box(ReplyBoxLeft) -> ReplyBoxChat;
    alerts::get_alert_settings(Nothing) -> AlertSettings;
    alerts::save_alert_settings(SaveAlertSettings) -> Done;
    alerts::mute_chat(MuteChat) -> Done;
    alerts::list_alert_log(ListAlertLog) -> Vec<AlertLogView>;
    alerts::test_alerts(Nothing) -> Nothing;
    alerts::play_tone(Sound) -> Nothing;
    alerts::add_own_tone(AddOwnTone) -> OwnTone;
    alerts::rename_own_tone(RenameOwnTone) -> Done;
    alerts::remove_own_tone(OwnToneOnly) -> Done;
    alerts::get_alert_health(Nothing) -> AlertHealth;
    alerts::hide_names(HideNames) -> Option<NamesHidden>;

    desktop::get_desktop(Nothing) -> Option<DesktopView>;
    desktop::set_start_with_system(OnOff) -> Nothing;
    desktop::quit(Nothing) -> Nothing;
    desktop::take_open_request(Nothing) -> Option<OpenRequest>;

    notices::list_notices(ListNotices) -> NoticePage;
    notices::get_notice_counts(Nothing) -> NoticeCounts;
    notices::mark_notices_read(MarkNoticesRead) -> NoticeNos;
    notices::mark_notices_unread(NoticeNos) -> NoticeNos;

    sale::get_sale(Nothing) -> SaleView;
    sale::get_board_counts(GetBoardCounts) -> BoardCounts;
    sale::list_cards(ListCards) -> Vec<CardView>;
    sale::get_cards(LeadIds) -> Vec<CardView>;
    sale::list_leads_of_contact(ContactOnly) -> Vec<Lead>;
    leads::list_leads(ListLeads) -> LeadPage;
    leads::count_leads(CountLeads) -> LeadTabs;
    leads::bulk_leads(BulkLeads) -> LeadBulkReport;
    leads::cancel_bulk(CancelBulk) -> Nothing;
    sale::change_leads(ChangeLeads) -> LeadsReport;
    sale::open_leads(OpenLeads) -> LeadsReport;
    sale::list_history(ListHistory) -> HistoryPage;
    sale::undo_history(UndoHistory) -> LeadsReport;
    sale::list_use_counts(Nothing) -> Vec<UseCount>;
    sale::save_lead_status(SaveLeadStatus) -> Done;
    sale::delete_lead_status(DeleteLeadStatus) -> Done;
    sale::save_funnel(SaveFunnel) -> Done;
    sale::star_funnel(FunnelOnly) -> Done;
    sale::delete_funnel(DeleteFunnel) -> Done;
    sale::save_source(SaveSource) -> Done;
    sale::delete_source(DeleteSource) -> Done;
    sale::save_lost_reason(SaveLostReason) -> Done;
    sale::delete_lost_reason(DeleteLostReason) -> Done;
    sale::save_sale_settings(SaveSaleSettings) -> Done;
    sale::set_auto_lead(SetAutoLead) -> Done;
    fields::save_field(SaveField) -> Done;
    fields::delete_field(DeleteField) -> Done;
    fields::fill_and_change(FillAndChange) -> Done;

    follow_ups::save_follow_up(SaveFollowUp) -> SaveOutcome;
    follow_ups::bulk_follow_up(BulkFollowUp) -> LeadBulkReport;
    follow_ups::move_follow_ups(MoveFollowUps) -> FollowUpsReport;
    follow_ups::end_follow_ups(EndFollowUps) -> FollowUpsReport;
    follow_ups::send_follow_up(FollowUpOnly) -> FollowUpsReport;
    follow_ups::list_follow_ups(ListFollowUps) -> FollowUpPage;
    follow_ups::count_follow_ups(CountFollowUps) -> FollowUpCounts;
    follow_ups::follow_up_days(FollowUpDays) -> Vec<DayCount>;
    follow_ups::list_follow_ups_of(ContactOnly) -> Vec<FollowUpView>;
    follow_ups::get_close_preview(GetClosePreview) -> ClosePreview;

    notes::list_notes(ListNotes) -> NotePage;
    notes::get_note(NoteOnly) -> NoteNow;
    notes::save_note(SaveNote) -> SavedNote;
    notes::log_call(LogCall) -> SavedNote;
    notes::delete_note(DeleteNote) -> Done;
    notes::bulk_note(BulkNote) -> LeadBulkReport;
    notes::list_activity(ListActivity) -> ActivityPage;

    exchange::open_import(OpenImport) -> OpenedImport;
    exchange::preview_import(ImportWith) -> ImportPreview;
    exchange::run_import(ImportWith) -> ImportReport;
    exchange::open_chats(OpenChats) -> Vec<OpenedChat>;
    exchange::preview_chat(ChatWith) -> ChatPreview;
    exchange::run_chat(RunChat) -> ChatReport;
    exchange::undo_import(ImportOnly) -> UndoneImport;
    exchange::list_imports(Nothing) -> Vec<ImportView>;
    exchange::save_error_rows(SaveErrorRows) -> Exported;
    exchange::export_leads(ExportLeads) -> Exported;
    exchange::export_contacts(ExportContacts) -> Exported;
    exchange::export_conversation(ExportConversation) -> Exported;
    exchange::export_history(ExportHistory) -> Exported;
    exchange::export_workspace(ExportWorkspace) -> Exported;

    tags::list_tags(Nothing) -> Vec<TagUse>;
    tags::save_tag(SaveTag) -> Done;
    tags::merge_tags(MergeTags) -> Done;
    tags::delete_tag(DeleteTag) -> LeadBulkReport;
    tags::bulk_tag(BulkTag) -> LeadBulkReport;

    lines::list_lines(Nothing) -> Vec<LineView>;
    lines::check_telegram(TelegramToken) -> CheckedAccount;
    lines::connect_telegram(ConnectTelegram) -> LineView;
    lines::connect_simulator(ConnectSimulator) -> LineView;
    lines::update_line(UpdateLine) -> Done;
    lines::disconnect_line(LineOnly) -> Done;
    lines::reconnect_line(ReconnectLine) -> LineView;
    lines::get_line_content(LineOnly) -> LineContent;
    lines::list_erasing_lines(Nothing) -> Vec<ErasingLine>;
    lines::remove_line(RemoveLine) -> Nothing;
    lines::remove_webhook(LineOnly) -> LineView;

    system::get_status(Nothing) -> StatusView;
    system::list_review(Nothing) -> Vec<ReviewItem>;
    system::dismiss_review(ReviewOnly) -> Nothing;
    system::get_diagnostics(Nothing) -> Diagnostics;
    system::get_report(Nothing) -> Text;
    system::check_database(Nothing) -> Diagnostics;
    system::get_media_space(Nothing) -> MediaSpace;
    system::set_media_cap(MediaCap) -> Freed;
    system::free_up_space(FreeUp) -> Freed;
    system::get_link(LinkText) -> LinkTarget;
    system::open_link(LinkText) -> Nothing;
}

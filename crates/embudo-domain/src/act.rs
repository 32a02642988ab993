//! Acts: what a person (or, in [`HubAct`], the hub and the channels behind it) intends.
//! Everything random or timed is inside the act, so that the rules stay pure.

use crate::field::*;
use crate::follow_up::*;
use crate::ids::*;
use crate::import::{Duplicates, ImportDefaults, ImportMessage, ImportRow};
use crate::message::*;
use crate::note::Note;
use crate::people::{Assigned, MergeFields, NewContact, Sourced};
use crate::rows::*;
use crate::sale::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SendWhen {
    Now,
    /// Queued until the customer writes again; expires after 7 days (CMP-08).
    TheyReply,
}

/// The changed fields only; `None` leaves a field alone, an empty text clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContactPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub display_name: Option<String>,
    /// As typed; the rules read it with the workspace's default country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub about: Option<String>,
    /// Saved by a person (CON-02).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub saved: Option<bool>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<FieldTo>>")]
    pub fields: Vec<FieldTo>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    // -- messages ---------------------------------------------------------------------------
    SendMessage {
        message_id: MessageId,
        conversation_id: ConversationId,
        body: Body,
        reply_to: Option<MessageId>,
        /// Hub time of the click, for the age check (OFF-05).
        clicked_at_ms: i64,
        send_whenever: bool,
        when: SendWhen,
    },
    /// Failed → queued, attempt + 1.
    RetryMessage {
        message_id: MessageId,
    },
    /// Queued, waiting for an answer or for an OK → canceled.
    CancelMessage {
        message_id: MessageId,
    },
    /// `NeedsOk` → queued.
    ReleaseMessage {
        message_id: MessageId,
    },
    /// Takes a failed, canceled or unknown message out of the thread.
    DiscardMessage {
        message_id: MessageId,
    },
    /// Undo of the cancel or discard of a message that was `to`.
    RestoreMessage {
        message_id: MessageId,
        to: Delivery,
    },
    /// A person looked: an unknown message arrived, or it did not and goes again.
    SettleMessage {
        message_id: MessageId,
        arrived: bool,
    },
    /// Changes the text of a message that was sent, where the channel can.
    EditMessage {
        message_id: MessageId,
        text: String,
    },

    // -- conversations ----------------------------------------------------------------------
    /// Open, snooze, close, reopen. `expect` is set by undo: refused if the state is another;
    /// `undoes` is the event line of the act that is taken back, which goes with it.
    SetConversationState {
        conversation_id: ConversationId,
        to: ConversationState,
        expect: Option<ConversationState>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undoes: Option<MessageId>,
        /// The conversation's `inbound_count` as it was on the person's device. Where more has come
        /// nobody closes it away, and a snooze until they reply has ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<i64>,
    },
    /// Read up to this `inbound_no`; cursors take the maximum.
    MarkRead {
        conversation_id: ConversationId,
        up_to: i64,
    },
    MarkUnread {
        conversation_id: ConversationId,
    },
    /// Undo of the two above.
    RestoreRead {
        conversation_id: ConversationId,
        read_inbound: i64,
        manual_unread: bool,
        expect_read_inbound: i64,
    },
    NoReplyNeeded {
        conversation_id: ConversationId,
    },
    RestoreWaiting {
        conversation_id: ConversationId,
        waiting_since_ms: i64,
    },
    /// Opens the one conversation of a contact on a line, making it if the channel allows.
    StartConversation {
        conversation_id: ConversationId,
        identity_id: IdentityId,
        contact_id: ContactId,
        line_id: LineId,
    },

    // -- contacts ---------------------------------------------------------------------------
    PatchContact {
        contact_id: ContactId,
        patch: ContactPatch,
        expect: Option<ContactPatch>,
    },
    SetBlocked {
        contact_id: ContactId,
        blocked: bool,
    },
    TagContact {
        contact_id: ContactId,
        tag_id: TagId,
        on: bool,
    },
    /// At most 200; those that have it already, or not, are left out.
    TagContacts {
        contact_ids: Vec<ContactId>,
        tag_id: TagId,
        on: bool,
    },
    /// By hand (CON-11).
    CreateContact {
        contact: NewContact,
    },
    /// Takes back what was just created, if nothing has come of it.
    DiscardContact {
        contact: NewContact,
    },
    /// At most 200; where they came from first.
    SourceContacts {
        to: Vec<Sourced>,
    },
    /// At most 200. Who has an active lead is left out: their responsible is the lead's (I19).
    AssignContacts {
        to: Vec<Assigned>,
    },
    /// They are one person. Nothing of their messages goes; `gone` are found as `keep` from now on.
    MergeContacts {
        record_id: MergeId,
        keep: ContactId,
        gone: Vec<ContactId>,
        #[serde(default)]
        fields: MergeFields,
    },
    UndoMerge {
        record_id: MergeId,
    },
    /// Into the bin, for 30 days; at most 200. One with messages that wait to be sent stays.
    DeleteContacts {
        contact_ids: Vec<ContactId>,
        with_history: bool,
    },
    RestoreContacts {
        contact_ids: Vec<ContactId>,
    },

    // -- leads ------------------------------------------------------------------------------
    /// At most 200. One that is refused is refused with its reason; of many, those that can't
    /// change are left out.
    ChangeLeads {
        lead_ids: Vec<LeadId>,
        patch: LeadPatch,
        /// The same for all chunks of one bulk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bulk_id: Option<ActId>,
    },
    /// By hand, or with `again` where the last one stood ("Unarchive").
    OpenLeads {
        leads: Vec<NewLead>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status_id: Option<LeadStatusId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<StageTo>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_id: Option<SourceId>,
        again: bool,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Takes back what these events of the history tell, where nothing happened since.
    UndoLeads {
        event_ids: Vec<HistoryId>,
    },
    /// Leads, closed ones too, point to another row of a catalogue, so that theirs can go.
    RemapLeads {
        lead_ids: Vec<LeadId>,
        remap: Remap,
    },

    // -- follow-ups -------------------------------------------------------------------------
    /// New or changed. Who made it and when, its state and the id of its message are the rules' to
    /// say.
    SaveFollowUp {
        follow_up: Box<FollowUp>,
    },
    /// New ones for many leads at once, at most 200 and one of each: as for leads, one that is
    /// refused is refused with its reason, of many those that can't are left out.
    PlanFollowUps {
        follow_ups: Vec<FollowUp>,
    },
    /// At most 200, as for leads: one that is refused is refused with its reason, of many those
    /// that can't are left out.
    MoveFollowUps {
        ids: Vec<FollowUpId>,
        due_at_ms: i64,
    },
    /// Done, or canceled by a person.
    EndFollowUps {
        ids: Vec<FollowUpId>,
        done: bool,
    },
    /// Undo of the four above, and of itself.
    RestoreFollowUps {
        steps: Vec<FollowUpStep>,
    },
    /// Now, whatever the time says.
    SendFollowUp {
        id: FollowUpId,
        clicked_at_ms: i64,
    },

    // -- notes ------------------------------------------------------------------------------
    /// New or changed, a call too. Who wrote it is the rules' to say.
    SaveNote {
        note: Box<Note>,
        /// What it said as it was last seen, of one that is changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expect: Option<Box<Note>>,
    },
    DeleteNote {
        id: NoteId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expect: Option<Box<Note>>,
    },
    /// Undo: as it was, with who wrote it and who had changed it.
    RestoreNote {
        note: Box<Note>,
        /// What it says until then, of one that was changed; absent: it was deleted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expect: Option<Box<Note>>,
    },

    // -- imports ----------------------------------------------------------------------------
    /// At most 200 rows of a file.
    ImportContacts {
        import_id: ImportId,
        /// Which piece of the file, from 0 on: each is taken once.
        part: u32,
        file_name: String,
        rows: Vec<ImportRow>,
        duplicates: Duplicates,
        defaults: ImportDefaults,
        /// Rows of this piece that could not be read at all.
        failed: u32,
    },
    /// At most 200 messages of an exported chat, as read history of a contact.
    ImportChat {
        import_id: ImportId,
        part: u32,
        file_name: String,
        contact_id: ContactId,
        /// Of the line that holds such chats, if it is new.
        line_name: String,
        messages: Vec<ImportMessage>,
        /// Lines of this piece that are no message.
        left_out: u32,
    },
    /// Takes a piece back, where nobody worked with what it made or changed.
    UndoImport {
        import_id: ImportId,
        part: u32,
    },

    // -- a person's own ---------------------------------------------------------------------
    SaveDraft {
        draft: Draft,
    },
    /// Only if it is still the draft of this message.
    DeleteDraft {
        conversation_id: ConversationId,
        message_id: MessageId,
    },
    PutSetting {
        key: String,
        value: String,
    },
    /// Saved views that are new or changed, one after the other, and those that go. A digit that one
    /// of them gets is taken from who had it.
    ChangeViews {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        put: Vec<SavedView>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gone: Vec<SavedViewId>,
    },

    // -- catalogues and lines ---------------------------------------------------------------
    PutTag {
        tag: Tag,
    },
    /// Before it is used: who deleted it meanwhile did not know of the use, which wins (3.13); but for a
    /// field, which stays gone (ADR 0127).
    KeepTag {
        tag: Tag,
    },
    /// Refused while a contact has it: they lose it before, by acts of their own.
    DeleteTag {
        id: TagId,
    },
    PutQuickReply {
        reply: QuickReply,
        expect: Option<QuickReply>,
    },
    DeleteQuickReply {
        id: QuickReplyId,
    },
    AddLine {
        line: Line,
    },
    PatchLine {
        line_id: LineId,
        display_name: Option<String>,
        color: Option<String>,
        base_url: Option<String>,
    },
    /// Disconnect on purpose, or connect again (LIN-11).
    SetLineWanted {
        line_id: LineId,
        wanted: bool,
    },
    /// With `erase` everything that came and went over it goes too, for good.
    RemoveLine {
        line_id: LineId,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        erase: bool,
    },
    /// What a customer's first message on the line opens.
    SetAutoLead {
        line_id: LineId,
        auto_lead: AutoLead,
    },
    PutLeadStatus {
        status: LeadStatus,
    },
    DeleteLeadStatus {
        id: LeadStatusId,
    },
    /// The funnel with those of its stages that are new, changed or gone. Which one is the main
    /// funnel is an act of its own.
    PutFunnel {
        funnel: Funnel,
        stages: Vec<Stage>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gone: Vec<StageId>,
    },
    /// Makes it the main one.
    StarFunnel {
        id: FunnelId,
    },
    DeleteFunnel {
        id: FunnelId,
    },
    PutSource {
        source: Source,
    },
    DeleteSource {
        id: SourceId,
    },
    PutLostReason {
        reason: LostReason,
    },
    DeleteLostReason {
        id: LostReasonId,
    },
    /// The field with those of its options that are new, changed or gone.
    PutField {
        field: CustomField,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gone: Vec<FieldOptionId>,
    },
    /// Refused while a contact or lead has a value in it that the person who deletes it did not see.
    DeleteField {
        id: FieldId,
        /// All that was in it, see [`crate::field::seen_in`]: it goes with the field. Absent: nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Uuid>,
    },
    /// At most 200 contacts or leads, closed ones too, get another option for one that goes, or back
    /// what went with their field.
    RefillField {
        field_id: FieldId,
        rows: Vec<Refill>,
    },
    /// Before it is used: who deleted it meanwhile did not know of the use, which wins (3.13).
    KeepSaleRow {
        row: Box<SaleRow>,
    },
    PutSaleSettings {
        settings: SaleSettings,
    },
    /// Who acts, by another name.
    RenameMe {
        name: String,
    },
    RenameWorkspace {
        name: String,
        default_country: String,
    },
}

impl Act {
    /// Not run on the device that queues it: it is so large that to keep what was there before and
    /// to run it again with every answer would cost more than to wait for the hub (ADR 0104).
    pub fn waits_for_the_hub(&self) -> bool {
        matches!(self, Self::ImportContacts { .. } | Self::ImportChat { .. } | Self::UndoImport { .. })
    }
}

/// A message as an adapter read it from its channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboundMessage {
    /// Unique in the line; the adapter makes it so (`chat:message` on Telegram).
    pub provider_id: String,
    /// The person's id at the channel.
    pub external_id: String,
    /// The account in which `external_id` is unique.
    pub namespace: String,
    pub profile_name: String,
    pub username: String,
    /// E.164, where the channel proves it.
    pub phone_e164: Option<String>,
    pub language: Option<String>,
    /// Provider time, whole seconds.
    pub at_s: i64,
    pub body: Body,
    /// `provider_id` of the quoted message.
    pub reply_to_provider_id: Option<String>,
    /// Written by us elsewhere (phone, the channel's own app).
    pub from_us: bool,
    /// The client key, where the channel echoes it.
    pub client_key: Option<MessageId>,
    /// Imported history: never unread, never reopens (I7).
    pub history: bool,
}

/// How one attempt to send ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SendOutcome {
    Sent {
        provider_id: String,
        at_s: i64,
    },
    Failed {
        error: SendError,
    },
    /// No bytes left: the same attempt may go again.
    NotSent,
    /// Bytes may have left and no answer came.
    Unknown {
        detail: Option<String>,
    },
}

/// What only the hub does, for itself or for its channels. `id` names derived rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "hub_act", rename_all = "snake_case")]
// The largest is by far the most frequent one, and few exist at a time.
#[allow(clippy::large_enum_variant)]
pub enum HubAct {
    Found {
        workspace: Workspace,
        owner: Member,
    },
    /// The statuses, the first funnel, and what else a workspace sells with; once in its life.
    SetUpSale,
    /// `message_id`, `conversation_id` … are the ids to use if the rows are new.
    Inbound {
        line_id: LineId,
        message: InboundMessage,
        message_id: MessageId,
        conversation_id: ConversationId,
        identity_id: IdentityId,
        contact_id: ContactId,
    },
    Edited {
        line_id: LineId,
        provider_id: String,
        body: Body,
        at_s: i64,
    },
    Deleted {
        line_id: LineId,
        provider_id: String,
        at_s: i64,
    },
    /// An empty emoji takes the reaction away.
    Reacted {
        line_id: LineId,
        provider_id: String,
        emoji: String,
        from_us: bool,
    },
    /// A status from the channel, by its id or by our client key.
    Reported {
        line_id: LineId,
        provider_id: Option<String>,
        client_key: Option<MessageId>,
        status: Delivery,
        at_s: i64,
        error: Option<SendError>,
    },
    FileFetched {
        message_id: MessageId,
        file: FileRef,
    },
    /// What the channel shows of a person; absent: nothing.
    PhotoFetched {
        contact_id: ContactId,
        hash: Option<String>,
    },
    /// The bytes were given up to make room; the channel has them, and they are wanted again.
    FileGone {
        message_id: MessageId,
    },
    /// Queued → sending, before the first byte leaves.
    SendStarted {
        message_id: MessageId,
        attempt: u32,
    },
    /// A life of the hub that was lost may have sent it: it waits for nothing any more, and what
    /// became of it is settled like a send that a crash cut off.
    PerhapsLeft {
        message_id: MessageId,
    },
    SendEnded {
        message_id: MessageId,
        attempt: u32,
        outcome: SendOutcome,
    },
    /// The edit of a sent message reached the channel, or was refused.
    EditEnded {
        message_id: MessageId,
        text: String,
        error: Option<SendError>,
    },
    /// Too old to leave without a word (OFF-05).
    Aged {
        message_id: MessageId,
    },
    LineChanged {
        line_id: LineId,
        state: LineState,
    },
    SnoozeDue {
        conversation_id: ConversationId,
        until_ms: i64,
    },
    /// They have not written for as long as the workspace says.
    QuietDue {
        conversation_id: ConversationId,
        due_at_ms: i64,
    },
    /// Its 30 days are over.
    MergeKept {
        record_id: MergeId,
    },
    /// Their 30 days in the bin are over: these messages of theirs go, and once none is left, who
    /// they were.
    EraseContact {
        contact_id: ContactId,
        message_ids: Vec<MessageId>,
    },
    FollowUpDue {
        id: FollowUpId,
        due_at_ms: i64,
    },
    /// It was due in a life of the hub that was lost: what is due already asks.
    FollowUpPerhapsSent {
        id: FollowUpId,
    },
    /// What it would take to undo this piece of an import is not kept any longer.
    ImportKept {
        import_id: ImportId,
        part: u32,
    },
    /// Some messages of a conversation on a line whose history is being erased.
    EraseMessages {
        line_id: LineId,
        conversation_id: ConversationId,
        message_ids: Vec<MessageId>,
    },
    /// The conversation after its messages, with its drafts and who is known from it alone.
    EraseConversation {
        line_id: LineId,
        conversation_id: ConversationId,
    },
    /// Nothing of the line's history is left.
    LineErased {
        line_id: LineId,
    },
}

// The lines of a whole export (export-format.md), as the program writes them: a key with `?` may be
// absent. Written by `cargo xtask bindings` from its own types. Do not edit.

export interface Files {
  'workspace.jsonl': Workspace;
  'members.jsonl': Member;
  'lines.jsonl': Line;
  'tags.jsonl': Tag;
  'quick_replies.jsonl': QuickReply;
  'sale_settings.jsonl': SaleSettings;
  'lead_statuses.jsonl': LeadStatus;
  'funnels.jsonl': Funnel;
  'stages.jsonl': Stage;
  'sources.jsonl': Source;
  'lost_reasons.jsonl': LostReason;
  'fields.jsonl': CustomField;
  'contacts.jsonl': Contact;
  'reaches.jsonl': Reach;
  'identities.jsonl': Identity;
  'other_reaches.jsonl': OtherReach;
  'aliases.jsonl': Alias;
  'conversations.jsonl': Conversation;
  'messages.jsonl': Message;
  'leads.jsonl': Lead;
  'history.jsonl': HistoryEvent;
  'follow_ups.jsonl': FollowUp;
  'notes.jsonl': Note;
}
export type Alias = { 
/**
 * Of the contact or lead that is no more.
 */
id: string, to: string, 
/**
 * Who that belongs to.
 */
contact_id: ContactId, };
export type Author = { "by": "customer" } | { "by": "member", id: MemberId, } | { "by": "phone" } | { "by": "bot", name: string, } | { "by": "system" };
export type AutoLead = { on: boolean, status_id?: LeadStatusId | null, source_id?: SourceId | null, responsible_id?: MemberId | null, };
export type Band = "cold" | "warm" | "hot";
export type Bin = { at_ms: number, by: MemberId, 
/**
 * Messages go with them.
 */
with_history: boolean, closed: Array<ClosedByBin>, 
/**
 * The event that archived their active lead.
 */
lead_event?: HistoryId | null, };
export type Body = { "kind": "text", text: string, } | { "kind": "media", media: MediaKind, file: FileRef, caption?: string | null, } | { "kind": "location", latitude: number, longitude: number, name?: string | null, address?: string | null, } | { "kind": "contact", name: string, phones: Array<string>, } | { "kind": "poll", question: string, options: Array<string>, } | { "kind": "unsupported", what: string, } | { "kind": "event", event: ConversationEvent, };
export type Brought = { import_id: ImportId, at_ms: number, 
/**
 * They came with it.
 */
made?: boolean, 
/**
 * It was taken back, and they stayed because they were here before.
 */
undone_at_ms?: number, };
export type Call = { 
/**
 * `In`: they called. Never an event.
 */
direction: Direction, outcome: CallOutcome, 
/**
 * 1 to [`MAX_CALL_MINUTES`]; absent: nobody counted, or nobody talked.
 */
minutes?: number | null, };
export type CallOutcome = "answered" | "no_answer" | "busy" | "wrong_number" | "left_message";
export type CancelWhy = "person" | "lead_closed" | "reply" | "merged" | "line_erased";
export type Category = "open" | "won" | "lost" | "archived";
export type ChangedBy = { "by": "member", id: MemberId, } | { "by": "customer" } | { "by": "automation" };
export type Closed = { at_ms: number, 
/**
 * Of the status, which never changes it.
 */
category: Category, reason_id?: LostReasonId | null, 
/**
 * What it was before, for the next cycle to go on from.
 */
from_status_id: LeadStatusId, };
export type ClosedByBin = { conversation_id: ConversationId, from: ConversationState, };
export type ClosesQuiet = { after_h: number, 
/**
 * Since when it is so, as the rules have it: a silence that began before closes nothing.
 */
since_ms: number, };
export type Contact = { id: ContactId, display_name: string, 
/**
 * `User` is never overwritten by a channel profile name (I4).
 */
name_source: NameSource, 
/**
 * The name the channel shows, kept for search even after a person saved another.
 */
channel_name: string, 
/**
 * Saved by a person, or only known from a message (CON-02).
 */
saved: boolean, blocked: boolean, tag_ids: Array<TagId>, 
/**
 * Two letters, BCP 47, when the channel told it.
 */
language?: string | null, 
/**
 * Free words about the person.
 */
about: string, photo?: Photo | null, 
/**
 * Who looks after this person; while a lead is active also the lead's (I19).
 */
responsible_id?: MemberId | null, 
/**
 * Where they came from first.
 */
source_id?: SourceId | null, 
/**
 * What the workspace wants to know of them, in the order of the ids (CON-07).
 */
fields?: Array<Filled>, 
/**
 * Files that they came with or were changed by, the oldest first; at most [`crate::import::MAX_BROUGHT`].
 */
brought?: Array<Brought>, bin?: Bin | null, 
/**
 * Nothing is left of who they were but their conversations (DIR-03).
 */
erased?: boolean, created_at_ms: number, };
export type ContactId = string;
export type Conversation = { id: ConversationId, contact_id: ContactId, identity_id: IdentityId, line_id: LineId, state: ConversationState, 
/**
 * Contact is blocked: stored, but in no list but Blocked.
 */
blocked: boolean, 
/**
 * Provider time of the newest inbound message, for the window (I10) and for the card (FUN-08);
 * never later than it came.
 */
last_inbound_s?: number | null, 
/**
 * Order in the list: provider time of the newest message, the click for an unsent one.
 */
last_at_ms: number, 
/**
 * First unanswered inbound.
 */
waiting_since_ms?: number | null, 
/**
 * Answers that have not gone out yet, in the order in which they will. Nobody waits for us
 * meanwhile; if none of them ever leaves, the customer waits again.
 */
pending_answers?: Array<PendingAnswer>, 
/**
 * When it closes by itself unless they write before (3.8); absent where it does not.
 */
closes_at_ms?: number, 
/**
 * The newest `conv_seq` given.
 */
head_seq: number, inbound_count: number, 
/**
 * Unread = `inbound_count - read_inbound` (I9).
 */
read_inbound: number, manual_unread: boolean, 
/**
 * Ours that failed or that we cannot tell of, not yet dealt with.
 */
failed_count: number, preview?: Preview | null, created_at_ms: number, };
export type ConversationEvent = { "what": "opened" } | { "what": "closed", reason?: string | null, } | { "what": "reopened" } | { "what": "snoozed", until_ms?: number | null, until_reply: boolean, } | { "what": "snooze_ended" } | { "what": "no_reply_needed" } | { "what": "blocked" } | { "what": "unblocked" } | { "what": "closed_quiet", after_h: number, } | { "what": "follow_ups_canceled", count: number, } | { "what": "line_disconnected" } | { "what": "line_reconnected" };
export type ConversationId = string;
export type ConversationState = { "state": "open" } | { "state": "snoozed", until_ms?: number | null, 
/**
 * Ends with the customer's next message. `false` keeps it even if they write.
 */
until_reply: boolean, by: MemberId, } | { "state": "closed", reason?: string | null, };
export type CustomField = { id: FieldId, of: FieldOf, kind: FieldKind, 
/**
 * 1 to 40 characters, one of each among the fields of contacts, and of leads.
 */
name: string, 
/**
 * Of lists, in the order in which they are shown.
 */
options: Array<FieldOption>, 
/**
 * Stages that nobody moves a lead to before this is filled; one that is gone means nothing.
 */
required_at: Array<StageId>, 
/**
 * Among all fields of its kind of row, see [`crate::order`].
 */
position: string, };
export type Decimal = { units: number, decimals: number, };
export type Delivery = "received" | "queued" | "needs_ok" | "waiting_reply" | "sending" | "sent" | "delivered" | "read" | "played" | "failed" | "unknown" | "canceled";
export type DeliveryMark = { attempt: number, status: Delivery, at_ms: number, error?: SendError | null, };
export type Direction = "in" | "out" | "event";
export type FieldId = string;
export type FieldKind = "text" | "number" | "money" | "date" | "list" | "multi_list" | "checkbox" | "link";
export type FieldOf = "contact" | "lead";
export type FieldOption = { id: FieldOptionId, 
/**
 * 1 to 40 characters, one of each in its field.
 */
name: string, };
export type FieldOptionId = string;
export type FieldValue = { "kind": "text", text: string, } | { "kind": "number", number: Decimal, } | { "kind": "money", amount: Decimal, } | { "kind": "date", date: string, } | { "kind": "list", option_id: FieldOptionId, } | { "kind": "multi_list", option_ids: Array<FieldOptionId>, } | { "kind": "checkbox" } | { "kind": "link", url: string, };
export type FileRef = { file: FileState, 
/**
 * The name as the sender gave it: data, never a path.
 */
name?: string | null, mime: string, size_bytes: number, width_px?: number | null, height_px?: number | null, duration_ms?: number | null, 
/**
 * 0..=100, at most 64 bars.
 */
waveform?: Array<number>, };
export type FileState = { "state": "here", hash: string, remote?: string, } | { "state": "waiting", remote: string, } | { "state": "failed", remote: string, code: string, };
export type Filled = { field_id: FieldId, value: FieldValue, };
export type FollowUp = { id: FollowUpId, lead_id: LeadId, contact_id: ContactId, kind: FollowUpKind, state: FollowUpState, due_at_ms: number, 
/**
 * Of a task: what is to be done; of a message: a note for ourselves. May be empty.
 */
note: string, 
/**
 * Of a message only; gone with the history of its line.
 */
message?: PlannedMessage | null, 
/**
 * Whatever they write cancels it (FUP-04).
 */
cancel_if_reply: boolean, 
/**
 * The message that nobody has answered since (FUP-09).
 */
nudge_of?: MessageId | null, responsible_id?: MemberId | null, created_by: MemberId, created_at_ms: number, ended_at_ms?: number | null, };
export type FollowUpId = string;
export type FollowUpKind = "task" | "message";
export type FollowUpMark = { id: FollowUpId, kind: FollowUpKind, state: FollowUpState, due_at_ms: number, 
/**
 * Of one that was moved.
 */
was_due_at_ms?: number | null, 
/**
 * Its first 80 characters.
 */
note: string, };
export type FollowUpState = { "state": "scheduled" } | { "state": "blocked", code: string, } | { "state": "asking" } | { "state": "sent", message_id: MessageId, } | { "state": "done" } | { "state": "canceled", why: CancelWhy, };
export type Funnel = { id: FunnelId, code?: string | null, name: string, color: string, 
/**
 * Where new leads go on to from Intake; exactly one (I22).
 */
is_main: boolean, position: string, 
/**
 * Who sees it (FUN-15), in the order of their ids; absent: everybody. In an act absent leaves it
 * as it is, so that who does not know of it opens nothing, and an empty list is everybody.
 * `rights::sees_funnel` answers for each member.
 */
seen_by?: Array<MemberId> | null, };
export type FunnelId = string;
export type HistoryEvent = { id: HistoryId, contact_id: ContactId, lead_id: LeadId, at_ms: number, by: ChangedBy, kind: HistoryKind, 
/**
 * Absent when the lead was opened.
 */
before?: LeadState | null, after: LeadState, 
/**
 * Statuses, stages, reasons and people that before and after speak of.
 */
names: Array<Named>, note: string, 
/**
 * What this took back.
 */
undoes?: HistoryId | null, 
/**
 * The lead that went, when it was its opening that was taken back.
 */
removed?: Lead | null, 
/**
 * Of the events of follow-ups.
 */
follow_up?: FollowUpMark | null, 
/**
 * The open ones that the closing of the lead canceled, as they were (I15).
 */
canceled?: Array<FollowUp>, };
export type HistoryId = string;
export type HistoryKind = "opened" | "changed" | "undone" | "follow_up_made" | "follow_up_changed" | "follow_up_moved" | "follow_up_done" | "follow_up_canceled" | "follow_up_sent" | "follow_up_undone" | "joined";
export type Identity = { id: IdentityId, contact_id: ContactId, line_type: LineType, 
/**
 * The account in which the external id is unique: the bot, page or portfolio.
 */
namespace: string, external_id: string, username: string, 
/**
 * When the hub last asked the channel for their picture.
 */
photo_asked_at_ms?: number | null, };
export type IdentityId = string;
export type ImportId = string;
export type Lead = { id: LeadId, 
/**
 * Counted by the hub; absent until it has.
 */
number?: number | null, contact_id: ContactId, 
/**
 * 1 for the contact's first lead.
 */
cycle: number, previous_lead_id?: LeadId | null, source_id?: SourceId | null, origin: Origin, opened_at_ms: number, state: LeadState, 
/**
 * The newest event of its history that changed it.
 */
last_event_id: HistoryId, };
export type LeadId = string;
export type LeadState = { status_id: LeadStatusId, stage_id: StageId, 
/**
 * Of the stage; absent in Intake (I12).
 */
funnel_id?: FunnelId | null, stage_since_ms: number, 
/**
 * Where the card was put in its column, as [`crate::order`] makes it, and when: a message
 * that came later lifts it (FUN-08).
 */
position: string, placed_at_ms: number, marker: Marker, score?: Score | null, 
/**
 * While the lead is active also the contact's (I19).
 */
responsible_id?: MemberId | null, 
/**
 * What the workspace wants to know of the sale, in the order of the ids (CON-07).
 */
fields?: Array<Filled>, closed?: Closed | null, 
/**
 * The event that made it so. An undo gives back the earlier one's, so that step after step
 * can be walked back, and one that came to look the same is not taken for the same.
 */
made_by: HistoryId, };
export type LeadStatus = { id: LeadStatusId, code?: string | null, name: string, 
/**
 * `#rrggbb`
 */
color: string, category: Category, 
/**
 * Order in its catalogue, as [`crate::order`] makes it.
 */
position: string, 
/**
 * Short, for people to say: counted by the hub in each catalogue, `None` until it has answered (ADM-01).
 */
number?: number | null, };
export type LeadStatusId = string;
export type Line = { id: LineId, type: LineType, display_name: string, 
/**
 * The account at the channel (`@shop_bot`); unique among lines of its type.
 */
external_id: string, 
/**
 * `#rrggbb`
 */
color: string, state: LineState, 
/**
 * Where the channel's API is, when not the official place.
 */
base_url?: string | null, created_at_ms: number, 
/**
 * Customers can be written to for so long after their last message; absent: no limit (I10).
 */
window_ms?: number | null, history?: LineHistory, 
/**
 * What a customer's first message opens; absent: a lead as the product brings it along.
 */
auto_lead?: AutoLead | null, };
export type LineHistory = "kept" | "erasing" | "erased";
export type LineId = string;
export type LineState = { "state": "connecting" } | { "state": "connected" } | { "state": "degraded", code: string, } | { "state": "needs_auth", code: string, } | { "state": "disconnected", code: string, } | { "state": "removed" };
export type LineType = "simulator" | "telegram_bot" | "whatsapp_export";
export type LostReason = { id: LostReasonId, code?: string | null, name: string, position: string, };
export type LostReasonId = string;
export type Marker = "none" | "urgent" | "important" | "pending" | "stuck" | "done";
export type MarkerLook = { marker: Marker, name: string, 
/**
 * An emoji.
 */
sign: string, };
export type MediaKind = "image" | "video" | "voice" | "audio" | "document" | "sticker" | "animation";
export type Member = { id: MemberId, name: string, role: Role, active: boolean, };
export type MemberId = string;
export type Message = { id: MessageId, conversation_id: ConversationId, direction: Direction, author: Author, body: Body, 
/**
 * Unique in the line (I6); absent until the channel accepted it.
 */
provider_id?: string | null, 
/**
 * Seconds since 1970; `SORT_UNSENT_S` until sent, canceled, failed or of unknown fate.
 */
sort_s: number, 
/**
 * Gapless per conversation, from the hub; provisional on a device until acknowledged.
 */
conv_seq: number, 
/**
 * Counts inbound messages of the conversation from 1; absent for ours, for events and for
 * imported history, which never count as unread.
 */
inbound_no?: number | null, 
/**
 * When the person pressed Send, or when the hub received it.
 */
created_at_ms: number, delivery: Delivery, attempt: number, error?: SendError | null, timeline?: Array<DeliveryMark>, reply_to?: MessageId | null, reactions?: Array<Reaction>, edited_at_ms?: number | null, 
/**
 * Earlier texts, oldest first.
 */
earlier?: Array<string>, 
/**
 * A correction that the customer does not read yet.
 */
wanted_edit?: WantedEdit | null, deleted_at_ms?: number | null, 
/**
 * "Send whenever": never asks because of its age (OFF-05).
 */
send_whenever: boolean, };
export type MessageId = string;
export type NameSource = "user" | "channel";
export type Named = { id: string, code?: string | null, name: string, };
export type Note = { id: NoteId, contact_id: ContactId, 
/**
 * The chat it was written beside; absent: none was open.
 */
conversation_id?: ConversationId | null, 
/**
 * Who wrote it first; the rules say it.
 */
by: MemberId, 
/**
 * When it was written; of a call, when they talked.
 */
at_ms: number, edited_at_ms?: number | null, 
/**
 * Who changed it last; the rules say it.
 */
edited_by?: MemberId | null, 
/**
 * Of a note never empty; of a call what was said, if anything.
 */
text: string, call?: Call | null, };
export type NoteId = string;
export type Origin = "chat" | "manual" | "import" | "broadcast" | "integration";
export type OtherReach = { id: OtherReachId, contact_id: ContactId, kind: ReachKind, 
/**
 * E.164 with "+" where it could be read as a number.
 */
value: string, };
export type OtherReachId = string;
export type PendingAnswer = { message_id: MessageId, 
/**
 * Since when they had waited as it was written; absent: an earlier pending answer has it.
 */
since_ms?: number | null, };
export type Photo = { hash: string, 
/**
 * `User` is never overwritten by what the channel shows.
 */
source: NameSource, };
export type PlannedMessage = { conversation_id: ConversationId, message_id: MessageId, body: Body, };
export type Preview = { message_id: MessageId, from_us: boolean, 
/**
 * `Body::kind_name`
 */
kind: string, 
/**
 * At most 160 characters.
 */
text: string, delivery: Delivery, 
/**
 * Order of that message, to know whether another one is newer.
 */
sort_s: number, conv_seq: number, };
export type QuickReply = { id: QuickReplyId, 
/**
 * Typed after "/": letters, digits, "-" and "_", unique ignoring case.
 */
shortcut: string, title: string, body: string, attachments: Array<Body>, updated_at_ms: number, };
export type QuickReplyId = string;
export type Reach = { contact_id: ContactId, 
/**
 * E.164 with "+", when it could be read as a number.
 */
phone_e164?: string | null, 
/**
 * What was typed, when it could not (IMP-04).
 */
phone_text: string, email: string, };
export type ReachKind = "phone" | "email";
export type Reaction = { emoji: string, from_me: boolean, };
export type Role = "owner" | "admin" | "manager" | "seller" | "editor";
export type SaleSettings = { 
/**
 * New → Contacted with the first message of a person that goes out.
 */
contacted_by_itself: boolean, lost_needs_reason: boolean, 
/**
 * A done lead is none any more when the customer writes.
 */
done_ends_with_a_message: boolean, 
/**
 * A message of somebody whose last lead was lost or archived opens the next.
 */
reopens_lost: boolean, 
/**
 * The same after a won one.
 */
reopens_won: boolean, 
/**
 * A person's answer takes a lead on from Intake into the main funnel (R4).
 */
moves_on_with_an_answer: boolean, 
/**
 * So many days without a move, and the screen suggests the marker Stuck (3.7); absent: never.
 */
suggests_stuck_days?: number, 
/**
 * ISO 4217, of every amount of money; absent: nobody has said it.
 */
currency?: string, 
/**
 * How markers are called and drawn here, where it is otherwise than the product has it.
 */
markers?: Array<MarkerLook>, 
/**
 * What scores mean here; empty: as the product has it.
 */
bands?: Array<ScoreBand>, 
/**
 * Conversations close by themselves when the customer has not written for so long (3.8);
 * absent: they do not.
 */
closes_quiet?: ClosesQuiet, };
export type Score = { value: number, by: ScoreBy, };
export type ScoreBand = { band: Band, 
/**
 * The least score in it; it ends where the next begins.
 */
from: number, 
/**
 * Empty: the product's.
 */
name: string, 
/**
 * Empty: the product's, which is another one in the dark.
 */
color: string, };
export type ScoreBy = "ai" | "manual";
export type SendError = { 
/**
 * `WINDOW_CLOSED`, `LINE_DOWN`, `BLOCKED_BY_CUSTOMER`, `FILE_TOO_BIG`, `PROVIDER_429` …
 */
code: string, 
/**
 * The channel's own words, shown behind "Details".
 */
detail?: string | null, };
export type Source = { id: SourceId, code?: string | null, name: string, 
/**
 * Short, for people to say: as [`LeadStatus::number`].
 */
number?: number | null, };
export type SourceId = string;
export type Stage = { id: StageId, funnel_id?: FunnelId | null, code?: string | null, name: string, color: string, position: string, 
/**
 * Entering the stage sets this open status (R1, R2).
 */
bound_status_id?: LeadStatusId | null, };
export type StageId = string;
export type Tag = { id: TagId, name: string, color: string, };
export type TagId = string;
export type WantedEdit = { text: string, 
/**
 * Why it will not have it; absent: on its way.
 */
error?: SendError | null, };
export type Workspace = { id: WorkspaceId, name: string, 
/**
 * ISO 3166 alpha-2, for reading phone numbers without a country code.
 */
default_country: string, created_at_ms: number, };
export type WorkspaceId = string;

//! Two devices with databases of their own at one hub: golden scenarios 14, 15 and 16 of product.md
//! 5, the last two as far as follow-ups are part of them.
#![allow(clippy::unwrap_used)]

mod field_gone;
mod notes;
mod pulled;

use embudo_channels::{Batch as Polled, Update};
use embudo_domain::rules::{Actor, Stamp};
use embudo_domain::*;
use embudo_hub::{HubCore, Options, Place, Sealing};
use embudo_protocol::HubFrame;
use embudo_store::{ActError, Batch, Device, Key, Location, OpenOptions, ReviewCause, ReviewDid, Store};
use std::collections::VecDeque;
use uuid::Uuid;

const NOON_MS: i64 = 1_795_348_800_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const ME: Actor = Actor { member_id: MemberId(id(1)), role: Role::Owner };
const LINE: LineId = LineId(id(2));
const WORKSPACE: WorkspaceId = WorkspaceId(id(3));

const fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

struct Seat {
    device_id: DeviceId,
    store: Store,
}

impl Seat {
    async fn at(n: u128) -> Self {
        let store = Store::open(&OpenOptions { location: Location::Memory, key: Key::None }).await.unwrap();
        let device_id = DeviceId(id(n));
        let device = Device { device_id, member_id: ME.member_id, workspace_id: WORKSPACE, incarnation: 1 };
        store.set_device(device).await.unwrap();
        Self { device_id, store }
    }

    async fn acts(&self, act: Act, now_ms: i64) -> Option<Act> {
        let stamp = Stamp { now_ms, time_is_sure: true, lead_no: None, act_id: ActId(Uuid::now_v7()) };
        self.store.apply_act(&act, ME, stamp).await.unwrap().inverse
    }

    async fn lead(&self) -> Lead {
        let leads = self.leads().await;
        let [lead] = &leads[..] else { panic!("one lead, not {leads:?}") };
        lead.clone()
    }

    async fn leads(&self) -> Vec<Lead> {
        let rows = self.store.all_rows(Entity::Lead).await.unwrap().into_iter();
        let leads = rows.filter_map(|(row, _)| match row {
            Row::Lead(lead) => Some(*lead),
            _ => None,
        });
        leads.collect()
    }

    async fn follow_ups(&self) -> Vec<FollowUp> {
        let rows = self.store.all_rows(Entity::FollowUp).await.unwrap().into_iter();
        let mut all: Vec<FollowUp> = rows
            .filter_map(|(row, _)| match row {
                Row::FollowUp(row) => Some(*row),
                _ => None,
            })
            .collect();
        all.sort_by_key(|row| row.id);
        all
    }

    async fn closings(&self) -> usize {
        let rows = self.store.all_rows(Entity::History).await.unwrap().into_iter();
        rows.filter(|(row, _)| matches!(row, Row::History(event) if !event.canceled.is_empty())).count()
    }
}

struct Shop {
    hub: HubCore,
    ana: Seat,
    bia: Seat,
    now_ms: i64,
}

impl Shop {
    /// A customer has written, and both devices know of it and of two follow-ups.
    async fn open() -> Self {
        let store = embudo_hub::Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        let mut hub = HubCore::open(store, Options::default(), NOON_MS).await.unwrap();
        let workspace = Workspace {
            id: WORKSPACE,
            name: "Flores".to_owned(),
            default_country: "BR".to_owned(),
            created_at_ms: NOON_MS,
        };
        let owner = Member { id: ME.member_id, name: "Ana".to_owned(), role: Role::Owner, active: true };
        hub.found(workspace, owner, NOON_MS).await.unwrap();
        let mut shop = Self { hub, ana: Seat::at(10).await, bia: Seat::at(11).await, now_ms: NOON_MS };
        shop.meet().await;
        let line = Line {
            id: LINE,
            line_type: LineType::Simulator,
            display_name: "Sales".to_owned(),
            external_id: "sim".to_owned(),
            color: "#336699".to_owned(),
            state: LineState::Connecting,
            base_url: None,
            created_at_ms: NOON_MS,
            window_ms: None,
            history: LineHistory::Kept,
            auto_lead: None,
        };
        shop.ana.acts(Act::AddLine { line }, NOON_MS).await;
        shop.meet().await;
        shop.writes("maria", "p1").await;
        shop.meet().await;
        let conversations = shop.ana.store.all_rows(Entity::Conversation).await.unwrap();
        let [(Row::Conversation(chat), _)] = &conversations[..] else { panic!("one chat") };
        let message = PlannedMessage {
            conversation_id: chat.id,
            message_id: MessageId(id(30)),
            body: Body::Text { text: "Ainda quer?".to_owned() },
        };
        let lead = shop.ana.lead().await;
        let task = FollowUp {
            id: FollowUpId(id(20)),
            lead_id: lead.id,
            contact_id: lead.contact_id,
            kind: FollowUpKind::Task,
            state: FollowUpState::Scheduled,
            due_at_ms: NOON_MS + HOUR_MS,
            note: "call".to_owned(),
            message: None,
            cancel_if_reply: true,
            nudge_of: None,
            responsible_id: None,
            created_by: ME.member_id,
            created_at_ms: NOON_MS,
            ended_at_ms: None,
        };
        let planned =
            FollowUp { id: FollowUpId(id(21)), kind: FollowUpKind::Message, message: Some(message), ..task.clone() };
        for row in [task, planned] {
            shop.ana.acts(Act::SaveFollowUp { follow_up: Box::new(row) }, NOON_MS).await;
        }
        shop.meet().await;
        assert_eq!(shop.bia.follow_ups().await.len(), 2, "the other device knows of them");
        shop
    }

    /// A customer writes to the line.
    async fn writes(&mut self, who: &str, provider_id: &str) {
        self.pulls(vec![message(who, provider_id, self.now_ms / 1_000)]).await;
    }

    /// What the line brings at once.
    async fn pulls(&mut self, messages: Vec<InboundMessage>) {
        let updates = messages.into_iter().map(|message| Update::Message(Box::new(message))).collect();
        let batch = Polled { updates, cursor: None, clock: None };
        self.hub.ingest(LINE, batch, self.now_ms).await.unwrap();
    }

    /// Each sends what it has and hears what there is, Bia after Ana, until both know the same.
    async fn meet(&mut self) {
        for _ in 0..2 {
            for at in 0..2 {
                self.speaks(at).await;
            }
        }
    }

    /// One of them is online: 0 is Ana, 1 is Bia.
    async fn speaks(&mut self, at: usize) {
        let seat = [&self.ana, &self.bia][at];
        let cursor = seat.store.cursor().await.unwrap();
        let mut frames =
            VecDeque::from(self.hub.hello(seat.device_id, ME.member_id, cursor, self.now_ms).await.unwrap());
        let pending = seat.store.pending(0, 100).await.unwrap();
        let pushed = self.hub.push(seat.device_id, pending, self.now_ms).await.unwrap();
        let mine = |(device_id, frame): (DeviceId, HubFrame)| (device_id == seat.device_id).then_some(frame);
        frames.extend(pushed.frames.into_iter().filter_map(mine));
        while let Some(frame) = frames.pop_front() {
            if let Ok(batch) = Batch::try_from(frame) {
                seat.store.apply_changes(&batch).await.unwrap();
                frames.extend(self.hub.applied(seat.device_id, batch.to).await.unwrap());
            }
        }
    }

    async fn same_everywhere(&self) {
        assert_eq!(self.ana.lead().await, self.bia.lead().await);
        assert_eq!(self.ana.follow_ups().await, self.bia.follow_ups().await);
    }
}

fn message(who: &str, provider_id: &str, at_s: i64) -> InboundMessage {
    InboundMessage {
        provider_id: provider_id.to_owned(),
        external_id: who.to_owned(),
        namespace: "sim".to_owned(),
        profile_name: who.to_owned(),
        username: String::new(),
        phone_e164: None,
        language: None,
        at_s,
        body: Body::Text { text: "Oi".to_owned() },
        reply_to_provider_id: None,
        from_us: false,
        client_key: None,
        history: false,
    }
}

fn to_status(lead: &Lead, status_id: LeadStatusId) -> Act {
    let reason_id = (status_id == seeded::LOST).then(|| seeded::lost_reasons()[0].id);
    let status = Some(StatusTo { status_id, reason_id });
    Act::ChangeLeads { lead_ids: vec![lead.id], patch: LeadPatch { status, ..LeadPatch::default() }, bulk_id: None }
}

/// By a rule and by the API comes with them; the table's own refusal is in the flows of the leads page.
#[tokio::test]
async fn golden_14_a_converted_lead_is_moved_by_nobody() {
    let mut shop = Shop::open().await;
    let maria = shop.ana.lead().await;
    let stage_id = seeded::stages()[3].id;
    let moves = |lead_ids: Vec<LeadId>, bulk_id| Act::ChangeLeads {
        lead_ids,
        patch: LeadPatch { stage: Some(StageTo { stage_id, position: None }), ..LeadPatch::default() },
        bulk_id,
    };
    // Bia has no network while she moves what Ana closes.
    shop.bia.acts(moves(vec![maria.id], None), NOON_MS + MINUTE_MS).await;
    assert_eq!(shop.bia.lead().await.state.stage_id, stage_id, "there, as far as she knows");
    shop.ana.acts(to_status(&maria, seeded::CONVERTED), NOON_MS + 2 * MINUTE_MS).await;
    shop.now_ms += 3 * MINUTE_MS;
    shop.speaks(0).await;
    let closed = shop.ana.lead().await;
    let refusal = Refusal::LeadFinal { lead_id: maria.id, status_id: seeded::CONVERTED };

    let stamp = |n| Stamp { now_ms: NOON_MS + HOUR_MS, time_is_sure: true, lead_no: None, act_id: ActId(id(n)) };
    let alone = shop.ana.store.apply_act(&moves(vec![maria.id], None), ME, stamp(40)).await;
    assert!(matches!(alone, Err(ActError::Refused(why)) if why == refusal), "from the table it says why");

    shop.writes("joao", "p2").await;
    shop.speaks(0).await;
    let joao = shop.ana.leads().await.into_iter().find(|lead| lead.id != maria.id).unwrap();
    let both = moves(vec![maria.id, joao.id], Some(ActId(id(42))));
    let applied = shop.ana.store.apply_act(&both, ME, stamp(41)).await.unwrap();
    assert_eq!(applied.changed.ids(Entity::Lead).collect::<Vec<_>>(), [joao.id.0], "in bulk it is left out");
    shop.speaks(0).await;
    assert!(shop.ana.store.review().await.unwrap().is_empty(), "which is no reason to ask anybody");

    shop.speaks(1).await;
    let review = shop.bia.store.review().await.unwrap();
    assert_eq!(review.iter().map(|row| &row.refusal).collect::<Vec<_>>(), [&refusal], "hers comes back to her");
    shop.meet().await;
    for seat in [&shop.ana, &shop.bia] {
        let leads = seat.leads().await;
        assert!(leads.contains(&closed), "as Ana closed it");
        assert!(leads.iter().any(|lead| lead.id == joao.id && lead.state.stage_id == stage_id));
    }
}

#[tokio::test]
async fn golden_15_two_outcomes_offline_cancel_follow_ups_once() {
    let mut shop = Shop::open().await;
    let lead = shop.ana.lead().await;
    shop.ana.acts(to_status(&lead, seeded::CONVERTED), NOON_MS + 2 * MINUTE_MS).await;
    shop.bia.acts(to_status(&lead, seeded::LOST), NOON_MS + 5 * MINUTE_MS).await;
    let canceled = FollowUpState::Canceled { why: CancelWhy::LeadClosed };
    for seat in [&shop.ana, &shop.bia] {
        assert!(seat.follow_ups().await.iter().all(|row| row.state == canceled), "each on its own at once");
    }
    shop.now_ms += 10 * MINUTE_MS;
    shop.speaks(1).await;
    shop.speaks(0).await;
    shop.speaks(1).await;
    shop.same_everywhere().await;
    assert_eq!(shop.ana.lead().await.state.status_id, seeded::LOST, "the first to reach the hub");
    let rows = shop.ana.follow_ups().await;
    assert!(rows.iter().all(|row| row.state == canceled && row.ended_at_ms == Some(shop.now_ms)));
    assert_eq!((shop.ana.closings().await, shop.bia.closings().await), (1, 1), "canceled once");
    let review = shop.ana.store.review().await.unwrap();
    let refused: Vec<&Refusal> = review.iter().map(|row| &row.refusal).collect();
    assert_eq!(refused, [&Refusal::LeadFinal { lead_id: lead.id, status_id: seeded::LOST }]);
    let about = review[0].about.as_ref().unwrap();
    assert_eq!((&*about.name, about.contact_id, about.lead_number), ("maria", Some(lead.contact_id), Some(1)));
    assert!(about.conversation_id.is_some() && !about.has_active_lead, "to the chat, or to a new lead");
    let cause = review[0].cause.as_ref().unwrap();
    assert_eq!(cause.did, ReviewDid::Closed { status_id: seeded::LOST });
    let by = ChangedBy::Member { id: ME.member_id };
    assert_eq!((cause.at_ms, cause.by.as_ref()), (shop.now_ms, Some(&by)), "who was first, and when the hub had it");
    // Nothing of it goes out at its time.
    shop.hub.run_due(NOON_MS + 2 * HOUR_MS).await.unwrap();
    shop.meet().await;
    assert!(shop.ana.follow_ups().await.iter().all(|row| row.state == canceled));
}

#[tokio::test]
async fn golden_16_undo_of_a_close_gives_follow_ups_back_exactly_on_both_devices() {
    let mut shop = Shop::open().await;
    let (lead, before) = (shop.ana.lead().await, shop.ana.follow_ups().await);
    let undo = shop.ana.acts(to_status(&lead, seeded::CONVERTED), NOON_MS + MINUTE_MS).await.unwrap();
    shop.now_ms += MINUTE_MS;
    shop.meet().await;
    assert!(shop.bia.follow_ups().await.iter().all(|row| !row.is_open()), "closed there, too");
    shop.now_ms += 8_000;
    shop.ana.acts(undo, shop.now_ms).await;
    assert_eq!(shop.ana.follow_ups().await, before, "at once, before the hub has answered");
    shop.meet().await;
    shop.same_everywhere().await;
    assert_eq!(shop.bia.follow_ups().await, before);
    let after = shop.bia.lead().await;
    assert_eq!(after.state, lead.state, "status, stage and position as before");
    // And the planned message goes at its time after all.
    shop.hub.run_due(NOON_MS + HOUR_MS).await.unwrap();
    shop.now_ms = NOON_MS + HOUR_MS;
    shop.meet().await;
    let sent = FollowUpState::Sent { message_id: MessageId(id(30)) };
    assert!(shop.bia.follow_ups().await.iter().any(|row| row.state == sent));
}

#[tokio::test]
async fn an_edit_that_comes_after_the_message_went_is_refused_with_its_words() {
    let mut shop = Shop::open().await;
    let planned = shop.bia.follow_ups().await.into_iter().find(|row| row.message.is_some()).unwrap();
    let mut changed = planned.clone();
    if let Some(message) = &mut changed.message {
        message.body = Body::Text { text: "Mudei de ideia".to_owned() };
    }
    changed.due_at_ms += HOUR_MS;
    shop.bia.acts(Act::SaveFollowUp { follow_up: Box::new(changed) }, NOON_MS).await;
    shop.now_ms = planned.due_at_ms;
    shop.hub.run_due(shop.now_ms).await.unwrap();
    shop.speaks(1).await;
    let review = shop.bia.store.review().await.unwrap();
    let [item] = &review[..] else { panic!("one item, not {review:?}") };
    assert_eq!((&item.refusal, item.text.as_deref()), (&Refusal::FollowupEnded, Some("Mudei de ideia")));
}

#[tokio::test]
async fn what_was_written_offline_to_somebody_put_into_the_bin_goes_to_the_review_list_with_its_words() {
    let mut shop = Shop::open().await;
    let lead = shop.ana.lead().await;
    let contact_ids = vec![lead.contact_id];
    shop.ana.acts(Act::DeleteContacts { contact_ids: contact_ids.clone(), with_history: true }, NOON_MS).await;
    shop.speaks(0).await;
    let chats = shop.bia.store.all_rows(Entity::Conversation).await.unwrap();
    let [(Row::Conversation(chat), _)] = &chats[..] else { panic!("one chat") };
    let answer = Act::SendMessage {
        message_id: MessageId(id(40)),
        conversation_id: chat.id,
        body: Body::Text { text: "Claro".to_owned() },
        reply_to: None,
        clicked_at_ms: NOON_MS,
        send_whenever: false,
        when: SendWhen::Now,
    };
    shop.bia.acts(answer, NOON_MS).await;
    shop.meet().await;
    let review = shop.bia.store.review().await.unwrap();
    let [item] = &review[..] else { panic!("one item, not {review:?}") };
    let in_bin = Refusal::InBin { contact_id: lead.contact_id };
    assert_eq!((&item.refusal, item.text.as_deref()), (&in_bin, Some("Claro")), "nothing is lost");
    assert_eq!(shop.bia.store.pending(0, 100).await.unwrap(), [], "and it blocks nothing");
    let about = item.about.as_ref().unwrap();
    assert_eq!((&*about.name, about.in_bin), ("maria", true), "whose it was, and that they can be restored");
    let by = Some(ChangedBy::Member { id: ME.member_id });
    let binned = ReviewCause { did: ReviewDid::Binned, by, at_ms: NOON_MS, name: "maria".to_owned() };
    assert_eq!(item.cause, Some(binned));
    shop.bia.acts(Act::RestoreContacts { contact_ids }, NOON_MS).await;
    shop.meet().await;
    shop.same_everywhere().await;
    assert!(shop.ana.lead().await.is_active(), "the way out");
}

/// As the app does it: what is used is kept first.
fn used(row: SaleRow, act: Act) -> [Act; 2] {
    [Act::KeepSaleRow { row: Box::new(row) }, act]
}

#[tokio::test]
async fn what_was_deleted_while_somebody_used_it_is_there_again_and_who_deleted_it_is_told() {
    let mut shop = Shop::open().await;
    let lead = shop.ana.lead().await;
    let status = LeadStatus {
        id: LeadStatusId(id(70)),
        code: None,
        name: "Quoted".to_owned(),
        color: "#1f7a3d".to_owned(),
        category: Category::Open,
        position: String::new(),
        number: None,
    };
    let source = Source { id: SourceId(id(71)), code: None, name: "Feira".to_owned(), number: None };
    let reason = seeded::lost_reasons()[0].clone();
    let stage = seeded::stages()[4].clone();
    shop.ana.acts(Act::PutLeadStatus { status: status.clone() }, NOON_MS).await;
    shop.ana.acts(Act::PutSource { source: source.clone() }, NOON_MS).await;
    shop.meet().await;
    let known = async |seat: &Seat, entity| seat.store.all_rows(entity).await.unwrap().into_iter().map(|(row, _)| row);
    let statuses: Vec<Row> = known(&shop.bia, Entity::LeadStatus).await.collect();
    let Some(Row::LeadStatus(numbered)) = statuses.into_iter().find(|row| row.key().id == id(70)) else {
        panic!("the hub gave it a number")
    };

    // Ana deletes what nobody uses, as far as she and the hub know; Bia has no network and uses it.
    shop.ana.acts(Act::DeleteLeadStatus { id: status.id }, NOON_MS + MINUTE_MS).await;
    shop.ana.acts(Act::DeleteSource { id: source.id }, NOON_MS + MINUTE_MS).await;
    shop.ana.acts(Act::DeleteLostReason { id: reason.id }, NOON_MS + MINUTE_MS).await;
    let funnel = seeded::funnel();
    let gone = Act::PutFunnel { funnel: funnel.clone(), stages: Vec::new(), gone: vec![stage.id] };
    shop.ana.acts(gone, NOON_MS + MINUTE_MS).await;
    shop.speaks(0).await;
    shop.writes("joao", "p2").await;
    let to = StageTo { stage_id: stage.id, position: None };
    let moved = LeadPatch { stage: Some(to), ..LeadPatch::default() };
    let moves = Act::ChangeLeads { lead_ids: vec![lead.id], patch: moved, bulk_id: None };
    for act in used(SaleRow::Stage { funnel, stage: stage.clone() }, moves) {
        shop.bia.acts(act, NOON_MS).await;
    }
    for act in used(SaleRow::Status { status: numbered.clone() }, to_status(&lead, status.id)) {
        shop.bia.acts(act, NOON_MS).await;
    }
    let sourced = Sourced { contact_id: lead.contact_id, source_id: Some(source.id), from: None };
    for act in used(SaleRow::Source { source: source.clone() }, Act::SourceContacts { to: vec![sourced] }) {
        shop.bia.acts(act, NOON_MS).await;
    }
    shop.speaks(1).await;
    shop.meet().await;
    assert!(shop.bia.store.review().await.unwrap().is_empty(), "the use wins");
    for seat in [&shop.ana, &shop.bia] {
        let lead = seat.leads().await.into_iter().find(|one| one.id == lead.id).unwrap();
        assert_eq!((lead.state.status_id, lead.state.stage_id), (status.id, stage.id));
        let there: Vec<Uuid> = known(seat, Entity::LeadStatus).await.map(|row| row.key().id).collect();
        assert!(there.contains(&status.id.0), "and what it points to is there (I18)");
        assert!(known(seat, Entity::Stage).await.any(|row| row.key().id == stage.id.0));
        assert!(known(seat, Entity::Source).await.any(|row| row.key().id == source.id.0));
        assert!(!known(seat, Entity::LostReason).await.any(|row| row.key().id == reason.id.0), "nobody used it");
        assert!(seat.store.broken_invariants().await.unwrap().is_empty());
    }
    let kept: Vec<Row> = known(&shop.ana, Entity::LeadStatus).await.filter(|row| row.key().id == id(70)).collect();
    assert_eq!(kept, [Row::LeadStatus(numbered)], "as it was, with its number");
    let review = shop.ana.store.review().await.unwrap();
    let told: Vec<&Refusal> = review.iter().map(|row| &row.refusal).collect();
    assert_eq!(told.len(), 3, "{review:?}");
    assert!(told.contains(&&Refusal::StatusInUse { status_id: status.id }));
    assert!(told.contains(&&Refusal::SourceInUse { source_id: source.id }));
    assert!(told.contains(&&Refusal::StageNotEmpty { stage_id: stage.id }));
}

/// Whoever deletes a whole funnel that somebody used meanwhile is told of it once.
#[tokio::test]
async fn a_funnel_that_got_a_card_meanwhile_is_there_again_and_who_deleted_it_is_told() {
    let mut shop = Shop::open().await;
    let lead = shop.ana.lead().await;
    let funnel = Funnel {
        id: FunnelId(id(80)),
        code: None,
        name: "Weddings".to_owned(),
        color: "#aa3366".to_owned(),
        is_main: false,
        position: String::new(),
        seen_by: None,
    };
    let stage = |n, name: &str| Stage {
        id: StageId(id(n)),
        funnel_id: Some(funnel.id),
        code: None,
        name: name.to_owned(),
        color: "#aa3366".to_owned(),
        position: String::new(),
        bound_status_id: None,
    };
    let stages = vec![stage(81, "Visit"), stage(82, "Offer")];
    shop.ana.acts(Act::PutFunnel { funnel, stages, gone: Vec::new() }, NOON_MS).await;
    shop.meet().await;
    let rows = shop.bia.store.all_rows(Entity::Funnel).await.unwrap().into_iter();
    let funnel = rows
        .filter_map(|(row, _)| match row {
            Row::Funnel(row) if row.id.0 == id(80) => Some(row),
            _ => None,
        })
        .next()
        .unwrap();
    let rows = shop.bia.store.all_rows(Entity::Stage).await.unwrap().into_iter();
    let offer = rows
        .filter_map(|(row, _)| match row {
            Row::Stage(row) if row.id.0 == id(82) => Some(row),
            _ => None,
        })
        .next()
        .unwrap();

    shop.ana.acts(Act::DeleteFunnel { id: funnel.id }, NOON_MS + MINUTE_MS).await;
    shop.speaks(0).await;
    let to = StageTo { stage_id: offer.id, position: None };
    let moved = LeadPatch { stage: Some(to), ..LeadPatch::default() };
    let moves = Act::ChangeLeads { lead_ids: vec![lead.id], patch: moved, bulk_id: None };
    for act in used(SaleRow::Stage { funnel: funnel.clone(), stage: offer.clone() }, moves) {
        shop.bia.acts(act, NOON_MS).await;
    }
    shop.speaks(1).await;
    shop.meet().await;
    assert_eq!(shop.ana.lead().await.state.stage_id, offer.id, "the use wins");
    let review = shop.ana.store.review().await.unwrap();
    let told: Vec<&Refusal> = review.iter().map(|row| &row.refusal).collect();
    assert_eq!(told, [&Refusal::StageNotEmpty { stage_id: offer.id }], "once, with the stage that is in use");
    assert_eq!(review[0].act, Act::DeleteFunnel { id: funnel.id });
    assert!(shop.bia.store.review().await.unwrap().is_empty(), "who used it has nothing to look at");
    shop.meet().await;
    assert_eq!(shop.ana.store.review().await.unwrap().len(), 1, "and not again");
}

#[tokio::test]
async fn two_leads_opened_offline_for_one_contact_become_the_one_that_reached_the_hub_first() {
    let mut shop = Shop::open().await;
    let old = shop.ana.lead().await;
    shop.ana.acts(to_status(&old, seeded::ARCHIVED), NOON_MS).await;
    shop.meet().await;
    let opens = |n: u128, note: &str| Act::OpenLeads {
        leads: vec![NewLead { lead_id: LeadId(id(n)), contact_id: old.contact_id, joins: true }],
        status_id: None,
        stage: None,
        source_id: None,
        again: false,
        note: note.to_owned(),
    };
    let (first, second) = (LeadId(id(90)), LeadId(id(91)));
    // Both have no network. Bia works on with hers.
    shop.bia.acts(opens(91, "asked in the shop"), NOON_MS + MINUTE_MS).await;
    let marked = |lead: LeadId, marker| Act::ChangeLeads {
        lead_ids: vec![lead],
        patch: LeadPatch { marker: Some(marker), ..LeadPatch::default() },
        bulk_id: None,
    };
    shop.bia.acts(marked(second, Marker::Urgent), NOON_MS + MINUTE_MS).await;
    let task = FollowUp {
        id: FollowUpId(id(92)),
        lead_id: second,
        contact_id: old.contact_id,
        kind: FollowUpKind::Task,
        state: FollowUpState::Scheduled,
        due_at_ms: NOON_MS + 2 * HOUR_MS,
        note: "call".to_owned(),
        message: None,
        cancel_if_reply: false,
        nudge_of: None,
        responsible_id: None,
        created_by: ME.member_id,
        created_at_ms: NOON_MS,
        ended_at_ms: None,
    };
    shop.bia.acts(Act::SaveFollowUp { follow_up: Box::new(task) }, NOON_MS + MINUTE_MS).await;
    assert!(shop.bia.leads().await.iter().any(|lead| lead.id == second), "there, as far as she knows");
    shop.ana.acts(opens(90, ""), NOON_MS + 2 * MINUTE_MS).await;
    shop.now_ms += 3 * MINUTE_MS;
    shop.speaks(0).await;
    shop.speaks(1).await;
    shop.meet().await;
    // What she does from memory reaches the one that stayed.
    shop.bia.acts(marked(second, Marker::Important), NOON_MS + 4 * MINUTE_MS).await;
    shop.meet().await;
    for seat in [&shop.ana, &shop.bia] {
        let active: Vec<Lead> = seat.leads().await.into_iter().filter(Lead::is_active).collect();
        let [lead] = &active[..] else { panic!("one active lead (I11), not {active:?}") };
        assert_eq!((lead.id, lead.number, lead.cycle), (first, Some(2), 2), "the first to reach the hub stays");
        assert_eq!(lead.state.marker, Marker::Important, "acts on the other go to it");
        let task = seat.follow_ups().await.into_iter().find(|row| row.id == FollowUpId(id(92))).unwrap();
        assert_eq!((task.lead_id, task.is_open()), (first, true), "and what was planned for it");
        let rows = seat.store.all_rows(Entity::History).await.unwrap().into_iter();
        let mut told: Vec<(HistoryKind, String)> = rows
            .filter_map(|(row, _)| match row {
                Row::History(event) if event.lead_id == first => Some((event.kind, event.note.clone())),
                Row::History(event) if event.lead_id == second => panic!("of what is not there: {event:?}"),
                _ => None,
            })
            .collect();
        told.sort_by_key(|(kind, _)| *kind as u8);
        let kinds: Vec<HistoryKind> = told.iter().map(|(kind, _)| *kind).collect();
        use HistoryKind::{Changed, FollowUpMade, Joined, Opened};
        assert_eq!(kinds, [Opened, Changed, Changed, FollowUpMade, Joined], "its events show in the one that stayed");
        assert_eq!(told[4].1, "asked in the shop", "with what was noted");
        assert!(seat.store.review().await.unwrap().is_empty(), "nobody has anything to look at");
        assert!(seat.store.broken_invariants().await.unwrap().is_empty());
    }
    assert_eq!(shop.ana.leads().await.len(), 2, "no number was used up, and no card is there twice");
}

/// A note and who it was about are there to be copied and gone to, whatever the act was.
#[tokio::test]
async fn what_was_not_applied_says_whose_it_was_and_keeps_what_was_typed() {
    let mut shop = Shop::open().await;
    let maria = shop.ana.lead().await;
    shop.writes("joao", "p2").await;
    shop.meet().await;
    let joao = shop.ana.leads().await.into_iter().find(|lead| lead.id != maria.id).unwrap();
    shop.ana.acts(to_status(&maria, seeded::CONVERTED), NOON_MS + MINUTE_MS).await;
    shop.ana.acts(Act::DeleteContacts { contact_ids: vec![joao.contact_id], with_history: false }, NOON_MS).await;
    shop.speaks(0).await;
    let note = LeadPatch { note: " asks for blue \n".to_owned(), ..LeadPatch::default() };
    shop.bia.acts(Act::ChangeLeads { lead_ids: vec![maria.id], patch: note, bulk_id: None }, NOON_MS).await;
    let merge = Act::MergeContacts {
        record_id: MergeId(id(60)),
        keep: maria.contact_id,
        gone: vec![joao.contact_id],
        fields: MergeFields::default(),
    };
    shop.bia.acts(merge, NOON_MS).await;
    shop.speaks(1).await;
    let review = shop.bia.store.review().await.unwrap();
    let of = |name: &str| {
        let found = review.iter().find(|row| serde_json::to_value(&row.act).unwrap()["act"] == name);
        found.unwrap_or_else(|| panic!("{name} in {review:?}"))
    };
    let (noted, merged) = (of("change_leads"), of("merge_contacts"));
    assert_eq!(noted.text.as_deref(), Some("asks for blue"));
    assert_eq!(noted.about.as_ref().map(|about| (&*about.name, about.lead_number)), Some(("maria", Some(1))));
    assert_eq!(merged.about.as_ref().map(|about| (&*about.name, about.others)), Some(("maria", 1)));
    assert_eq!(merged.refusal, Refusal::InBin { contact_id: joao.contact_id });
    let cause = merged.cause.as_ref().map(|cause| (cause.did, &*cause.name));
    assert_eq!(cause, Some((ReviewDid::Binned, "joao")), "which of the two");
}

#[tokio::test]
async fn two_devices_bring_one_chat_and_each_message_is_there_once() {
    let mut shop = Shop::open().await;
    let lead = shop.ana.lead().await;
    let said = |minute: i64| ImportMessage {
        key: id(0x5a1d_0000 + minute as u128),
        at_s: NOON_MS / 1_000 - 86_400 + minute * 60,
        from_us: minute % 2 == 1,
        body: Body::Text { text: format!("at {minute}") },
        edited: false,
        deleted: false,
    };
    let bring = |import: u128, part: u32, minutes: std::ops::Range<i64>| Act::ImportChat {
        import_id: ImportId(id(import)),
        part,
        file_name: "chat.zip".to_owned(),
        contact_id: lead.contact_id,
        line_name: "History".to_owned(),
        messages: minutes.map(said).collect(),
        left_out: 0,
    };
    shop.ana.acts(bring(40, 0, 0..200), NOON_MS).await;
    shop.bia.acts(bring(41, 0, 0..200), NOON_MS).await;
    shop.bia.acts(bring(41, 1, 200..230), NOON_MS).await;
    shop.now_ms += MINUTE_MS;
    shop.meet().await;
    let everything = async |seat: &Seat| {
        let mut rows = Vec::new();
        for entity in Entity::ALL {
            rows.extend(seat.store.all_rows(entity).await.unwrap().into_iter().map(|(row, _)| row));
        }
        rows
    };
    let rows = everything(&shop.ana).await;
    assert_eq!(rows, everything(&shop.bia).await);
    let of_line = |line_type: LineType| {
        let ids: Vec<LineId> = rows
            .iter()
            .filter_map(|row| match row {
                Row::Line(line) if line.line_type == line_type => Some(line.id),
                _ => None,
            })
            .collect();
        rows.iter()
            .filter_map(move |row| match row {
                Row::Conversation(chat) if ids.contains(&chat.line_id) => Some(chat.clone()),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let [history] = &of_line(LineType::WhatsappExport)[..] else { panic!("one conversation of history") };
    let messages = |rows: &[Row]| {
        let of_it = |row: &&Row| matches!(row, Row::Message(message) if message.conversation_id == history.id);
        rows.iter().filter(of_it).count()
    };
    assert_eq!((messages(&rows), history.head_seq, history.unread()), (230, 230, 0));
    assert_eq!(shop.ana.lead().await, lead, "its lead is as it was");
    // Bia takes hers back first: Ana's stands as it did, and can go after it.
    for (seat, import, part, left) in [(1, 41, 1, 200), (1, 41, 0, 200), (0, 40, 0, 0)] {
        let act = Act::UndoImport { import_id: ImportId(id(import)), part };
        [&shop.ana, &shop.bia][seat].acts(act, shop.now_ms).await;
        shop.meet().await;
        let rows = everything(&shop.ana).await;
        assert_eq!(rows, everything(&shop.bia).await);
        assert_eq!(messages(&rows), left);
    }
    // It can come again, under the same names.
    shop.ana.acts(bring(42, 0, 0..5), shop.now_ms).await;
    shop.meet().await;
    let rows = everything(&shop.bia).await;
    assert_eq!(rows, everything(&shop.ana).await);
    assert_eq!(messages(&rows), 5);
    for seat in [&shop.ana, &shop.bia] {
        assert!(seat.store.broken_invariants().await.unwrap().is_empty());
    }
}

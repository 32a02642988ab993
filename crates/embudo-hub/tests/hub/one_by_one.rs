//! Group commit is only faster: the same acts in groups of any size give the same rows as one
//! by one.

use crate::world::*;
use embudo_domain::*;
use embudo_hub::{HubCore, Input, Place, Sealing, Store};
use embudo_protocol::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Inbound { person: u8, provider: u16, late_s: i64 },
    Edited { provider: u16 },
    Send { person: u8 },
    Close { person: u8 },
    Snooze { person: u8 },
    Read { person: u8 },
    Rename { person: u8, empty: bool },
    Cancel { nth: u8 },
    Discard { nth: u8 },
    Shortcut { reply: u8, shortcut: u8 },
    Remove { reply: u8 },
    View { view: u8, name: u8, digit: Option<u8> },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4_u8, 0..20_u16, 0..50_i64)
            .prop_map(|(person, provider, late_s)| Step::Inbound { person, provider, late_s }),
        1 => (0..20_u16).prop_map(|provider| Step::Edited { provider }),
        3 => (0..4_u8).prop_map(|person| Step::Send { person }),
        1 => (0..4_u8).prop_map(|person| Step::Close { person }),
        1 => (0..4_u8).prop_map(|person| Step::Snooze { person }),
        1 => (0..4_u8).prop_map(|person| Step::Read { person }),
        1 => (0..4_u8, any::<bool>()).prop_map(|(person, empty)| Step::Rename { person, empty }),
        1 => (0..20_u8).prop_map(|nth| Step::Cancel { nth }),
        1 => (0..20_u8).prop_map(|nth| Step::Discard { nth }),
        1 => (0..4_u8, 0..3_u8).prop_map(|(reply, shortcut)| Step::Shortcut { reply, shortcut }),
        1 => (0..4_u8).prop_map(|reply| Step::Remove { reply }),
        1 => (0..4_u8, 0..3_u8, proptest::option::of(1..3_u8))
            .prop_map(|(view, name, digit)| Step::View { view, name, digit }),
    ]
}

fn conversation(person: u8) -> ConversationId {
    ConversationId(id(2_000 + u128::from(person)))
}

fn message(nth: u64) -> MessageId {
    MessageId(id(7_000 + u128::from(nth)))
}

/// Ids come with the acts, so that two runs make the same rows.
fn inputs(steps: &[Step]) -> Vec<Input> {
    let mut mid = 1;
    let mut sent = 0;
    let device_id = DeviceId(id(3));
    let mut push = |act: Act| {
        mid += 1;
        let acts = vec![NumberedAct { mid, act_id: ActId(id(90_000 + u128::from(mid))), act, again_at_ms: None }];
        Input::Push { device_id, acts }
    };
    steps
        .iter()
        .map(|step| match step {
            Step::Inbound { person, provider, late_s } => {
                let at_ms = START_MS - late_s * 1_000;
                Input::Hub(HubAct::Inbound {
                    line_id: LineId(id(9)),
                    message: inbound(&format!("p{person}"), &format!("{person}:{provider}"), "Oi", at_ms),
                    message_id: MessageId(id(30_000 + u128::from(*person) * 1_000 + u128::from(*provider))),
                    conversation_id: conversation(*person),
                    identity_id: IdentityId(id(3_000 + u128::from(*person))),
                    contact_id: ContactId(id(4_000 + u128::from(*person))),
                })
            }
            Step::Edited { provider } => Input::Hub(HubAct::Edited {
                line_id: LineId(id(9)),
                provider_id: format!("1:{provider}"),
                body: text("changed"),
                at_s: START_MS / 1_000,
            }),
            Step::Send { person } => {
                sent += 1;
                push(Act::SendMessage {
                    message_id: message(sent),
                    conversation_id: conversation(*person),
                    body: text("Bom dia"),
                    reply_to: None,
                    clicked_at_ms: START_MS,
                    send_whenever: false,
                    when: if sent % 3 == 0 { SendWhen::TheyReply } else { SendWhen::Now },
                })
            }
            Step::Close { person } => push(Act::SetConversationState {
                conversation_id: conversation(*person),
                to: ConversationState::Closed { reason: None },
                expect: None,
                undoes: None,
                seen: None,
            }),
            Step::Snooze { person } => push(Act::SetConversationState {
                conversation_id: conversation(*person),
                to: ConversationState::Snoozed {
                    until_ms: Some(START_MS + HOUR_MS),
                    until_reply: person % 2 == 0,
                    by: owner().id,
                },
                expect: None,
                undoes: None,
                seen: None,
            }),
            Step::Read { person } => push(Act::MarkRead { conversation_id: conversation(*person), up_to: 3 }),
            Step::Rename { person, empty } => push(Act::PatchContact {
                contact_id: ContactId(id(4_000 + u128::from(*person))),
                patch: ContactPatch {
                    display_name: Some(if *empty { String::new() } else { "Maria".to_owned() }),
                    phone: Some(format!("+55 11 91234-567{}", person % 2)),
                    ..ContactPatch::default()
                },
                expect: None,
            }),
            Step::Cancel { nth } => push(Act::CancelMessage { message_id: message(u64::from(*nth)) }),
            Step::Discard { nth } => push(Act::DiscardMessage { message_id: message(u64::from(*nth)) }),
            Step::Shortcut { reply, shortcut } => push(Act::PutQuickReply {
                reply: QuickReply {
                    id: QuickReplyId(id(5_000 + u128::from(*reply))),
                    shortcut: format!("s{shortcut}"),
                    title: "Saudação".to_owned(),
                    body: "Bom dia".to_owned(),
                    attachments: Vec::new(),
                    updated_at_ms: START_MS,
                },
                expect: None,
            }),
            Step::View { view, name, digit } => push(Act::ChangeViews {
                put: vec![SavedView {
                    id: SavedViewId(id(6_000 + u128::from(*view))),
                    member_id: owner().id,
                    name: format!("view {name}"),
                    position: String::new(),
                    digit: *digit,
                    shows: "{}".to_owned(),
                }],
                gone: Vec::new(),
            }),
            Step::Remove { reply } => push(Act::DeleteQuickReply { id: QuickReplyId(id(5_000 + u128::from(*reply))) }),
        })
        .collect()
}

/// Event lines have ids of the hub's own acts, which are random: their place names them.
fn comparable(mut rows: Vec<Row>) -> Vec<Row> {
    for row in &mut rows {
        if let Row::Message(message) = row
            && message.direction == Direction::Event
        {
            message.id = MessageId(uuid::Uuid::new_v5(&message.conversation_id.0, &message.conv_seq.to_le_bytes()));
        }
    }
    rows.sort_by_key(Row::key);
    rows
}

async fn run(inputs: Vec<Input>, sizes: &[usize]) -> (Vec<Row>, Vec<(u64, Refusal)>, Vec<MessageId>) {
    let store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
    let mut core = HubCore::open(store, options(), START_MS).await.unwrap();
    core.found(workspace(), owner(), START_MS).await.unwrap();
    let device = DeviceId(id(3));
    core.hello(device, owner().id, None, START_MS).await.unwrap();
    let add = NumberedAct {
        mid: 1,
        act_id: ActId(id(89_999)),
        act: Act::AddLine { line: line(9, LineType::Simulator) },
        again_at_ms: None,
    };
    core.push(device, vec![add], START_MS).await.unwrap();
    core.line_up(LineId(id(9)), abilities(false)).await.unwrap();
    let mut rest = inputs.into_iter();
    let mut refused = Vec::new();
    let mut sizes = sizes.iter().cycle();
    loop {
        let group: Vec<Input> = rest.by_ref().take(*sizes.next().unwrap()).collect();
        if group.is_empty() {
            break;
        }
        let result = core.commit_batch(group, START_MS).await.unwrap();
        for (_, frame) in result.frames {
            if let HubFrame::Changes { rejections, to, .. } = frame {
                refused.extend(rejections.into_iter().map(|rejection| (rejection.mid, rejection.refusal)));
                core.applied(device, to).await.unwrap();
            }
        }
    }
    let rows = core
        .snapshot(owner().id)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|versioned| match versioned.change {
            Change::Put(row) => Some(row),
            Change::Delete(_) => None,
        })
        .collect();
    let (ready, _) = core.next_jobs(100, START_MS).await.unwrap();
    (comparable(rows), refused, ready.into_iter().map(|job| job.message_id).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn groups_of_any_size_give_the_same_rows_refusals_and_jobs(
        steps in prop::collection::vec(step(), 1..60),
        sizes in prop::collection::vec(1..20_usize, 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let alone = run(inputs(&steps), &[1]).await;
            let grouped = run(inputs(&steps), &sizes).await;
            prop_assert_eq!(alone, grouped);
            Ok(())
        })?;
    }
}

//! What leads point to: statuses, funnels with their stages, sources, reasons (4.9).

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::rules::{MAX_FUNNEL_MEMBERS, MAX_FUNNELS, MAX_STAGES};
use embudo_domain::*;
use uuid::Uuid;

fn status(id: u128, name: &str, category: Category) -> LeadStatus {
    LeadStatus {
        id: LeadStatusId(Uuid::from_u128(id)),
        code: None,
        name: name.to_owned(),
        color: "#AA3366".to_owned(),
        category,
        position: String::new(),
        number: None,
    }
}

fn funnel(id: u128, name: &str) -> Funnel {
    Funnel {
        id: FunnelId(Uuid::from_u128(id)),
        code: None,
        name: name.to_owned(),
        color: "#aa3366".to_owned(),
        is_main: true,
        position: String::new(),
        seen_by: None,
    }
}

fn stage(id: u128, name: &str) -> Stage {
    Stage {
        id: StageId(Uuid::from_u128(id)),
        funnel_id: None,
        code: None,
        name: name.to_owned(),
        color: "#aa3366".to_owned(),
        position: String::new(),
        bound_status_id: None,
    }
}

fn put_funnel(funnel: &Funnel, stages: Vec<Stage>) -> Act {
    Act::PutFunnel { funnel: funnel.clone(), stages, gone: Vec::new() }
}

fn main_funnel(shop: &Shop) -> FunnelId {
    let mut mains = shop.world.rows.values().filter_map(|row| match row {
        Row::Funnel(row) if row.is_main => Some(row.id),
        _ => None,
    });
    mains.next().unwrap()
}

fn move_to(shop: &mut Shop, customer: &str, stage_id: StageId) {
    let contact_id = shop.contact(customer).id;
    let lead_ids = shop.world.leads().filter(|lead| lead.contact_id == contact_id).map(|lead| lead.id).collect();
    let stage = Some(StageTo { stage_id, position: None });
    shop.act(Act::ChangeLeads { lead_ids, patch: LeadPatch { stage, ..LeadPatch::default() }, bulk_id: None });
}

#[test]
fn a_workspace_is_set_up_once_and_what_was_deleted_does_not_come_back() {
    let mut shop = Shop::open();
    let gone = seeded::lost_reasons()[2].id;
    shop.act(Act::DeleteLostReason { id: gone });
    assert!(shop.hub(HubAct::SetUpSale).changes.is_empty());
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn a_status_and_a_source_have_a_short_number_that_stays() {
    let mut shop = Shop::open();
    let numbers = |shop: &Shop| -> Vec<(String, Option<u32>)> {
        let own = shop.world.rows.values().filter_map(|row| match row {
            Row::LeadStatus(row) if row.code.is_none() => Some((row.name.clone(), row.number)),
            Row::Source(row) if row.code.is_none() => Some((row.name.clone(), row.number)),
            _ => None,
        });
        let mut own: Vec<_> = own.collect();
        own.sort();
        own
    };
    let named = |name: &str, number| (name.to_owned(), Some(number));
    shop.act(Act::PutLeadStatus { status: status(1, "Visit", Category::Open) });
    shop.act(Act::PutLeadStatus { status: status(2, "Trial", Category::Open) });
    let source = Source { id: SourceId(Uuid::from_u128(3)), code: None, name: "Feria".to_owned(), number: None };
    shop.act(Act::PutSource { source });
    // Eight statuses and four sources come with the product.
    assert_eq!(numbers(&shop), [named("Feria", 5), named("Trial", 10), named("Visit", 9)]);
    let back = shop.act(Act::DeleteLeadStatus { id: LeadStatusId(Uuid::from_u128(1)) }).inverse.unwrap();
    shop.act(Act::PutLeadStatus { status: status(4, "Quote", Category::Open) });
    shop.act(back);
    shop.act(Act::PutLeadStatus { status: status(2, "Test drive", Category::Open) });
    let all = [named("Feria", 5), named("Quote", 11), named("Test drive", 10), named("Visit", 9)];
    assert_eq!(numbers(&shop), all, "undone, renamed: each has its own");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn what_an_earlier_version_made_is_numbered_in_its_order() {
    let mut shop = Shop::open();
    shop.act(Act::PutLeadStatus {
        status: LeadStatus { position: "Z".to_owned(), ..status(1, "Last", Category::Open) },
    });
    let old: Vec<Row> = shop.world.rows.values().cloned().collect();
    for row in old {
        let row = match row {
            Row::LeadStatus(row) => Row::LeadStatus(LeadStatus { number: None, ..row }),
            Row::Source(row) => Row::Source(Source { number: None, ..row }),
            _ => continue,
        };
        shop.world.rows.insert(row.key(), row);
    }
    assert_eq!(shop.hub(HubAct::SetUpSale).changes.len(), 9 + 4);
    let numbers = shop.world.rows.values().filter_map(|row| match row {
        Row::LeadStatus(row) => Some((row.number.unwrap(), row.id)),
        _ => None,
    });
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort();
    let mut ids: Vec<_> = seeded::statuses().into_iter().map(|row| row.id).collect();
    ids.push(LeadStatusId(Uuid::from_u128(1)));
    assert_eq!(numbers, (1..).zip(ids).collect::<Vec<_>>());
    assert!(shop.hub(HubAct::SetUpSale).changes.is_empty(), "once");
}

#[test]
fn a_name_is_taken_whatever_its_case_and_accents() {
    let mut shop = Shop::open();
    shop.act(Act::PutLeadStatus { status: status(1, " Cotização ", Category::Open) });
    let again = status(2, "COTIZACAO", Category::Open);
    let taken = Refusal::NameTaken { id: Uuid::from_u128(1), name: "Cotização".to_owned() };
    assert_eq!(shop.refused(Act::PutLeadStatus { status: again }), taken);
    let source =
        |id, name: &str| Source { id: SourceId(Uuid::from_u128(id)), code: None, name: name.to_owned(), number: None };
    shop.act(Act::PutSource { source: source(3, "Facebook") });
    let taken = Refusal::NameTaken { id: Uuid::from_u128(3), name: "Facebook".to_owned() };
    assert_eq!(shop.refused(Act::PutSource { source: source(4, "facebook ") }), taken, "ADM-05");
    for (name, color) in [("", "#112233"), (&"x".repeat(41), "#112233"), ("Ok", "red"), ("Ok", "#11223g")] {
        let row = LeadStatus { color: color.to_owned(), ..status(5, name, Category::Open) };
        let refusal = shop.refused(Act::PutLeadStatus { status: row });
        assert!(matches!(refusal, Refusal::NameInvalid { max_chars: 40 } | Refusal::ColorInvalid), "{name} {color}");
    }
}

#[test]
fn a_system_status_is_renamed_and_never_deleted_nor_made_something_else() {
    let mut shop = Shop::open();
    let new = seeded::statuses()[0].clone();
    shop.act(Act::PutLeadStatus { status: LeadStatus { name: "Fresh".to_owned(), code: None, ..new.clone() } });
    let Some(Row::LeadStatus(row)) = shop.world.rows.get(&Row::LeadStatus(new.clone()).key()) else { panic!() };
    assert_eq!((row.code.as_deref(), row.name.as_str()), (Some("new"), "Fresh"), "its code is nobody's to change");
    let refusal = shop.refused(Act::PutLeadStatus { status: LeadStatus { category: Category::Won, ..new.clone() } });
    assert_eq!(refusal, Refusal::CategoryFixed);
    assert_eq!(shop.refused(Act::DeleteLeadStatus { id: new.id }), Refusal::StatusSystem { status_id: new.id });
}

#[test]
fn a_status_in_use_goes_after_its_leads_were_moved_within_the_category() {
    let mut shop = Shop::open();
    let own = status(1, "Trial", Category::Won);
    shop.act(Act::PutLeadStatus { status: own.clone() });
    shop.writes("maria", "hi");
    let lead_ids: Vec<LeadId> = shop.world.leads().map(|lead| lead.id).collect();
    let to = Some(StatusTo { status_id: own.id, reason_id: None });
    let patch = LeadPatch { status: to, ..LeadPatch::default() };
    shop.act(Act::ChangeLeads { lead_ids: lead_ids.clone(), patch, bulk_id: None });
    assert_eq!(shop.refused(Act::DeleteLeadStatus { id: own.id }), Refusal::StatusInUse { status_id: own.id });
    let remap = Remap::Status { from: own.id, to: seeded::LOST };
    assert_eq!(shop.refused(Act::RemapLeads { lead_ids: lead_ids.clone(), remap }), Refusal::CategoryFixed);
    let remap = Remap::Status { from: own.id, to: seeded::CONVERTED };
    shop.act(Act::RemapLeads { lead_ids, remap });
    shop.act(Act::DeleteLeadStatus { id: own.id });
    assert!(shop.world.leads().all(|lead| lead.state.status_id == seeded::CONVERTED), "closed ones too");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn a_status_that_a_stage_or_a_line_begins_with_is_in_use() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    let own = status(1, "Visit", Category::Open);
    shop.act(Act::PutLeadStatus { status: own.clone() });
    let bound = Stage { bound_status_id: Some(own.id), ..stage(2, "Visit") };
    let undo = shop.act(put_funnel(&seeded::funnel(), vec![bound])).inverse.unwrap();
    assert_eq!(shop.refused(Act::DeleteLeadStatus { id: own.id }), Refusal::StatusInUse { status_id: own.id });
    shop.act(undo);
    let auto_lead = AutoLead { status_id: Some(own.id), ..AutoLead::default() };
    shop.act(Act::SetAutoLead { line_id, auto_lead });
    assert_eq!(shop.refused(Act::DeleteLeadStatus { id: own.id }), Refusal::StatusInUse { status_id: own.id });
    shop.act(Act::SetAutoLead { line_id, auto_lead: AutoLead::default() });
    shop.act(Act::DeleteLeadStatus { id: own.id });
}

#[test]
fn there_is_one_main_funnel_whatever_is_starred_or_saved() {
    let mut shop = Shop::open();
    let other = funnel(1, "Wholesale");
    shop.act(put_funnel(&other, vec![stage(2, "Talk"), stage(3, "Deal")]));
    assert_eq!(main_funnel(&shop), seeded::SALES, "a new one is not the main one, whatever it says of itself");
    assert_eq!(shop.refused(Act::DeleteFunnel { id: seeded::SALES }), Refusal::FunnelMain { funnel_id: seeded::SALES });
    let undo = shop.act(Act::StarFunnel { id: other.id }).inverse.unwrap();
    assert_eq!(main_funnel(&shop), other.id);
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
    shop.act(undo);
    assert_eq!(main_funnel(&shop), seeded::SALES);
}

#[test]
fn a_stage_or_a_funnel_with_leads_stays_until_they_were_moved() {
    let mut shop = Shop::open();
    let other = funnel(1, "Wholesale");
    let (talk, deal) = (stage(2, "Talk"), stage(3, "Deal"));
    shop.act(put_funnel(&other, vec![talk.clone(), deal.clone()]));
    shop.writes("maria", "hi");
    move_to(&mut shop, "maria", talk.id);
    let not_empty = Refusal::StageNotEmpty { stage_id: talk.id };
    assert_eq!(shop.refused(Act::DeleteFunnel { id: other.id }), not_empty, "I23");
    let without = |gone| Act::PutFunnel { funnel: other.clone(), stages: Vec::new(), gone: vec![gone] };
    assert_eq!(shop.refused(without(talk.id)), not_empty);
    move_to(&mut shop, "maria", deal.id);
    let before = shop.world.clone();
    let undo = shop.act(without(talk.id)).inverse.unwrap();
    shop.act(undo);
    assert!(shop.world.rows == before.rows, "undo brings the column back as it was");
    move_to(&mut shop, "maria", seeded::INTAKE);
    let undo = shop.act(Act::DeleteFunnel { id: other.id }).inverse.unwrap();
    shop.act(undo);
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn who_sees_a_funnel_is_named_once_each_and_comes_back_with_undo() {
    let mut shop = Shop::open();
    let [bia, caio] = [7, 3].map(|n| MemberId(Uuid::from_u128(n)));
    let weddings = Funnel { is_main: false, ..funnel(1, "Weddings") };
    shop.act(put_funnel(&weddings, Vec::new()));
    let seen_by = |shop: &Shop| match shop.world.rows.get(&Row::Funnel(weddings.clone()).key()) {
        Some(Row::Funnel(row)) => row.seen_by.clone(),
        other => panic!("{other:?}"),
    };
    let named = Funnel { seen_by: Some(vec![bia, caio, bia]), ..weddings.clone() };
    let undo = shop.act(put_funnel(&named, Vec::new())).inverse.unwrap();
    assert_eq!(seen_by(&shop), Some(vec![caio, bia]));
    let renamed = Funnel { name: "Parties".to_owned(), ..weddings.clone() };
    shop.act(put_funnel(&renamed, Vec::new()));
    assert_eq!(seen_by(&shop), Some(vec![caio, bia]), "who does not speak of it leaves it as it is");
    shop.act(undo);
    assert_eq!(seen_by(&shop), None, "everybody again");
    shop.act(put_funnel(&named, Vec::new()));
    let undo =
        shop.act(put_funnel(&Funnel { seen_by: Some(Vec::new()), ..weddings.clone() }, Vec::new())).inverse.unwrap();
    assert_eq!(seen_by(&shop), None, "nobody named is everybody");
    shop.act(undo);
    assert_eq!(seen_by(&shop), Some(vec![caio, bia]));
    let many = (0..=u128::from(MAX_FUNNEL_MEMBERS)).map(|n| MemberId(Uuid::from_u128(n))).collect();
    let too_many = put_funnel(&Funnel { seen_by: Some(many), ..weddings.clone() }, Vec::new());
    assert_eq!(shop.refused(too_many), Refusal::TooMany { limit: MAX_FUNNEL_MEMBERS });
}

#[test]
fn intake_belongs_to_no_funnel_and_stays() {
    let mut shop = Shop::open();
    let with = |stages, gone| Act::PutFunnel { funnel: seeded::funnel(), stages, gone };
    assert_eq!(shop.refused(with(Vec::new(), vec![seeded::INTAKE])), Refusal::StageIntake);
    let intake = seeded::stages()[0].clone();
    assert_eq!(shop.refused(with(vec![intake], Vec::new())), Refusal::ChangedMeanwhile, "nor is it anybody's column");
    let bound = Stage { bound_status_id: Some(seeded::LOST), ..stage(2, "Lost ones") };
    assert_eq!(shop.refused(with(vec![bound], Vec::new())), Refusal::StatusFinal, "R5");
}

#[test]
fn there_is_room_for_twenty_funnels_of_thirty_stages() {
    let mut shop = Shop::open();
    for n in 1..u128::from(MAX_FUNNELS) {
        shop.act(put_funnel(&funnel(n, &format!("Funnel {n}")), Vec::new()));
    }
    let one_more = put_funnel(&funnel(99, "One more"), Vec::new());
    assert_eq!(shop.refused(one_more), Refusal::TooMany { limit: MAX_FUNNELS });
    let stages = |count: u32| (0..count).map(|n| stage(1_000 + u128::from(n), &format!("Stage {n}"))).collect();
    let own = funnel(1, "Funnel 1");
    assert_eq!(shop.refused(put_funnel(&own, stages(MAX_STAGES + 1))), Refusal::TooMany { limit: MAX_STAGES });
    shop.act(put_funnel(&own, stages(MAX_STAGES)));
    let position = |n: u128| match shop.world.rows.get(&Row::Stage(stage(1_000 + n, "")).key()) {
        Some(Row::Stage(row)) => row.position.clone(),
        other => panic!("{other:?}"),
    };
    assert!((1..u128::from(MAX_STAGES)).all(|n| position(n - 1) < position(n)), "in the order in which they came");
}

#[test]
fn a_source_that_leads_came_from_stays_until_they_were_remapped() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    let fair = Source { id: SourceId(Uuid::from_u128(1)), code: None, name: "Feria".to_owned(), number: None };
    shop.act(Act::PutSource { source: fair.clone() });
    let auto_lead = AutoLead { source_id: Some(fair.id), ..AutoLead::default() };
    shop.act(Act::SetAutoLead { line_id, auto_lead });
    let in_use = Refusal::SourceInUse { source_id: fair.id };
    assert_eq!(shop.refused(Act::DeleteSource { id: fair.id }), in_use, "the next lead of the line would have it");
    shop.writes("maria", "hi");
    shop.act(Act::SetAutoLead { line_id, auto_lead: AutoLead::default() });
    assert_eq!(shop.refused(Act::DeleteSource { id: fair.id }), in_use);
    let lead_ids: Vec<LeadId> = shop.world.leads().map(|lead| lead.id).collect();
    let to = seeded::source_of("manual").unwrap();
    shop.act(Act::RemapLeads { lead_ids, remap: Remap::Source { from: fair.id, to } });
    shop.act(Act::DeleteSource { id: fair.id });
    assert_eq!(shop.refused(Act::DeleteSource { id: to }), Refusal::SourceSystem { source_id: to });
}

#[test]
fn a_marker_is_called_and_drawn_as_the_workspace_wants_and_no_two_alike() {
    let mut shop = Shop::open();
    let look = |marker, name: &str, sign: &str| MarkerLook { marker, name: name.to_owned(), sign: sign.to_owned() };
    let put = |markers| Act::PutSaleSettings { settings: SaleSettings { markers, ..SaleSettings::default() } };
    let nothing = look(Marker::Done, "", "");
    let undo = shop
        .act(put(vec![look(Marker::Stuck, " Waiting  for stock ", ""), look(Marker::Urgent, "Now", "🚒"), nothing]))
        .inverse
        .unwrap();
    let kept = |shop: &Shop| match shop.world.rows.get(&RowKey { entity: Entity::SaleSettings, id: seeded::SETTINGS }) {
        Some(Row::SaleSettings(settings)) => settings.markers.clone(),
        other => panic!("{other:?}"),
    };
    let wanted = [look(Marker::Urgent, "Now", "🚒"), look(Marker::Stuck, "Waiting for stock", "")];
    assert_eq!(kept(&shop), wanted, "in the order of the markers, without what says nothing");
    let twins = put(vec![look(Marker::Urgent, "Ahora", ""), look(Marker::Done, "ÁHORA", "")]);
    assert_eq!(shop.refused(twins), Refusal::NameTaken { id: seeded::SETTINGS, name: "Ahora".to_owned() });
    let long = put(vec![look(Marker::Urgent, &"x".repeat(41), "")]);
    assert_eq!(shop.refused(long), Refusal::NameInvalid { max_chars: 40 });
    for sign in ["urgent", "a", "🔥🔥🔥🔥🔥🔥🔥🔥🔥", "\u{7}"] {
        assert_eq!(shop.refused(put(vec![look(Marker::Urgent, "", sign)])), Refusal::SignInvalid, "{sign:?}");
    }
    shop.act(undo);
    assert!(kept(&shop).is_empty(), "as the product has them");
}

#[test]
fn what_scores_mean_is_the_workspaces_and_each_band_holds_a_score() {
    let mut shop = Shop::open();
    let band = |band, from, name: &str, color: &str| ScoreBand { band, from, name: name.into(), color: color.into() };
    let put = |bands| Act::PutSaleSettings { settings: SaleSettings { bands, ..SaleSettings::default() } };
    let kept = |shop: &Shop| match shop.world.rows.get(&RowKey { entity: Entity::SaleSettings, id: seeded::SETTINGS }) {
        Some(Row::SaleSettings(settings)) => settings.bands.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        Band::ALL.map(|one| scores_of(&kept(&shop), one)),
        [(0, 39), (40, 69), (70, 100)],
        "unless said otherwise"
    );
    let undo = shop.act(put(vec![band(Band::Hot, 90, " Muy  caliente ", "#D04A2A")])).inverse.unwrap();
    let wanted =
        [band(Band::Cold, 0, "", ""), band(Band::Warm, 40, "", ""), band(Band::Hot, 90, "Muy caliente", "#d04a2a")];
    assert_eq!(kept(&shop), wanted, "whole, and in their order");
    assert_eq!(Band::ALL.map(|one| scores_of(&kept(&shop), one)), [(0, 39), (40, 89), (90, 100)]);
    for (warm, hot) in [(0, 70), (70, 70), (71, 70), (40, 101), (101, 102)] {
        let act = put(vec![band(Band::Warm, warm, "", ""), band(Band::Hot, hot, "", "")]);
        assert_eq!(shop.refused(act), Refusal::BandsInvalid, "warm from {warm}, hot from {hot}");
    }
    shop.act(put(vec![band(Band::Warm, 1, "", ""), band(Band::Hot, 100, "", "")]));
    assert_eq!(scores_of(&kept(&shop), Band::Warm), (1, 99), "as far as it goes");
    let twins = put(vec![band(Band::Cold, 0, "Frio", ""), band(Band::Hot, 70, "FRÍO", "")]);
    assert_eq!(shop.refused(twins), Refusal::NameTaken { id: seeded::SETTINGS, name: "Frio".to_owned() });
    let long = put(vec![band(Band::Warm, 40, &"x".repeat(41), "")]);
    assert_eq!(shop.refused(long), Refusal::NameInvalid { max_chars: 40 });
    assert_eq!(shop.refused(put(vec![band(Band::Hot, 70, "", "red")])), Refusal::ColorInvalid);
    shop.act(undo);
    assert!(kept(&shop).is_empty(), "as the product has them");
    shop.act(put(Band::ALL.map(|one| band(one, one.usual_from(), "", "")).into()));
    assert!(kept(&shop).is_empty(), "said as the product has them they stay the product's");
}

#[test]
fn a_filter_names_a_band_and_one_that_was_kept_as_scores_still_reads() {
    let read = |text: &str| serde_json::from_str::<filter::LeadFilter>(text).unwrap().score;
    assert_eq!(read(r#"{"score":{"is":"band","band":"hot"}}"#), Some(filter::ScoreIs::Band { band: Band::Hot }));
    assert_eq!(
        read(r#"{"score":{"is":"between","min":70,"max":100}}"#),
        Some(filter::ScoreIs::Between { min: 70, max: 100 }),
        "as it was kept before"
    );
}

#[test]
fn what_is_used_is_kept_as_it_was_known_and_is_left_alone_where_it_is_there() {
    let mut shop = Shop::open();
    let quoted = status(0x00fe_ed01, "Quoted", Category::Open);
    let visit = Stage { bound_status_id: Some(quoted.id), ..stage(0x00fe_ed03, "Visit") };
    let weddings = Funnel { is_main: false, ..funnel(0x00fe_ed02, "Weddings") };
    let source =
        Source { id: SourceId(Uuid::from_u128(0x00fe_ed04)), code: None, name: "Feira".to_owned(), number: None };
    let price = seeded::lost_reasons()[0].clone();
    let keep = |row: &SaleRow| Act::KeepSaleRow { row: Box::new(row.clone()) };
    let there = |shop: &Shop, id: Uuid| shop.world.rows.keys().any(|key| key.id == id);

    shop.act(keep(&SaleRow::Stage { funnel: weddings.clone(), stage: visit.clone() }));
    assert!(there(&shop, weddings.id.0) && there(&shop, visit.id.0), "a stage brings its funnel along");
    let Some(Row::Stage(kept)) = shop.world.rows.values().find(|row| row.key().id == visit.id.0).cloned() else {
        panic!("the stage")
    };
    assert_eq!((kept.funnel_id, kept.bound_status_id), (Some(weddings.id), None), "without a status that is gone");
    for row in [SaleRow::Status { status: quoted.clone() }, SaleRow::Source { source: source.clone() }] {
        shop.act(keep(&row));
    }
    shop.act(Act::DeleteLostReason { id: price.id });
    shop.act(keep(&SaleRow::Reason { reason: price.clone() }));
    assert!(there(&shop, quoted.id.0) && there(&shop, source.id.0) && there(&shop, price.id.0));

    let renamed = LeadStatus { name: "Offered".to_owned(), ..quoted.clone() };
    shop.act(Act::PutLeadStatus { status: renamed });
    let effects = shop.act(keep(&SaleRow::Status { status: quoted.clone() }));
    assert_eq!((effects.changes, effects.inverse), (Vec::new(), None), "a newer name stays");
    shop.act(Act::DeleteLeadStatus { id: quoted.id });
    shop.act(Act::PutLeadStatus { status: status(0x00fe_ed05, "QUOTED", Category::Open) });
    let taken = shop.refused(keep(&SaleRow::Status { status: quoted }));
    assert!(matches!(taken, Refusal::NameTaken { .. }), "somebody else has the name by now: {taken:?}");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

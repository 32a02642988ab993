//! What one deletes and another uses meanwhile is there again.

use super::*;

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

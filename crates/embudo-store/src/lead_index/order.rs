//! Pages in any order: only the rows of the page are sorted.

use super::LeadOrder;
use super::columns::Columns;
use crate::memory::{beginning, number, page_of};
use crate::screens::CardOrder;
use embudo_domain::LeadId;
use embudo_domain::filter::LeadSort;
use std::cmp::Ordering;

#[derive(Clone, Copy)]
pub(super) enum Order {
    Sorted(LeadOrder),
    /// Of a column of the board.
    Board(CardOrder),
}

/// A row's place as far as one number says it.
#[derive(Clone, Copy)]
struct Place {
    /// It has no such value and comes last, whatever the direction.
    is_absent: bool,
    value: u64,
    at: u32,
}

impl Columns {
    /// Rows `offset` to `offset + limit` of these in their order.
    pub(super) fn page(&self, rows: &[u32], order: Order, offset: usize, limit: usize) -> Vec<LeadId> {
        let places: Vec<Place> = rows.iter().map(|at| self.place(*at, order)).collect();
        let page = page_of(places, offset, limit, |one, other| self.compare(order, one, other));
        page.iter().map(|place| self.id(place.at)).collect()
    }

    fn place(&self, at: u32, order: Order) -> Place {
        let value = match self.text(at, order) {
            Some(text) => (!text.is_empty()).then(|| beginning(text)),
            None => self.value(at as usize, order).map(number),
        };
        let is_descending = matches!(order, Order::Sorted(LeadOrder { descending: true, .. }));
        let turned = |value: u64| if is_descending { !value } else { value };
        Place { is_absent: value.is_none(), value: value.map_or(0, turned), at }
    }

    fn compare(&self, order: Order, one: &Place, other: &Place) -> Ordering {
        let by_place = (one.is_absent, one.value).cmp(&(other.is_absent, other.value));
        by_place
            .then_with(|| self.compare_texts(order, one, other))
            .then_with(|| self.id(one.at).cmp(&self.id(other.at)))
    }

    /// Of texts that begin alike.
    fn compare_texts(&self, order: Order, one: &Place, other: &Place) -> Ordering {
        let by_text = self.text(one.at, order).cmp(&self.text(other.at, order));
        if matches!(order, Order::Sorted(LeadOrder { descending: true, .. })) { by_text.reverse() } else { by_text }
    }

    /// None: the order is by a number.
    fn text(&self, at: u32, order: Order) -> Option<&str> {
        let table = &self.table;
        let column = match order {
            Order::Sorted(LeadOrder { sort: LeadSort::Name, .. }) => &table.name,
            Order::Sorted(_) => return None,
            Order::Board(CardOrder::Lifted) => &table.board_key,
            Order::Board(CardOrder::Manual) => &table.position,
        };
        Some(&column[at as usize])
    }

    fn value(&self, at: usize, order: Order) -> Option<i64> {
        let table = &self.table;
        let Order::Sorted(LeadOrder { sort, .. }) = order else { return None };
        let place = |code| self.meanings.get(code).place.map(i64::from);
        match sort {
            LeadSort::Name => None,
            LeadSort::Number => table.number[at].get(),
            LeadSort::Status => place(table.status[at]),
            LeadSort::Stage => place(table.stage[at]),
            LeadSort::Marker => Some(table.marker[at].weight()),
            LeadSort::Score => table.score[at].map(i64::from),
            LeadSort::Source => place(table.source[at]),
            LeadSort::LastActivity => (table.line[at] != 0).then(|| table.last_at_ms[at]),
            LeadSort::Opened => Some(table.opened_at_ms[at]),
            LeadSort::Closed => table.closed_at_ms[at].get(),
            LeadSort::NextFollowUp => table.next_follow_up_ms[at].get(),
            LeadSort::DaysInStage => {
                table.closed_at_ms[at].is_none().then(|| table.stage_since_ms[at].saturating_neg())
            }
        }
    }
}

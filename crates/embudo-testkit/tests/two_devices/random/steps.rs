//! What may happen next, at random.

use super::catalogues::{CatalogueDeed, catalogue_deed};
use super::leads::{LeadDeed, lead_deed};
use super::people::{PeopleDeed, people_deed};
use super::screen::any_of_them;
use proptest::prelude::*;

pub const CUSTOMERS: [&str; 4] = ["maria", "joao", "li", "rosa"];

#[derive(Clone, Debug)]
pub enum Step {
    /// `keeps`: what the deed uses is kept before, as the app does it (ADR 0117).
    Does {
        at: usize,
        deed: Deed,
        keeps: bool,
    },
    /// Pushes and pulls.
    Speaks {
        at: usize,
    },
    /// Pulls only: what it has done stays with it.
    Hears {
        at: usize,
    },
    /// Pushes, and the line breaks before the answer is here.
    Unheard {
        at: usize,
    },
    /// Both, until nothing is left.
    Meet,
    Writes {
        who: usize,
    },
    Passes {
        hours: i64,
    },
}

#[derive(Clone, Debug)]
pub enum Deed {
    Lead(LeadDeed),
    People(PeopleDeed),
    Catalogue(CatalogueDeed),
    /// One of the last that this device did.
    Undo {
        nth: usize,
    },
}

pub fn any_step() -> impl Strategy<Value = Step> {
    let at = || 0..2_usize;
    let deed = prop_oneof![
        9 => lead_deed().prop_map(Deed::Lead),
        6 => people_deed().prop_map(Deed::People),
        9 => catalogue_deed().prop_map(Deed::Catalogue),
        4 => any_of_them().prop_map(|nth| Deed::Undo { nth }),
    ];
    prop_oneof![
        40 => (at(), deed, proptest::bool::weighted(0.85)).prop_map(|(at, deed, keeps)| Step::Does { at, deed, keeps }),
        3 => at().prop_map(|at| Step::Speaks { at }),
        2 => at().prop_map(|at| Step::Hears { at }),
        1 => at().prop_map(|at| Step::Unheard { at }),
        1 => Just(Step::Meet),
        3 => (0..CUSTOMERS.len()).prop_map(|who| Step::Writes { who }),
        1 => (1..40_i64).prop_map(|hours| Step::Passes { hours }),
    ]
}

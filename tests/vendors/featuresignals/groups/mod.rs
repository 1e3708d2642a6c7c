//! The groups, in the order in which they ask for more.

mod attaching;
mod basics;
mod deleting;
mod drift;
mod operators;
mod ownership;
mod pages;
mod refreshing;
mod rules;
mod texts;

use super::stage;
use crate::vendors::story::Group;

/// All of them.
pub(super) fn groups() -> Vec<Group> {
    let chapters = [
        basics::groups(),
        operators::groups(),
        texts::groups(),
        rules::groups(),
        pages::groups(),
        drift::groups(),
        ownership::groups(),
        attaching::groups(),
        refreshing::groups(),
        deleting::groups(),
    ];
    chapters.into_iter().flatten().collect()
}

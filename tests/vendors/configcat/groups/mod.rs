//! The groups, in the order in which a provider should meet them.

mod attaching;
mod basics;
mod comparators;
mod deleting;
mod ownership;
mod texts;

use crate::vendors::story::Group;

pub(super) fn groups() -> Vec<Group> {
    let chapters = [
        basics::groups(),
        comparators::groups(),
        texts::groups(),
        ownership::groups(),
        attaching::groups(),
        deleting::groups(),
    ];
    chapters.into_iter().flatten().collect()
}

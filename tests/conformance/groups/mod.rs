//! The groups, a file for each demand.

pub(super) mod attaching;
pub(super) mod basics;
pub(super) mod deleting;
pub(super) mod drift;
pub(super) mod limits;
pub(super) mod operators;
pub(super) mod ownership;
pub(super) mod renames;
pub(super) mod rules;
pub(super) mod targets;
pub(super) mod texts;
pub(super) mod twins;
pub(super) mod values;

//! What is on a server, and that nothing changed which nobody asked to change.

use super::vendor::Vendor;
use crate::support::workspace::WORKSPACE;
use segctl::plan::{Action, Plan, Work};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that matters on a server.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// Segments by key, those that are gone for good left out; without what counts or dates them.
    pub(crate) segments: BTreeMap<String, Value>,
    /// Rules by the id that segctl gives them ([`segctl::live::LiveRule::id`]), without their
    /// segments and without what counts or dates them.
    pub(crate) rules: BTreeMap<String, Value>,
    /// The keys of the segments on each rule; of those that a user must not be in, after a `!`.
    pub(crate) on: BTreeMap<String, BTreeSet<String>>,
    /// Whatever else there is: flags, environments.
    pub(crate) rest: Value,
}

/// The name in the mark of a segment of this workspace.
pub(crate) fn owner<V: Vendor>(segment: &Value) -> Option<String> {
    V::mark(segment).filter(|mark| mark.workspace == WORKSPACE).map(|mark| mark.name)
}

/// What `plan` should have left alone and did not.
pub(crate) fn trespass<V: Vendor>(before: &Seen, after: &Seen, plan: &Plan) -> Result<(), String> {
    let foreign = before.segments.iter().filter(|(_, it)| owner::<V>(it).is_none());
    for (key, segment) in foreign {
        let adopted = plan
            .planned()
            .any(|step| step.action == Action::Adopt && step.before.is_some() && step.key == *key);
        if !adopted && after.segments.get(key) != Some(segment) {
            return Err(format!("a foreign segment was touched: {segment}"));
        }
    }
    if before.rules != after.rules {
        return Err(format!("a rule was touched: {:?}\n is now {:?}", before.rules, after.rules));
    }
    if before.rest != after.rest {
        return Err(format!("something was touched: {}\n is now {}", before.rest, after.rest));
    }
    for (id, on) in &before.on {
        let is_meant = plan
            .planned()
            .any(|step| matches!(&step.work, Work::Attach { rule, .. } if rule.id == *id));
        if !is_meant && after.on.get(id) != Some(on) {
            return Err(format!("the segments of {id} were touched: {on:?}"));
        }
    }
    Ok(())
}

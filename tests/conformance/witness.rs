//! Sees what is on the server, and that nothing changed which nobody asked to change.

use super::stage::{ENVIRONMENT, FLAG};
use crate::support::admin::Admin;
use crate::support::workspace::WORKSPACE;
use segctl::plan::{Action, Plan, Work};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Everything on the server, by id.
#[derive(Debug)]
pub(super) struct Sight {
    pub(super) segments: Vec<Value>,
    pub(super) flag: Value,
    /// The segments of the default strategy.
    pub(super) default_segments: Value,
}

/// Looks at the server.
pub(super) async fn look(admin: &Admin) -> Sight {
    let mut segments = admin.segments().await;
    for segment in segments.iter_mut().filter_map(Value::as_object_mut) {
        // A count of the strategies around it is no part of a segment.
        segment.remove("usedInFeatures");
        segment.remove("usedInProjects");
    }
    let default_segments = admin.default_segments(ENVIRONMENT).await;
    Sight { segments, flag: admin.flag(FLAG).await, default_segments }
}

/// What `plan` should have left alone and did not.
pub(super) fn trespass(before: &Sight, after: &Sight, plan: &Plan) -> Result<(), String> {
    let steps = || plan.planned();
    for segment in before.segments.iter().filter(|it| is_foreign(it)) {
        let adopted = steps()
            .any(|step| step.action == Action::Adopt && segment["name"] == step.key.as_str());
        if !adopted && !after.segments.contains(segment) {
            return Err(format!("a foreign segment was touched: {segment}"));
        }
    }
    if before.default_segments != after.default_segments {
        return Err(format!("the default strategy was touched: {}", after.default_segments));
    }
    let (then, now) = (strategies(&before.flag), strategies(&after.flag));
    for (id, strategy) in &then {
        let is_meant =
            steps().any(|step| matches!(&step.work, Work::Attach { rule, .. } if rule.id == *id));
        let seen = now.get(id).ok_or(format!("the strategy {id} is gone"))?;
        let same = if is_meant {
            without_segments(strategy) == without_segments(seen)
        } else {
            without_segments(strategy) == without_segments(seen)
                && segments(strategy) == segments(seen)
        };
        if !same {
            return Err(format!("a strategy was touched: {strategy}\n      is now {seen}"));
        }
    }
    Ok(())
}

fn is_foreign(segment: &Value) -> bool {
    let description = segment["description"].as_str().unwrap_or_default();
    let mark = format!("managed by segctl: {WORKSPACE}/");
    let last = description.trim_end().lines().last().unwrap_or_default();
    !last.to_lowercase().starts_with(&mark)
}

fn without_segments(strategy: &Value) -> Value {
    let mut strategy = strategy.clone();
    strategy["segments"] = Value::Null;
    strategy
}

/// The strategies of a flag in all environments, by id.
fn strategies(flag: &Value) -> BTreeMap<String, Value> {
    let environments = flag["environments"].as_array().into_iter().flatten();
    let strategies = environments.filter_map(|it| it["strategies"].as_array());
    strategies
        .flatten()
        .map(|it| (it["id"].as_str().unwrap_or_default().to_owned(), it.clone()))
        .collect()
}

/// The first strategy of that title.
pub(super) fn strategy<'a>(
    strategies: &'a BTreeMap<String, Value>,
    title: &str,
) -> Result<&'a Value, String> {
    let found = strategies.values().find(|it| it["title"] == title);
    found.ok_or_else(|| format!("no strategy is titled `{title}`"))
}

pub(super) fn id_of_strategy(flag: &Value, title: &str) -> Result<String, String> {
    let strategies = strategies(flag);
    let id = strategy(&strategies, title)?["id"].as_str();
    Ok(id.unwrap_or_default().to_owned())
}

/// Of twins, the oldest: servers list them in any order.
pub(super) fn id_of_segment(segments: &[Value], name: &str) -> Result<u64, String> {
    let named = segments.iter().filter(|it| it["name"] == name);
    let oldest = named.filter_map(|it| it["id"].as_u64()).min();
    oldest.ok_or_else(|| format!("there is no segment `{name}`"))
}

/// The names of the segments on the strategy with that title, sorted.
pub(super) fn names_on(sight: &Sight, title: &str) -> Result<Vec<String>, String> {
    let strategies = strategies(&sight.flag);
    let ids = strategy(&strategies, title)?["segments"].clone();
    let ids = ids.as_array().cloned().unwrap_or_default();
    let named = sight.segments.iter().filter(|it| ids.contains(&it["id"]));
    let mut sorted: Vec<String> =
        named.map(|it| it["name"].as_str().unwrap_or_default().to_owned()).collect();
    sorted.sort();
    Ok(sorted)
}

/// The ids of its segments; their order is that of rows on disk, which means nothing.
fn segments(strategy: &Value) -> BTreeSet<String> {
    let ids = strategy["segments"].as_array().into_iter().flatten();
    ids.map(Value::to_string).collect()
}

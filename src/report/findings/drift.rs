//! What people changed, what may be theirs, and what is not applied yet.

use super::{Finding, Level, MILD, Place, Rank, Rule, steps};
use crate::plan::{Difference, Drift, ObjectKind, Plan};
use crate::report::text;

/// The drift of `target`, seen in `plan`.
pub(super) fn drift(target: &str, plan: &Plan, drift: &Drift) -> Vec<Finding> {
    let drifted = drift.drifted.iter().map(|it| difference(target, Rule::Drifted, it));
    let unclear = drift.unclear.iter().map(|it| difference(target, Rule::Unclear, it));
    let ahead = drift.ahead.iter().map(|(kind, name)| {
        let step = plan.steps.iter().find(|it| it.kind == *kind && it.name == *name);
        Finding { place: step.and_then(steps::place), ..ahead(target, *kind, name) }
    });
    drifted.chain(unclear).chain(ahead).collect()
}

fn difference(target: &str, rule: Rule, it: &Difference) -> Finding {
    let named = text::named(it.kind, &it.name);
    let key = format!("{target}\n{}\n{}\n{}", it.kind.name(), it.name, it.key);
    let mut finding = Finding::new(Level::Warning, rule, named.clone(), key);
    let known = if it.key == it.name { String::new() } else { format!(" ({})", it.key) };
    let what = match rule {
        Rule::Drifted if it.stays => "was changed in the live system",
        Rule::Drifted => "was changed in the live system; `apply` sets it back",
        _ => "differs, and nothing tells whether Git or the live system moved",
    };
    finding.say(&format!("{target}: {named}{known} {what}"));
    if let Some(effect) = it.effect {
        finding.say(&format!("the difference {} the audience", effect.name()));
    }
    if let Some(remark) = &it.remark {
        finding.say(remark);
    }
    finding.lines.extend(steps::changes(&it.changes));
    finding.lines.extend(steps::used(&it.used_by));
    finding.rank = Rank::of_effect(it.effect).unwrap_or(MILD);
    finding.place = it.origin.as_ref().map(Place::of);
    finding
}

fn ahead(target: &str, kind: ObjectKind, name: &str) -> Finding {
    let named = text::named(kind, name);
    let key = format!("{target}\n{}\n{name}", kind.name());
    let mut finding = Finding::new(Level::Note, Rule::Ahead, named.clone(), key);
    finding.say(&format!("{target}: {named} changed in Git, and is not applied yet"));
    finding
}

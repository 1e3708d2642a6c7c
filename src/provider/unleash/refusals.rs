//! What Unleash would refuse, told before anything is sent.

use semver::Version;
use serde_json::{Map, Value as Json};

use super::compile::since;
use super::{SEGMENT_VALUES, STRATEGY_SEGMENTS};
use crate::desired::{Canonical, Desired};
use crate::diagnostic::Code;
use crate::live::{Live, LiveRule, Questions};
use crate::plan::{Refusal, SegmentRef, Step, Work};

/// Why Unleash would refuse `step`.
pub(crate) fn refuse(desired: &Desired, live: &Live, step: &Step) -> Option<Refusal> {
    match &step.work {
        Work::Create { document, .. } => segment(document, None, live),
        Work::Replace { document, id, .. } => segment(document, Some(id), live),
        Work::Attach { rule, segments, .. } => attachment(desired, live, rule, segments),
        _ => None,
    }
}

/// What must be asked before `step`, which sends `document` in the place of `before`, can be
/// trusted.
pub(crate) fn questions(_: &Step, document: &Canonical, before: Option<&Canonical>) -> Questions {
    let project = |of: &Canonical| text(of.document(), "project").map(str::to_owned);
    let wanted = project(document);
    Questions {
        projects: wanted.is_some() && wanted != before.and_then(project),
        legal_values: constraints(document).next().is_some(),
        ..Questions::default()
    }
}

/// Nothing of a step is worth a word beside what it changes.
pub(crate) fn warnings(_: &Desired, _: &Live, _: &Step) -> Vec<String> {
    vec![]
}

fn segment(document: &Canonical, id: Option<&str>, live: &Live) -> Option<Refusal> {
    too_old(document, live)
        .or_else(|| unknown_project(document, live))
        .or_else(|| scope_in_use(document, id?, live))
        .or_else(|| too_many_values(document, live))
        .or_else(|| illegal_value(document, live))
}

fn constraints(document: &Canonical) -> impl Iterator<Item = &Map<String, Json>> {
    let list = document.document().get("constraints").and_then(Json::as_array);
    list.into_iter().flatten().filter_map(Json::as_object)
}

fn text<'a>(object: &'a Map<String, Json>, field: &str) -> Option<&'a str> {
    object.get(field).and_then(Json::as_str)
}

fn values(constraint: &Map<String, Json>) -> impl Iterator<Item = &str> {
    let list = constraint.get("values").and_then(Json::as_array);
    list.into_iter().flatten().filter_map(Json::as_str)
}

fn too_old(document: &Canonical, live: &Live) -> Option<Refusal> {
    let server = Version::parse(live.version.as_deref()?).ok()?;
    let operators = constraints(document).filter_map(|it| text(it, "operator"));
    let (operator, needed) = operators
        .filter_map(|operator| Some((operator, since(operator)?)))
        .find(|(_, needed)| server < *needed)?;
    let message = format!("{operator} needs Unleash {needed}, and the server is {server}");
    Some(Refusal::new(Code::ServerTooOld, message))
}

fn unknown_project(document: &Canonical, live: &Live) -> Option<Refusal> {
    let project = text(document.document(), "project")?;
    let known = live.answers.projects.as_ref()?;
    if known.contains(project) {
        return None;
    }
    let message = format!("the server has no project `{project}`");
    let names: Vec<String> = known.iter().take(20).map(|it| format!("`{it}`")).collect();
    Some(Refusal::new(Code::UnknownProject, message).help(format!("it has {}", names.join(", "))))
}

fn scope_in_use(document: &Canonical, id: &str, live: &Live) -> Option<Refusal> {
    let project = text(document.document(), "project")?;
    let uses = live.answers.uses.get(id)?;
    let mut others: Vec<String> = uses
        .iter()
        .filter(|it| it.place.project != project)
        .map(|it| format!("{} in project {}", it.place.flag, it.place.project))
        .collect();
    others.sort();
    others.dedup();
    if others.is_empty() {
        return None;
    }
    let message = format!("it cannot be scoped to `{project}` while {} uses it", others.join(", "));
    Some(
        Refusal::new(Code::ScopeInUse, message)
            .help("take it off there first, or leave out `project`"),
    )
}

fn too_many_values(document: &Canonical, live: &Live) -> Option<Refusal> {
    let limit = live.limits.segment_values.unwrap_or(SEGMENT_VALUES);
    let count: usize = constraints(document).map(|it| values(it).count()).sum();
    if count <= limit {
        return None;
    }
    let message = format!("it has {count} values, and the server takes {limit}");
    Some(
        Refusal::new(Code::LimitReached, message)
            .help("split the segment, or raise the server's UNLEASH_SEGMENT_VALUES_LIMIT"),
    )
}

fn illegal_value(document: &Canonical, live: &Live) -> Option<Refusal> {
    let legal = live.answers.legal_values.as_ref()?;
    for constraint in constraints(document) {
        let Some(field) = text(constraint, "contextName") else {
            continue;
        };
        let Some(allowed) = legal.get(field) else {
            continue;
        };
        let single = text(constraint, "value").filter(|_| values(constraint).next().is_none());
        if let Some(illegal) = values(constraint).chain(single).find(|it| !allowed.contains(*it)) {
            let message =
                format!("`{illegal}` is not a legal value of the context field `{field}`");
            let names: Vec<String> = allowed.iter().take(20).map(|it| format!("`{it}`")).collect();
            let help = format!("legal are {}", names.join(", "));
            return Some(Refusal::new(Code::IllegalValue, message).help(help).tells(field));
        }
    }
    None
}

fn attachment(
    desired: &Desired,
    live: &Live,
    rule: &LiveRule,
    segments: &[SegmentRef],
) -> Option<Refusal> {
    let limit = live.limits.rule_segments.unwrap_or(STRATEGY_SEGMENTS);
    if segments.len() > limit {
        let message = format!("it has {} segments, and the server takes {limit}", segments.len());
        return Some(Refusal::new(Code::LimitReached, message).help("join some of the segments"));
    }
    let project = &rule.place.project;
    let documents = segments.iter().filter_map(|it| match it {
        SegmentRef::Live(id) => in_git(desired, live, id),
        SegmentRef::Made(name) => desired.segments.get(name).map(|it| &it.document),
    });
    let (key, scope) = documents
        .map(Canonical::document)
        .filter_map(|document| Some((text(document, "name")?, text(document, "project")?)))
        .find(|(_, scope)| scope != project)?;
    let message = format!("`{key}` is scoped to project `{scope}`, and the flag is in `{project}`");
    Some(Refusal::new(Code::OutOfScope, message))
}

/// The document of a live segment as it will be once the plan is done.
fn in_git<'a>(desired: &'a Desired, live: &'a Live, id: &str) -> Option<&'a Canonical> {
    let segment = live.segment(id)?;
    let mark = segment.mark.as_ref().filter(|mark| mark.workspace == desired.workspace);
    let document = mark.and_then(|mark| desired.segments.get(&mark.name));
    Some(document.filter(|it| !it.external).map_or(&segment.document, |it| &it.document))
}

//! The words of a review.

use super::item::{Item, Rank, Remark, Tone};
use super::{Finding, Ignored, Section};
use crate::apply::Outcome;
use crate::diagnostic::Severity;
use crate::plan::{Cause, Effect, Step, Why};
use crate::report::Report;
use crate::report::text::{self, several};

/// What a report of `command` is called by somebody who never saw one.
pub(super) fn title(command: &str) -> String {
    let title = match command {
        "plan" => "What a merge will do",
        "apply" => "What was applied",
        "drift" => "What people changed in the live system",
        "validate" => "Whether the documents are valid",
        _ => "segctl",
    };
    title.to_owned()
}

/// What a report comes to, over all its targets.
pub(super) fn summary(
    report: &Report<'_>,
    sections: &[Section<'_>],
    (findings, ignored): (&[Finding], &[Ignored]),
) -> String {
    let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let mut sentences = vec![];
    if report.failure.is_some() {
        sentences.push("It could not be told.".to_owned());
    }
    if errors > 0 {
        sentences.push(format!("{} in the documents.", several(errors, "error")));
    }
    if warnings > 0 {
        sentences.push(format!("{} about the documents.", several(warnings, "warning")));
    }
    match sections {
        [] if sentences.is_empty() => sentences.push("All documents are valid.".to_owned()),
        [only] => sentences.insert(0, only.summary.clone()),
        _ => {}
    }
    let failed = sections.iter().filter(|it| it.failed).count();
    if sections.len() > 1 {
        let changed = sections.iter().filter(|it| !it.failed && !it.items.is_empty()).count();
        let with = format!("{} of {} targets with something to see.", changed, sections.len());
        sentences.insert(0, with);
        if failed > 0 {
            sentences.push(format!("{} could not be read.", several(failed, "target")));
        }
    }
    sentences.extend(held_back(sections));
    sentences.extend(audiences(sections));
    sentences.extend((!ignored.is_empty()).then(|| text::count_of_suppressed(ignored.len()) + "."));
    sentences.join(" ")
}

/// That `apply` does nothing of it, where that is so.
fn held_back(sections: &[Section<'_>]) -> Option<String> {
    let guarded = sections.iter().filter(|it| it.guarded).count();
    let what = match (guarded, sections) {
        (0, _) => return None,
        (_, [_]) => "it".to_owned(),
        (targets, _) => several(targets, "target"),
    };
    let them = if guarded == 1 { "it" } else { "them" };
    Some(format!("The guard stops {what}: apply refuses {them} without --force-guard."))
}

/// How many let others in, or may.
fn audiences(sections: &[Section<'_>]) -> Option<String> {
    let count = |fits: &dyn Fn(&Item<'_>) -> bool| {
        sections.iter().flat_map(|it| &it.items).filter(|it| fits(it)).count()
    };
    let widen = count(&|it| it.rank == Rank::Widens);
    // What is refused has another rank.
    let replace = count(&|it| it.rank == Rank::Unproven && it.effect == Some(Effect::Replaces));
    let unproven = count(&|it| it.rank == Rank::Unproven && it.is_unproven);
    let said: Vec<String> = [
        (widen, "widens", "widen"),
        (replace, "replaces", "replace"),
        (unproven, "is not proven to leave", "are not proven to leave"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
    .collect();
    let (first, rest) = said.split_first()?;
    let rest: Vec<String> = rest.iter().map(|it| format!(", {it} it")).collect();
    Some(format!("{first} who gets in{}.", rest.concat()))
}

/// What happens to the object of `step`, or what became of it.
pub(super) fn verb(step: &Step, outcome: Option<&Outcome>) -> String {
    let action = step.action.name();
    match outcome {
        None if step.refusal.is_some() => format!("{action}, refused"),
        None => action.to_owned(),
        Some(Outcome::Done) => step.action.done().to_owned(),
        Some(Outcome::Failed(_)) => format!("{action}, failed"),
        Some(Outcome::Refused) => format!("{action}, refused"),
        Some(Outcome::Skipped(_) | Outcome::Stopped) => format!("{action}, skipped"),
    }
}

/// How a step ended, where it was not done.
pub(super) fn ended(outcome: &Outcome) -> Option<Remark> {
    match outcome {
        Outcome::Done | Outcome::Refused => None,
        Outcome::Failed(failure) => Some(Remark { word: "failed", ..Remark::of_failure(failure) }),
        Outcome::Skipped(id) => {
            let text = format!("it waits for `{}`, which was not done", id.0);
            Some(Remark { word: "skipped", ..Remark::new(Tone::Warning, text) })
        }
        Outcome::Stopped => {
            let remark = Remark::new(Tone::Warning, "the run was stopped");
            Some(Remark { word: "skipped", ..remark })
        }
    }
}

/// A reason in a word or two.
pub(super) fn why(why: Why) -> &'static str {
    match why {
        Why::Change => "this change",
        Why::Drift => "drift",
        Why::Leftover => "left over",
        Why::Unknown => "unknown",
    }
}

/// Who moved, in a word or two.
pub(super) fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Git => "Git moved",
        Cause::Live => "drift",
        Cause::Both => "Git moved, and drift",
    }
}

/// A word of a report and what it means.
pub(crate) type Meaning = (&'static str, &'static str);

/// What the words in `sections` mean that nobody need know.
pub(crate) fn meanings(sections: &[Section<'_>]) -> Vec<Meaning> {
    let items = || sections.iter().flat_map(|it| &it.items);
    let has = |effect| items().any(|it| it.effect == Some(effect));
    let unproven = items().any(|item| item.is_unproven);
    let has_verb = |verb: &str| items().any(|it| it.verb == verb);
    let why = |word: &str| items().any(|it| it.why.contains(word));
    let known = [
        (has(Effect::Widens), "widens", "the same users and maybe more get in"),
        (has(Effect::Narrows), "narrows", "the same users or fewer get in"),
        (has(Effect::Replaces), "replaces", "other users get in"),
        (unproven, "not proven", "nothing proves who gets in afterwards"),
        (why("this change"), "this change", "the documents changed since the base"),
        (why("drift"), "drift", "a person changed the live system"),
        (why("left over"), "left over", "the base says it already, and it was never applied"),
        (why("unknown"), "unknown", "nothing tells why it differs"),
        (has_verb("orphan"), "orphan", "managed, and no longer in Git; it stays"),
        (
            has_verb("changed by hand"),
            "changed by hand",
            "since segctl wrote it; `apply` sets it back unless said otherwise",
        ),
        (has_verb("unclear"), "unclear", "nothing tells whether Git or the live system moved"),
    ];
    known.into_iter().filter(|it| it.0).map(|(_, word, meaning)| (word, meaning)).collect()
}

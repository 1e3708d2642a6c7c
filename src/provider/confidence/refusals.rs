//! What Confidence would refuse, told before anything is sent.

use serde_json::{Map, Value as Json};

use super::compile::decimal;
use super::sharing;
use crate::desired::{Allocation, Canonical, Desired};
use crate::diagnostic::Code;
use crate::live::{Live, LiveSegment, Questions, Ready, SpaceQuestion};
use crate::plan::{Refusal, SegmentRef, Step, Work};

type Fields = Map<String, Json>;

/// Why Confidence would refuse `step`.
pub(crate) fn refuse(desired: &Desired, live: &Live, step: &Step) -> Option<Refusal> {
    match &step.work {
        Work::Replace { id, .. } => {
            live.segment(id).and_then(|it| immutable(desired, live, it, step))
        }
        Work::Allocate { segment } => {
            let document = match segment {
                SegmentRef::Live(id) => desired
                    .segments
                    .get(&step.name)
                    .map(|it| &it.document)
                    .or_else(|| live.segment(id).map(|it| &it.document)),
                SegmentRef::Made(name) => desired.segments.get(name).map(|it| &it.document),
            };
            no_space(desired, live, step, document?)
        }
        Work::Delete { id } => {
            let unready = live.segment(id).is_some_and(|it| it.ready == Ready::Unallocated);
            unready.then(|| {
                let message = "it was never allocated, and Confidence archives no such segment";
                Refusal::new(Code::NotAllocated, message)
            })
        }
        _ => None,
    }
}

/// Whether a live segment holds room that others cannot have.
fn is_allocated(segment: &LiveSegment) -> bool {
    segment.ready == Ready::Yes && sharing::is_coordinated(segment.document.document())
}

fn immutable(
    desired: &Desired,
    live: &Live,
    segment: &LiveSegment,
    step: &Step,
) -> Option<Refusal> {
    if !is_allocated(segment) {
        return None;
    }
    let after = desired.segments.get(&step.name).map(|it| it.document.document());
    let growth =
        |before: &Fields, after: &Fields| (sharing::wanted(before), sharing::wanted(after));
    // Another one that is allocated too, and whose share moves the other way.
    let trades = after.and_then(|after| {
        let (now, then) = growth(segment.document.document(), after);
        desired.segments.values().find(|other| {
            let held = live.segments.iter().find(|it| it.key == other.key && is_allocated(it));
            held.is_some_and(|held| {
                let (its, will) = growth(held.document.document(), other.document.document());
                held.id != segment.id
                    && sharing::compete(after, other.document.document())
                    && ((then > now && will < its) || (then < now && will > its))
            })
        })
    });
    if let Some(other) = trades {
        let message = format!(
            "`{}` and `{}` would trade room, and both are allocated: neither can change before the \
             other gives up its part",
            step.key, other.key
        );
        return Some(Refusal::new(Code::ExclusiveSwap, message));
    }
    let message = "it is allocated, and Confidence changes no such segment";
    let help = "give the document another `id`: rules are pointed to the new segment, and who is in \
                it is drawn anew";
    Some(Refusal::new(Code::ImmutableAllocation, message).help(help))
}

fn no_space(desired: &Desired, live: &Live, step: &Step, document: &Canonical) -> Option<Refusal> {
    let fields = document.document();
    if !sharing::is_coordinated(fields) {
        return None;
    }
    let holders: Vec<&LiveSegment> = live
        .segments
        .iter()
        .filter(|it| it.key != step.key && is_allocated(it))
        .filter(|it| sharing::compete(fields, it.document.document()))
        .collect();
    let said = live.answers.space.get(&step.name).map(|it| decimal::buckets(it));
    let free = said.unwrap_or_else(|| {
        let held: u64 = holders.iter().map(|it| sharing::wanted(it.document.document())).sum();
        decimal::buckets("1").saturating_sub(held)
    });
    let free = free.saturating_sub(claimed_before(desired, live, step, fields));
    let wanted = sharing::wanted(fields);
    if wanted <= free {
        return None;
    }
    let message = format!(
        "it takes {} of the users, and {} are left beside those that it excludes",
        decimal::share(wanted),
        decimal::share(free)
    );
    let leaving = holders.iter().find(|it| {
        let in_git = desired.segments.values().any(|segment| segment.key == it.key);
        let ours = it.mark.as_ref().is_some_and(|mark| mark.workspace == desired.workspace);
        !in_git && ours
    });
    Some(match leaving {
        Some(old) if old.used => {
            let message = format!(
                "{message}: `{}` gives up its part only when it is archived, and a rule uses it",
                old.key
            );
            Refusal::new(Code::ExclusiveSwap, message)
        }
        Some(old) => {
            let help =
                format!("archive `{}` first, with --prune, and run the command again", old.key);
            Refusal::new(Code::NoSpace, message).help(help)
        }
        None => Refusal::new(Code::NoSpace, message),
    })
}

/// What other segments of this plan take first: those that are to be allocated and come earlier by
/// name.
fn claimed_before(desired: &Desired, live: &Live, step: &Step, fields: &Fields) -> u64 {
    let waits = |key: &str| {
        let found = live.segments.iter().find(|it| it.key == key);
        found.is_none_or(|it| !is_allocated(it))
    };
    let before = desired.segments.iter().filter(|(name, it)| {
        name.as_str() < step.name.as_str()
            && it.allocation == Allocation::Needed
            && !it.external
            && waits(&it.key)
            && sharing::compete(fields, it.document.document())
    });
    before.map(|(_, it)| sharing::wanted(it.document.document())).sum()
}

/// What must be asked before `step`, which sends `document` in the place of `before`, can be
/// trusted.
pub(crate) fn questions(step: &Step, document: &Canonical, _: Option<&Canonical>) -> Questions {
    let mut questions = Questions::default();
    if step.refusal.is_none() && sharing::is_coordinated(document.document()) {
        let question = SpaceQuestion { key: step.key.clone(), document: document.clone() };
        questions.space.insert(step.name.clone(), question);
    }
    questions
}

/// What is to be known of `step` beside what it changes.
pub(crate) fn warnings(desired: &Desired, live: &Live, step: &Step) -> Vec<String> {
    match &step.work {
        Work::Delete { .. } => vec![format!(
            "Confidence archives `{}`: that cannot be undone, and its id is never free again",
            step.key
        )],
        Work::Attach { rule, segments, .. } => {
            let mut warnings = vec![];
            let stays = |id: &String| segments.contains(&SegmentRef::Live(id.clone()));
            if !rule.segments.is_empty() && !rule.segments.iter().any(stays) {
                warnings.push(
                    "the rule gets another segment: which variant a user gets is drawn anew"
                        .to_owned(),
                );
            }
            warnings.extend(segments.iter().filter_map(|it| never_allocated(desired, live, it)));
            warnings
        }
        _ => vec![],
    }
}

/// Says of a segment that no step allocates that nobody is in it.
fn never_allocated(desired: &Desired, live: &Live, segment: &SegmentRef) -> Option<String> {
    let (key, waits) = match segment {
        SegmentRef::Live(id) => {
            let found = live.segment(id)?;
            let in_git = desired.segments.values().find(|it| it.key == found.key);
            let stays = in_git.is_none_or(|it| it.external || it.allocation == Allocation::No);
            (&found.key, found.ready == Ready::Unallocated && stays)
        }
        SegmentRef::Made(name) => {
            let made = desired.segments.get(name)?;
            let shares = sharing::is_coordinated(made.document.document());
            (&made.key, shares && made.allocation == Allocation::No)
        }
    };
    waits.then(|| format!("`{key}` is not allocated, so the rule is skipped for everyone"))
}

//! Runs steps side by side, each as soon as those that it waits for are done.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use crate::diagnostic::Code;
use crate::live::{Live, LiveSegment};
use crate::plan::{SegmentRef, Step, StepId, Work};
use crate::provider::{Failure, RuleChange, Writer};

/// What became of a step.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused when planning.
    Refused,
    /// It waits for a step that was not done.
    Skipped(StepId),
    /// It was not begun, because the run was stopped.
    Stopped,
    /// It was tried.
    Failed(Failure),
}

impl Outcome {
    /// Whether the live system may have changed.
    pub(super) fn touched(&self) -> bool {
        match self {
            Self::Done => true,
            Self::Failed(failure) => failure.maybe_done,
            Self::Refused | Self::Skipped(_) | Self::Stopped => false,
        }
    }
}

/// Hears of a run as it goes on, and can stop it.
pub trait Progress: Sync {
    /// A step is sent.
    fn began(&self, _step: &Step) {}

    /// A step has an outcome.
    fn ended(&self, step: &Step, outcome: &Outcome);

    /// Whether no further step shall begin.
    fn interrupted(&self) -> bool;
}

/// Runs `steps`, which stand in an order in which each comes after those that it waits for, and were
/// planned on `live`.
pub(super) async fn run<W: Writer>(
    steps: &[Step],
    live: &Live,
    writer: &W,
    progress: &dyn Progress,
) -> BTreeMap<StepId, Outcome> {
    let mut run = Run::of(steps);
    let mut running = FuturesUnordered::new();
    loop {
        // A step that has begun cannot be stopped any more, so no more begin than can be sent.
        while running.len() < writer.parallelism()
            && let Some(mut places) = run.next(steps)
        {
            places.retain(|at| match run.fate(&steps[*at], progress) {
                Some(outcome) => {
                    run.end(*at, outcome, steps, progress);
                    false
                }
                None => true,
            });
            let Some(first) = places.first() else { continue };
            run.busy.extend(unit(&steps[*first]));
            for at in &places {
                progress.began(&steps[*at]);
            }
            let work = places.iter().map(|at| resolve(&steps[*at].work, &run.made)).collect();
            running.push(async move { (places, execute(work, live, writer).await) });
        }
        let Some((places, result)) = running.next().await else {
            break;
        };
        for at in places {
            run.busy.retain(|busy| Some(*busy) != unit(&steps[at]));
            let outcome = run.outcome_of(&steps[at], &result);
            run.end(at, outcome, steps, progress);
        }
    }
    run.outcomes
}

/// What a step changes in one piece with other steps.
fn unit(step: &Step) -> Option<&str> {
    match &step.work {
        Work::Attach { rule, .. } => Some(&rule.unit),
        _ => None,
    }
}

/// The state of a run.
struct Run<'a> {
    waiting: Vec<usize>,
    followers: BTreeMap<StepId, Vec<usize>>,
    ready: BTreeSet<usize>,
    outcomes: BTreeMap<StepId, Outcome>,
    /// Ids of the segments that this run made, by the names of their documents.
    made: BTreeMap<String, String>,
    /// The units that are being changed.
    busy: BTreeSet<&'a str>,
    hopeless: bool,
}

impl<'a> Run<'a> {
    fn of(steps: &[Step]) -> Self {
        let known: BTreeSet<&StepId> = steps.iter().map(|step| &step.id).collect();
        let mut followers: BTreeMap<StepId, Vec<usize>> = BTreeMap::new();
        let mut waiting = vec![0; steps.len()];
        for (at, step) in steps.iter().enumerate() {
            for before in step.comes_after().filter(|id| known.contains(id)) {
                waiting[at] += 1;
                followers.entry(before.clone()).or_default().push(at);
            }
        }
        let ready = (0..steps.len()).filter(|at| waiting[*at] == 0).collect();
        Self {
            waiting,
            followers,
            ready,
            outcomes: BTreeMap::new(),
            made: BTreeMap::new(),
            busy: BTreeSet::new(),
            hopeless: false,
        }
    }

    /// Takes the next step that can begin, and those of its unit that can begin with it.
    fn next(&mut self, steps: &'a [Step]) -> Option<Vec<usize>> {
        let is_free = |at: &usize| unit(&steps[*at]).is_none_or(|it| !self.busy.contains(it));
        let first = self.ready.iter().copied().find(is_free)?;
        let goes_along = |at: &usize| {
            *at == first || unit(&steps[first]).is_some_and(|it| unit(&steps[*at]) == Some(it))
        };
        let taken: Vec<usize> = self.ready.iter().copied().filter(goes_along).collect();
        self.ready.retain(|at| !taken.contains(at));
        Some(taken)
    }

    /// What `result` means for a step, which is kept where others need it.
    fn outcome_of(&mut self, step: &Step, result: &Result<Option<String>, Failure>) -> Outcome {
        match result {
            Ok(id) => {
                if let Some(id) = id {
                    self.made.insert(step.name.clone(), id.clone());
                }
                Outcome::Done
            }
            Err(failure) => {
                // The next request would meet the same wall.
                self.hopeless |= failure.is_auth() || failure.code == Code::Unreachable;
                Outcome::Failed(failure.clone())
            }
        }
    }

    /// The outcome of a step that is not to be tried.
    fn fate(&self, step: &Step, progress: &dyn Progress) -> Option<Outcome> {
        if step.refusal.is_some() {
            return Some(Outcome::Refused);
        }
        let undone = step.depends_on.iter().find(|id| {
            self.outcomes.get(*id).is_some_and(|outcome| !matches!(outcome, Outcome::Done))
        });
        if let Some(undone) = undone.or_else(|| self.nothing_to_tell(step)) {
            return Some(Outcome::Skipped(undone.clone()));
        }
        (self.hopeless || progress.interrupted()).then_some(Outcome::Stopped)
    }

    /// The first of the steps whose changes a refresh would tell, where none of them changed
    /// anything.
    fn nothing_to_tell<'s>(&self, step: &'s Step) -> Option<&'s StepId> {
        let Work::Refresh { stale: false, .. } = step.work else { return None };
        let changed = |id: &StepId| self.outcomes.get(id).is_some_and(Outcome::touched);
        step.follows.first().filter(|_| !step.follows.iter().any(changed))
    }

    fn end(&mut self, at: usize, outcome: Outcome, steps: &[Step], progress: &dyn Progress) {
        let step = &steps[at];
        progress.ended(step, &outcome);
        self.outcomes.insert(step.id.clone(), outcome);
        for follower in self.followers.remove(&step.id).unwrap_or_default() {
            self.waiting[follower] -= 1;
            if self.waiting[follower] == 0 {
                self.ready.insert(follower);
            }
        }
    }
}

/// Work, with the ids of the segments that it names; none for one that has no id.
struct Resolved<'a> {
    work: &'a Work,
    segments: Option<Vec<String>>,
    not_in: Option<Vec<String>>,
}

fn resolve<'a>(work: &'a Work, made: &BTreeMap<String, String>) -> Resolved<'a> {
    let id = |segment: &SegmentRef| match segment {
        SegmentRef::Live(id) => Some(id.clone()),
        SegmentRef::Made(name) => made.get(name).cloned(),
    };
    let ids = |segments: &[SegmentRef]| segments.iter().map(id).collect::<Option<Vec<String>>>();
    let (segments, not_in) = match work {
        Work::Attach { segments, not_in, .. } => (ids(segments), ids(not_in)),
        Work::Allocate { segment } => (ids(std::slice::from_ref(segment)), Some(vec![])),
        _ => (Some(vec![]), Some(vec![])),
    };
    Resolved { work, segments, not_in }
}

/// Does the work, which is one piece or several of one unit, and gives the id of what it made.
async fn execute<W: Writer>(
    work: Vec<Resolved<'_>>,
    live: &Live,
    writer: &W,
) -> Result<Option<String>, Failure> {
    let mut rules = vec![];
    for Resolved { work, segments, not_in } in work {
        let (Some(segments), Some(not_in)) = (segments, not_in) else {
            // A set with a member left out would reach more people than was planned.
            return Err(without_id());
        };
        match work {
            Work::Create { document, mark } => {
                return writer.create(document, mark).await.map(Some);
            }
            Work::Replace { id, document, mark } => {
                writer.replace(read(id, live)?, document, mark).await?;
            }
            Work::Delete { id } => writer.delete(read(id, live)?).await?,
            Work::Allocate { .. } => {
                for id in &segments {
                    writer.allocate(id).await?;
                }
            }
            Work::Refresh { environment, .. } => writer.refresh(environment).await?,
            Work::Attach { rule, .. } => rules.push(RuleChange { rule, segments, not_in }),
            Work::Nothing => return Err(without_id()),
        }
    }
    if !rules.is_empty() {
        writer.attach(&rules).await?;
    }
    Ok(None)
}

fn without_id() -> Failure {
    let message = "a segment of the rule has no id, so nothing was sent";
    Failure::new(Code::UnexpectedAnswer, message)
}

/// The segment of that id as it was when it was planned.
pub(super) fn read<'a>(id: &str, live: &'a Live) -> Result<&'a LiveSegment, Failure> {
    live.segment(id).ok_or_else(|| {
        let message = format!("segment {id} was not read, so nothing was sent");
        Failure::new(Code::UnexpectedAnswer, message)
    })
}

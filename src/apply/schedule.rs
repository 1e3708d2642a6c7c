//! Runs steps side by side, each as soon as those that it waits for are done.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use crate::diagnostic::Code;
use crate::live::{Live, LiveSegment};
use crate::plan::{SegmentRef, Step, StepId, Work};
use crate::provider::{Failure, Writer};

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
            && let Some(at) = run.ready.pop_first()
        {
            let step = &steps[at];
            match run.fate(step, progress) {
                Some(outcome) => run.end(at, outcome, steps, progress),
                None => {
                    progress.began(step);
                    let work = resolve(&step.work, &run.made);
                    running.push(async move { (at, execute(work, live, writer).await) });
                }
            }
        }
        let Some((at, result)) = running.next().await else {
            break;
        };
        let outcome = match result {
            Ok(id) => {
                if let Some(id) = id {
                    run.made.insert(steps[at].name.clone(), id);
                }
                Outcome::Done
            }
            Err(failure) => {
                // The next request would meet the same wall.
                run.hopeless |= failure.is_auth() || failure.code == Code::Unreachable;
                Outcome::Failed(failure)
            }
        };
        run.end(at, outcome, steps, progress);
    }
    run.outcomes
}

/// The state of a run.
struct Run {
    waiting: Vec<usize>,
    followers: BTreeMap<StepId, Vec<usize>>,
    ready: BTreeSet<usize>,
    outcomes: BTreeMap<StepId, Outcome>,
    /// Ids of the segments that this run made, by the names of their documents.
    made: BTreeMap<String, String>,
    hopeless: bool,
}

impl Run {
    fn of(steps: &[Step]) -> Self {
        let known: BTreeSet<&StepId> = steps.iter().map(|step| &step.id).collect();
        let mut followers: BTreeMap<StepId, Vec<usize>> = BTreeMap::new();
        let mut waiting = vec![0; steps.len()];
        for (at, step) in steps.iter().enumerate() {
            for before in step.depends_on.iter().filter(|id| known.contains(id)) {
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
            hopeless: false,
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
        if let Some(undone) = undone {
            return Some(Outcome::Skipped(undone.clone()));
        }
        (self.hopeless || progress.interrupted()).then_some(Outcome::Stopped)
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

/// Work whose segments all have an id.
fn resolve(work: &Work, made: &BTreeMap<String, String>) -> (Work, Vec<String>) {
    let ids = match work {
        Work::Attach { segments, .. } => segments
            .iter()
            .filter_map(|segment| match segment {
                SegmentRef::Live(id) => Some(id.clone()),
                SegmentRef::Made(name) => made.get(name).cloned(),
            })
            .collect(),
        _ => vec![],
    };
    (work.clone(), ids)
}

/// Does the work, and gives the id of what it made.
async fn execute<W: Writer>(
    (work, ids): (Work, Vec<String>),
    live: &Live,
    writer: &W,
) -> Result<Option<String>, Failure> {
    match &work {
        Work::Create { document, mark } => writer.create(document, mark).await.map(Some),
        Work::Replace { id, document, mark } => {
            writer.replace(read(id, live)?, document, mark).await.map(|()| None)
        }
        Work::Delete { id } => writer.delete(read(id, live)?).await.map(|()| None),
        Work::Attach { rule, segments } if ids.len() == segments.len() => {
            writer.attach(rule, &ids).await.map(|()| None)
        }
        // A set with a member left out would reach more people than was planned.
        Work::Attach { .. } | Work::Nothing => {
            let message = "a segment of the rule has no id, so nothing was sent";
            Err(Failure::new(Code::UnexpectedAnswer, message))
        }
    }
}

/// The segment of that id as it was when it was planned.
pub(super) fn read<'a>(id: &str, live: &'a Live) -> Result<&'a LiveSegment, Failure> {
    live.segment(id).ok_or_else(|| {
        let message = format!("segment {id} was not read, so nothing was sent");
        Failure::new(Code::UnexpectedAnswer, message)
    })
}

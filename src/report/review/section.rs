//! What a reviewer is told of one target.

use super::item::{Item, Remark, Tone};
use super::reach::{Edge, Moves, edges};
use crate::apply::{Applied, Proof};
use crate::diagnostic::Code;
use crate::document::Provider;
use crate::plan::{Drift, Plan};
use crate::report::{Planned, Report, TargetReport, text};

/// How many names are said in one remark before the rest is counted.
const NAMED: usize = 20;

/// How many remarks a target has before the rest is counted.
const REMARKS: usize = 12;

/// What there is to say of one target; its texts are as they came, unsafe.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    pub(crate) name: &'a str,
    /// The vendor and its version.
    pub(crate) system: String,
    pub(crate) url: &'a str,
    /// Whether it could not be read.
    pub(crate) failed: bool,
    /// Whether the guard stops it.
    pub(crate) guarded: bool,
    /// What it comes to, in a few sentences.
    pub(crate) summary: String,
    /// What is to be known of it as a whole.
    pub(crate) remarks: Vec<Remark>,
    /// Its objects, the worst first.
    pub(crate) items: Vec<Item<'a>>,
    /// Which segments reach which flags, as far as that is told.
    pub(crate) edges: Vec<Edge<'a>>,
}

impl<'a> Section<'a> {
    /// What `target` has to say.
    pub(super) fn of(target: &'a TargetReport, report: &Report<'_>) -> Self {
        let system = target.provider.block().to_owned();
        let empty = Self {
            name: &target.name,
            system,
            url: &target.url,
            failed: false,
            guarded: false,
            summary: String::new(),
            remarks: vec![],
            items: vec![],
            edges: vec![],
        };
        match &target.result {
            Ok(planned) => empty.with(planned, target.provider, report),
            Err(failure) => Self {
                failed: true,
                summary: "It could not be read.".to_owned(),
                remarks: vec![Remark::of_failure(failure)],
                ..empty
            },
        }
    }

    /// With what was planned, and what became of it.
    fn with(self, planned: &'a Planned, provider: Provider, report: &Report<'_>) -> Self {
        let version = planned.server_version.as_deref().unwrap_or("of unknown version");
        let plan = &planned.plan;
        let applied = planned.applied.as_ref();
        let mut items = match &planned.drift {
            Some(drift) => differences(drift),
            None => steps((plan, provider), report.base_in_words(), applied),
        };
        items.sort_by_key(Item::order);
        let mut remarks = applied.map(proof).unwrap_or_default();
        remarks.extend(of_plan(plan));
        remarks.extend(planned.drift.as_ref().and_then(ahead));
        cap(&mut remarks);
        let summary = match (&planned.drift, applied) {
            (Some(drift), _) => text::drift_summary(planned, drift),
            (None, Some(applied)) => text::counted(plan, applied),
            (None, None) if report.command == "apply" && !plan.is_empty() => {
                format!("Nothing was applied. {}", text::summary(plan))
            }
            (None, None) => text::summary(plan),
        };
        let guarded = planned.drift.is_none() && applied.is_none() && !plan.guard.is_empty();
        let edges = edges(plan, &items, planned.drift.is_none());
        let system = format!("{} {version}", self.system);
        Self { system, guarded, summary, remarks, items, edges, ..self }
    }
}

fn steps<'a>(
    (plan, provider): (&'a Plan, Provider),
    base: Option<&str>,
    applied: Option<&Applied>,
) -> Vec<Item<'a>> {
    let moves = Moves::of(plan);
    let steps = plan.steps.iter().map(|step| {
        let outcome = applied.and_then(|it| it.outcomes.get(&step.id));
        Item::of_step((step, provider), base, &moves, outcome)
    });
    steps.chain(plan.orphans.iter().map(|it| Item::of_orphan(it, base, &moves))).collect()
}

fn differences(drift: &Drift) -> Vec<Item<'_>> {
    let drifted = drift.drifted.iter().map(|it| Item::of_difference(it, true));
    drifted.chain(drift.unclear.iter().map(|it| Item::of_difference(it, false))).collect()
}

/// What a plan says of the target as a whole.
fn of_plan(plan: &Plan) -> Vec<Remark> {
    let guard = plan.guard.iter().map(|it| Remark {
        code: Some(Code::GuardTripped.name()),
        help: Some(Code::GuardTripped.fix().to_owned()),
        ..Remark::new(Tone::Warning, it.message.clone())
    });
    let notes = plan.notes.iter().map(|it| Remark::new(Tone::Note, it.clone()));
    let names = named(plan.foreign.iter().map(String::as_str), plan.foreign.len());
    let foreign = (!plan.foreign.is_empty()).then(|| {
        Remark::new(Tone::Note, format!("equal to what is live, and not managed here: {names}"))
    });
    guard.chain(notes).chain(foreign).collect()
}

fn ahead(drift: &Drift) -> Option<Remark> {
    let names = drift.ahead.iter().map(|(_, name)| name.as_str());
    let names = named(names, drift.ahead.len());
    let text = format!("changed in Git, and not applied yet: {names}");
    (!drift.ahead.is_empty()).then(|| Remark::new(Tone::Note, text))
}

/// The proof of an apply.
fn proof(applied: &Applied) -> Vec<Remark> {
    let proof = match &applied.proof {
        None => return vec![],
        Some(Ok(proof)) => proof,
        Some(Err(failure)) => {
            let unproven = Remark::new(Tone::Warning, "not verified: the second look failed");
            return vec![unproven, Remark::of_failure(failure)];
        }
    };
    let mut remarks = vec![];
    if proof.healed > 0 {
        let twins = text::several(proof.healed, "segment");
        let text = format!("another run made the same at once; deleted {twins}");
        remarks.push(Remark { word: "healed", ..Remark::new(Tone::Note, text) });
    }
    if proof.differences.is_empty() {
        let text = "read again, and the live system is as applied";
        remarks.push(Remark { word: "verified", ..Remark::new(Tone::Note, text) });
    }
    remarks.extend(not_converged(proof));
    remarks
}

fn not_converged(proof: &Proof) -> impl Iterator<Item = Remark> {
    proof.differences.iter().map(|it| {
        let what = it.reason.clone().unwrap_or_else(|| it.paths.join(", "));
        let text = format!("applied, and the live system still differs: `{}` {what}", it.id);
        Remark { code: Some(Code::NotConverged.name()), ..Remark::new(Tone::Error, text) }
    })
}

fn named<'n>(names: impl Iterator<Item = &'n str>, count: usize) -> String {
    let shown: Vec<String> = names.take(NAMED).map(|it| format!("`{it}`")).collect();
    let rest = count.saturating_sub(NAMED);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// Keeps the loudest remarks, and counts the rest.
fn cap(remarks: &mut Vec<Remark>) {
    remarks.sort_by_key(|it| it.tone);
    if remarks.len() > REMARKS {
        let rest = remarks.len() - REMARKS;
        remarks.truncate(REMARKS);
        remarks.push(Remark::new(Tone::Note, format!("{rest} more remarks")));
    }
}

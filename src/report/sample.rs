//! Reports for tests: with a text of choice in every place that has one, and with many steps.
//!
//! `tests/support/strange.rs` makes such reports of many texts, for the tests outside. It knows what
//! the library shows to others, which this is no part of: neither can serve both.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{Planned, Report, TargetReport, Veil, Venue};
use crate::apply::{Applied, Difference as Differs, Outcome, Proof};
use crate::desired::Origin;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Provider;
use crate::live::{LiveRule, RulePlace, Use};
use crate::plan::{
    Action, Change, ChangeKind, Difference, Drift, Effect, GuardLimit, ObjectKind, Orphan, Plan,
    Refusal, Step, StepId, Tripped, Why, Work, Written,
};
use crate::policy::Suppressed;
use crate::provider::{Failure, Requests};
use crate::source::Files;

/// A report of `command` in which `text` stands wherever a text can, made of `files` and
/// `diagnostics`.
pub(super) fn of<'a>(
    command: &'static str,
    text: &str,
    files: &'a Files,
    diagnostics: &'a [Diagnostic],
) -> Report<'a> {
    let mut failed = target(text, plan(text));
    failed.result = Err(failure(text));
    let mut applied = target(text, plan(text));
    if let Ok(planned) = &mut applied.result {
        planned.applied = Some(ends(text, &planned.plan));
    }
    let mut drifted = target(text, Plan::default());
    if let Ok(planned) = &mut drifted.result {
        planned.drift = Some(drift(text));
    }
    Report {
        workspace: Some(text.to_owned()),
        diagnostics: Cow::Borrowed(diagnostics),
        failure: Some(failure(text)),
        targets: vec![target(text, plan(text)), failed, applied, drifted],
        base: Some(text.to_owned()),
        venue: Venue {
            folder: format!("{text}/"),
            files: Some(format!("https://example.test/{text}/")),
            whole: Some(format!("https://example.test/{text}")),
        },
        ..Report::new(command, files)
    }
}

/// A mistake in a file, both of that text.
pub(super) fn mistake(text: &str, files: &mut Files) -> Vec<Diagnostic> {
    let file = files.add(text, text);
    let found = Diagnostic::new(Code::BadValue, text)
        .at(Files::start_of(file), text)
        .help(text)
        .fix(text, Files::start_of(file), text);
    vec![found]
}

/// A report of a plan of `steps` that create, and of a few that do worse.
pub(super) fn many(steps: usize, files: &Files) -> Report<'_> {
    let mut plan = Plan::default();
    for at in 0..steps {
        let name = format!("segment-{at:05}");
        let mut step = step("x", ObjectKind::Segment, &name, Action::Create);
        step.after = Some(json!({"name": name, "constraints": [{"contextName": "userId"}]}));
        match at {
            _ if at == steps - 3 => step.action = Action::Update,
            _ if at == steps - 2 => {
                (step.action, step.effect) = (Action::Update, Some(Effect::Widens));
            }
            _ if at == steps - 1 => step.refusal = Some(Refusal::new(Code::KeyBurnt, "burnt")),
            _ => {}
        }
        plan.steps.push(step);
    }
    Report {
        workspace: Some("acme".to_owned()),
        targets: vec![target("live", plan)],
        ..Report::new("plan", files)
    }
}

fn target(text: &str, plan: Plan) -> TargetReport {
    let planned = Planned::new(Some(text.to_owned()), plan, Provider::ALL[0], &Veil::lifted());
    TargetReport {
        name: text.to_owned(),
        provider: Provider::ALL[0],
        url: text.to_owned(),
        result: Ok(planned),
        requests: Requests::default(),
    }
}

fn failure(text: &str) -> Failure {
    Failure::new(Code::Unreachable, text).help(text)
}

fn origin(text: &str) -> Origin {
    Origin { file: text.to_owned(), line: 3, column: 7 }
}

fn place(text: &str) -> RulePlace {
    let text = text.to_owned();
    RulePlace { project: text.clone(), flag: text.clone(), environment: text }
}

fn used(text: &str) -> Use {
    Use { place: place(text), rule: Some("other".to_owned()), pending: false }
}

fn step(text: &str, kind: ObjectKind, name: &str, action: Action) -> Step {
    let id = StepId(format!("{text}/{name}/{}", action.name()));
    Step {
        why: BTreeSet::from([Why::Change, Why::Leftover]),
        origin: Some(origin(text)),
        ..Step::new(id, kind, name, action, text)
    }
}

fn changes(text: &str) -> Vec<Change> {
    let own = || text.to_owned();
    let set = ChangeKind::Set { added: vec![own()], removed: vec![own()], total: 2 };
    let lines = |more: &str| json!(format!("{text}\n{more}"));
    [
        set,
        ChangeKind::Value { from: json!(text), to: json!({text: text}) },
        ChangeKind::Value { from: lines("a"), to: lines("b") },
    ]
    .into_iter()
    .map(|kind| Change { path: format!("/{text}"), kind })
    .collect()
}

fn plan(text: &str) -> Plan {
    let mut update = step(text, ObjectKind::Segment, text, Action::Update);
    update.effect = Some(Effect::Widens);
    update.used_by = vec![used(text)];
    update.warnings = vec![text.to_owned()];
    update.changes = changes(text);
    (update.before, update.after) = (Some(json!({text: text})), Some(json!({text: text})));
    let mut refused = step(text, ObjectKind::Segment, text, Action::Create);
    refused.refusal = Some(Refusal::new(Code::Twins, text).help(text));
    refused.after = Some(json!({text: text, "list": [{text: text}], "b": format!("{text}\nx")}));
    let mut attach = step(text, ObjectKind::Attachment, text, Action::Attach);
    attach.changes = changes(text);
    let segments = json!({"segments": [text]});
    (attach.before, attach.after) = (Some(segments.clone()), Some(segments));
    attach.work = Work::Attach { rule: rule(text), segments: vec![], not_in: vec![] };
    let tripped = Tripped { limit: GuardLimit::Delete, message: text.to_owned(), steps: vec![] };
    Plan {
        steps: vec![refused, update, attach],
        orphans: vec![orphan(text)],
        unchanged: 1,
        foreign: vec![text.to_owned()],
        guard: vec![tripped],
        notes: vec![text.to_owned()],
        suppressed: vec![ignored(text)],
    }
}

/// A finding that a comment took out.
pub(super) fn ignored(text: &str) -> Suppressed {
    Suppressed {
        file: text.to_owned(),
        line: 3,
        code: Code::PolicyWidening,
        found: text.to_owned(),
        reason: text.to_owned(),
    }
}

fn rule(text: &str) -> LiveRule {
    LiveRule {
        id: text.to_owned(),
        place: place(text),
        unit: String::new(),
        segments: BTreeSet::new(),
        not_in: BTreeSet::new(),
        conditions: vec![],
        closed: None,
    }
}

fn orphan(text: &str) -> Orphan {
    Orphan {
        name: text.to_owned(),
        key: text.to_owned(),
        id: text.to_owned(),
        used_by: vec![used(text)],
        protected: true,
        edited: false,
        why: BTreeSet::from([Why::Unknown]),
        place: Some(Written::InBase(origin(text))),
    }
}

fn ends(text: &str, plan: &Plan) -> Applied {
    let ends = [
        Outcome::Refused,
        Outcome::Failed(failure(text)),
        Outcome::Skipped(StepId(text.to_owned())),
    ];
    let ids = plan.steps.iter().map(|it| it.id.clone());
    let outcomes: BTreeMap<StepId, Outcome> = ids.zip(ends).collect();
    let differs = Differs {
        id: StepId(text.to_owned()),
        paths: vec![text.to_owned()],
        reason: Some(text.to_owned()),
    };
    Applied { outcomes, proof: Some(Ok(Proof { differences: vec![differs], healed: 1 })) }
}

fn drift(text: &str) -> Drift {
    let difference = Difference {
        kind: ObjectKind::Segment,
        name: text.to_owned(),
        key: text.to_owned(),
        cause: None,
        effect: None,
        remark: Some(text.to_owned()),
        stays: false,
        used_by: vec![used(text)],
        changes: changes(text),
        desired: None,
        live: Some(json!({text: text})),
        origin: Some(origin(text)),
    };
    Drift {
        drifted: vec![difference.clone()],
        unclear: vec![difference],
        ahead: vec![(ObjectKind::Segment, text.to_owned())],
    }
}

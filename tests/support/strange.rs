//! Reports whose every text is what somebody would like to do harm with.
//!
//! `src/report/sample.rs` makes such reports too, with one text in every place, for the tests in the
//! library. They see what is private there, and this one what the library shows to others; one that
//! served both would have to be part of that.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use segctl::apply::{Applied, Outcome, Proof};
use segctl::desired::Origin;
use segctl::diagnostic::{Code, Diagnostic};
use segctl::document::Provider;
use segctl::plan::{
    Action, Change, ChangeKind, Difference, Drift, Effect, GuardLimit, ObjectKind, Orphan, Plan,
    Refusal, Step, StepId, Tripped, Why, Written,
};
use segctl::policy::Suppressed;
use segctl::provider::{Failure, Requests};
use segctl::report::{Planned, Report, TargetReport, Veil, Venue};
use segctl::source::{Files, Span};
use serde_json::json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What stands in one of the texts, beside anything at all.
const NASTY: [&str; 16] = [
    "::set-output name=a::b",
    "\n::stop-commands::x\n",
    "\r::add-mask::e\r",
    "\u{2028}::error::x",
    "##[error]no",
    "%0A::warning::x",
    "%25%3A%2C",
    "a,b=c:d",
    "[here](https://evil.example)",
    "{0} {{1}}",
    "\u{1b}[2J\u{1b}]8;;https://evil.example\u{7}",
    "admin\u{202e}gnp",
    "\u{200b}\u{feff}",
    "</script><img src=x onerror=alert(1)>",
    "@everyone",
    "",
];

/// A text.
fn text() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        3 => select(&NASTY[..]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => Just("beta".to_owned()),
    ];
    proptest::collection::vec(one, 1..3).prop_map(|parts| parts.concat())
}

/// The texts of a report.
pub(crate) fn texts() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(text(), 4..12)
}

/// Calls `then` with a report of `command` in which every text is one of `texts`.
pub(crate) fn strange<T>(
    command: &'static str,
    texts: &[String],
    then: impl FnOnce(&Report<'_>) -> T,
) -> T {
    let mut next = texts.iter().cycle().cloned();
    let mut text = || next.next().expect("there are texts");
    let mut files = Files::new();
    let content = format!("{}\nmore: 😀 {}", text(), text());
    let file = files.add(text(), content.clone());
    let end = u32::try_from(content.len()).expect("a short text");
    let whole = Span { file, start: 0, end };
    let diagnostics: Vec<Diagnostic> = [Code::WrongType, Code::UnusedAllow, Code::NoWorkspace]
        .into_iter()
        .map(|code| {
            let found = Diagnostic::new(code, text()).help(text()).fix(text(), whole, text());
            let found = found.at(whole, text()).at(Files::start_of(file), text());
            if code == Code::NoWorkspace { Diagnostic::new(code, text()) } else { found }
        })
        .collect();
    let planned = Ok(planned(command, &mut text));
    let failed = Err(Failure::new(Code::Forbidden, text()).help(text()));
    let targets = [planned, failed].map(|result| TargetReport {
        name: text(),
        provider: Provider::Unleash,
        url: text(),
        result,
        requests: Requests::default(),
    });
    let report = Report {
        ok: false,
        workspace: Some(text()),
        diagnostics: Cow::Borrowed(&diagnostics),
        failure: Some(Failure::new(Code::Stale, text())),
        targets: targets.into(),
        base: Some(text()),
        venue: Venue { folder: format!("a{}/", text()), files: None, whole: Some(text()) },
        ..Report::new(command, &files)
    };
    then(&report)
}

fn planned(command: &str, text: &mut impl FnMut() -> String) -> Planned {
    let steps: Vec<Step> = Action::ALL.into_iter().map(|action| step(action, text)).collect();
    let orphan = Orphan {
        name: text(),
        key: text(),
        id: text(),
        used_by: vec![],
        protected: false,
        edited: false,
        why: BTreeSet::from([Why::Change]),
        place: Some(Written::InBase(origin(text()))),
    };
    let ids: Vec<StepId> = steps.iter().map(|step| step.id.clone()).collect();
    let tripped = Tripped { limit: GuardLimit::Values, message: text(), steps: ids.clone() };
    let plan = Plan {
        steps,
        orphans: vec![orphan],
        guard: vec![tripped],
        notes: vec![text()],
        suppressed: vec![Suppressed {
            file: text(),
            line: 3,
            code: Code::PolicyWidening,
            found: text(),
            reason: text(),
        }],
        ..Plan::default()
    };
    let veil = Veil::lifted();
    let carried_out = plan.clone();
    let mut planned = Planned::new(Some(text()), plan, Provider::Unleash, &veil);
    if command == "apply" {
        planned.became(applied(&ids, text), &carried_out, &veil);
    }
    let drift = (command == "drift").then(|| drift(text));
    match drift {
        Some(drift) => planned.with_drift(drift, &veil),
        None => planned,
    }
}

/// A step of `action`, with a place or without one, refused or not.
fn step(action: Action, text: &mut impl FnMut() -> String) -> Step {
    let name = text();
    let id = StepId(format!("{}/Segment/{name}/{}", text(), action.name()));
    let mut step = Step::new(id, ObjectKind::Segment, &name, action, &text());
    step.effect = (action == Action::Update).then_some(Effect::Widens);
    let refusal = || Refusal::new(Code::Twins, text()).help(text());
    step.refusal = (action == Action::Adopt).then(refusal);
    step.warnings = vec![text()];
    let set = ChangeKind::Set { added: vec![text()], removed: vec![text()], total: 2 };
    let value = ChangeKind::Value { from: json!(text()), to: json!(text()) };
    step.changes = [set, value].map(|kind| Change { path: text(), kind }).into();
    let document = |text: String| Some(json!({"name": text, "list": [{"value": text}]}));
    (step.before, step.after) = (document(text()), document(text()));
    match action {
        Action::Delete => step.place = Some(Written::InBase(origin(text()))),
        _ => step.origin = Some(origin(text())),
    }
    step
}

fn origin(file: String) -> Origin {
    Origin { file, line: 3, column: 18 }
}

fn applied(ids: &[StepId], text: &mut impl FnMut() -> String) -> Applied {
    let mut outcomes = BTreeMap::new();
    for (at, id) in ids.iter().enumerate() {
        let outcome = match at % 4 {
            0 => Outcome::Done,
            1 => Outcome::Failed(Failure::new(Code::Forbidden, text())),
            2 => Outcome::Skipped(ids[0].clone()),
            _ => Outcome::Stopped,
        };
        outcomes.insert(id.clone(), outcome);
    }
    Applied { outcomes, proof: Some(Ok(Proof::default())) }
}

fn drift(text: &mut impl FnMut() -> String) -> Drift {
    let mut difference = || Difference {
        kind: ObjectKind::Segment,
        name: text(),
        key: text(),
        cause: None,
        effect: Some(Effect::Widens),
        remark: Some(text()),
        stays: false,
        used_by: vec![],
        changes: vec![],
        desired: None,
        live: None,
        origin: Some(origin(text())),
    };
    let (drifted, unclear) = (vec![difference(), difference()], vec![difference()]);
    Drift { drifted, unclear, ahead: vec![(ObjectKind::Attachment, text())] }
}

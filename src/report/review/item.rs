//! One object of a report, and how bad what happens to it can be.

use std::cmp::Reverse;

use super::diff::{Line, lines};
use super::reach::{How, Moves, Reach};
use super::words;
use crate::apply::Outcome;
use crate::diagnostic::Severity;
use crate::document::Provider;
use crate::plan::{
    Action, Cause, Difference, Effect, ObjectKind, Orphan, Refusal, Step, Why, Written,
    orphan_reasons, reasons,
};
use crate::provider::Failure;
use crate::report::text;

/// How much a reviewer has to look at something; the worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// It cannot be done, or was tried and failed.
    Stopped,
    /// It was not tried.
    Skipped,
    /// More users get in.
    Widens,
    /// What it does to the audience is not proven, or it is another one.
    Unproven,
    /// Something goes.
    Deletes,
    /// Something changes.
    Changes,
    /// Something comes.
    Creates,
    /// All else.
    Rest,
}

impl Rank {
    /// What a step would do.
    pub(crate) fn of(step: &Step, provider: Provider) -> Self {
        match (step.effect, step.action) {
            (Some(Effect::Widens), _) => Self::Widens,
            (Some(Effect::Replaces), _) => Self::Unproven,
            _ if step.is_unproven(provider) => Self::Unproven,
            (_, Action::Delete) => Self::Deletes,
            (Some(Effect::Narrows), _)
            | (None, Action::Update | Action::Adopt | Action::Attach) => Self::Changes,
            (None, Action::Create) => Self::Creates,
            (None, Action::Allocate | Action::Refresh) => Self::Rest,
        }
    }

    /// What an effect alone says.
    pub(crate) fn of_effect(effect: Option<Effect>) -> Option<Self> {
        match effect? {
            Effect::Widens => Some(Self::Widens),
            Effect::Narrows => Some(Self::Changes),
            Effect::Replaces => Some(Self::Unproven),
        }
    }
}

/// How loud a remark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    /// It stops something.
    Error,
    /// It should be read.
    Warning,
    /// It can be read.
    Note,
}

impl Tone {
    /// The word before the remark.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A remark about an object, a target or the whole; its texts are as they came, unsafe.
#[derive(Clone, Debug)]
pub(crate) struct Remark {
    pub(crate) tone: Tone,
    /// The word before it, where that of its tone is not meant.
    pub(crate) word: &'static str,
    pub(crate) code: Option<&'static str>,
    pub(crate) text: String,
    pub(crate) help: Option<String>,
}

impl Remark {
    /// A remark without a code.
    pub(crate) fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, word: tone.name(), code: None, text: text.into(), help: None }
    }

    /// What a failure says.
    pub(crate) fn of_failure(failure: &Failure) -> Self {
        let help = failure.help.clone().unwrap_or_else(|| failure.code.fix().to_owned());
        let code = Some(failure.code.name());
        Self { code, help: Some(help), ..Self::new(Tone::Error, failure.message.clone()) }
    }

    fn of_refusal(refusal: &Refusal) -> Self {
        let (code, help) = (Some(refusal.code.name()), refusal.help.clone());
        let remark = Self::new(Tone::Error, refusal.message.clone());
        Self { word: "refused", code, help, ..remark }
    }

    /// How loud a diagnostic is.
    pub(crate) fn tone_of(severity: Severity) -> Tone {
        match severity {
            Severity::Error => Tone::Error,
            Severity::Warning => Tone::Warning,
        }
    }
}

/// What a reviewer is told of one object; its texts are as they came, unsafe.
#[derive(Debug)]
pub(crate) struct Item<'a> {
    pub(crate) rank: Rank,
    /// What happens to it: `create`, `refused`, `changed by hand`.
    pub(crate) verb: String,
    /// The action that the verb speaks of, where there is one.
    pub(crate) action: Option<Action>,
    pub(crate) kind: ObjectKind,
    pub(crate) name: &'a str,
    pub(crate) key: &'a str,
    pub(crate) effect: Option<Effect>,
    /// Whether somebody should know that nothing proves what it does to the audience.
    pub(crate) is_unproven: bool,
    /// Why it is there, in words.
    pub(crate) why: String,
    /// Why it is there, in sentences without a full stop.
    pub(crate) reasons: Vec<String>,
    pub(crate) reaches: Vec<Reach<'a>>,
    /// Where the change is written.
    pub(crate) written: Option<Written>,
    pub(crate) remarks: Vec<Remark>,
    pub(crate) lines: Vec<Line>,
}

impl<'a> Item<'a> {
    /// Where it stands among others: the worst first and, of what lets people in or may, what most
    /// flags are reached by.
    pub(super) fn order(&self) -> (Rank, Reverse<usize>) {
        let reached = match self.rank {
            Rank::Widens | Rank::Unproven => {
                self.reaches.iter().filter(|it| it.how != How::Loses).count()
            }
            _ => 0,
        };
        (self.rank, Reverse(reached))
    }

    /// What `step` would do, or did.
    pub(super) fn of_step(
        (step, provider): (&'a Step, Provider),
        base: Option<&str>,
        moves: &Moves<'a>,
        outcome: Option<&Outcome>,
    ) -> Self {
        let refused = step.refusals().map(Remark::of_refusal);
        let ended = outcome.and_then(words::ended);
        let warnings = step.warnings.iter().map(|it| Remark::new(Tone::Warning, it.clone()));
        Self {
            rank: rank(step, provider, outcome),
            verb: words::verb(step, outcome),
            action: Some(step.action),
            kind: step.kind,
            name: &step.name,
            key: &step.key,
            effect: step.effect,
            is_unproven: step.is_unproven(provider),
            why: why(step.why.iter().copied(), step.cause),
            reasons: reasons(step, base),
            reaches: moves.reached_by(step),
            written: step.written(),
            remarks: refused.chain(ended).chain(warnings).collect(),
            lines: lines(&step.changes, step.before.as_ref(), step.after.as_ref()),
        }
    }

    /// A managed object that is no longer in Git, and stays.
    pub(super) fn of_orphan(orphan: &'a Orphan, base: Option<&str>, moves: &Moves<'a>) -> Self {
        let remark = match (orphan.edited, orphan.protected) {
            (true, _) => Remark::new(Tone::Warning, text::edited(orphan)),
            (false, true) => Remark::new(
                Tone::Note,
                "managed, and no longer in Git; protected: it is never deleted",
            ),
            (false, false) => {
                Remark::new(Tone::Note, "managed, and no longer in Git; `--prune` deletes it")
            }
        };
        Self {
            rank: Rank::Rest,
            verb: "orphan".to_owned(),
            action: None,
            kind: ObjectKind::Segment,
            name: &orphan.name,
            key: &orphan.key,
            effect: None,
            is_unproven: false,
            why: why(orphan.why.iter().copied(), None),
            reasons: orphan_reasons(orphan, base),
            reaches: moves.of_segment(&orphan.key, &orphan.used_by),
            written: orphan.place.clone(),
            remarks: vec![remark],
            lines: vec![],
        }
    }

    /// What a person changed, or may have.
    pub(super) fn of_difference(difference: &'a Difference, proven: bool) -> Self {
        let remark = difference.remark.iter().map(|it| Remark::new(Tone::Note, it.clone()));
        let (before, after) = (difference.desired.as_ref(), difference.live.as_ref());
        let unproven = if proven { Rank::Unproven } else { Rank::Changes };
        Self {
            rank: match difference.effect {
                Some(Effect::Widens) => Rank::Widens,
                Some(Effect::Narrows) => Rank::Changes,
                Some(Effect::Replaces) | None => unproven,
            },
            verb: (if proven { "changed by hand" } else { "unclear" }).to_owned(),
            action: None,
            kind: difference.kind,
            name: &difference.name,
            key: &difference.key,
            effect: difference.effect,
            is_unproven: false,
            why: why(std::iter::empty(), difference.cause),
            reasons: vec![],
            reaches: difference.used_by.iter().map(Reach::of).collect(),
            written: difference.origin.clone().map(Written::Here),
            remarks: remark.collect(),
            lines: lines(&difference.changes, before, after),
        }
    }
}

fn rank(step: &Step, provider: Provider, outcome: Option<&Outcome>) -> Rank {
    match outcome {
        _ if step.refusal.is_some() => return Rank::Stopped,
        Some(Outcome::Failed(_) | Outcome::Refused) => return Rank::Stopped,
        Some(Outcome::Skipped(_) | Outcome::Stopped) => return Rank::Skipped,
        Some(Outcome::Done) | None => {}
    }
    Rank::of(step, provider)
}

/// Why something is there; where that was not asked, who moved.
fn why(whys: impl Iterator<Item = Why>, cause: Option<Cause>) -> String {
    let whys: Vec<&str> = whys.map(words::why).collect();
    match cause {
        _ if !whys.is_empty() => whys.join(", "),
        Some(cause) => words::cause(cause).to_owned(),
        None => String::new(),
    }
}

//! All that a report has to say as a list of findings, for outputs that show each at its place.

mod documents;
mod drift;
mod rule;
mod steps;
mod targets;

pub(super) use rule::Rule;

use super::review::Rank;
use super::{Report, safe};
use crate::desired::Origin;
use crate::source::Position;

/// One thing that a report has to say.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// How bad it is.
    pub(super) level: Level,
    /// What of one level comes first; of the mild, nothing does.
    pub(super) rank: Rank,
    /// What kind of thing it is.
    pub(super) rule: Rule,
    /// What it is about, in one line.
    pub(super) title: String,
    /// What it says; none of the lines holds a line break.
    pub(super) lines: Vec<String>,
    /// Where.
    pub(super) place: Option<Place>,
    /// Other places, and what is to be said of them.
    pub(super) related: Vec<(Place, String)>,
    /// What tells it from others of its rule, whatever line it stands on.
    pub(super) key: String,
    /// Why it does not count; none when it does.
    pub(super) suppressed: Option<String>,
}

/// The rank of all that neither lets people in nor deletes.
const MILD: Rank = Rank::Changes;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Something is wrong, or was not done.
    Error,
    /// Somebody should look at it.
    Warning,
    /// It is to be known.
    Note,
}

impl Level {
    /// Every level, the worst first.
    pub(super) const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];
}

/// A place in a file of the workspace.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The path relative to the workspace.
    pub(super) file: String,
    /// Where it begins.
    pub(super) start: Position,
    /// Where it ends; none where only its beginning is known.
    pub(super) end: Option<Position>,
}

impl Place {
    /// The place that `origin` names.
    fn of(origin: &Origin) -> Self {
        let start = Position { line: origin.line, column: origin.column };
        Self { file: origin.file.clone(), start, end: None }
    }
}

impl Finding {
    /// A finding at no place that says nothing yet.
    fn new(level: Level, rule: Rule, title: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            level,
            rank: MILD,
            rule,
            title: title.into(),
            lines: vec![],
            place: None,
            related: vec![],
            key: key.into(),
            suppressed: None,
        }
    }

    /// Says a line more; what would break it is spelt out.
    fn say(&mut self, line: &str) {
        self.lines.push(safe(line).into_owned());
    }

    /// Says what to do.
    fn help(&mut self, help: &str) {
        self.say(&format!("help: {help}"));
    }
}

/// All that `report` has to say, the worst first.
pub(super) fn findings(report: &Report<'_>) -> Vec<Finding> {
    let mut all = vec![];
    all.extend(report.failure.as_ref().map(|it| targets::failure(it, None)));
    for target in &report.targets {
        all.extend(targets::target(report, target));
    }
    all.extend(documents::diagnostics(report));
    all.extend(documents::suppressed(report));
    all.sort_by_key(|it| (it.level, it.rank));
    all
}

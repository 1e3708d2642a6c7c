//! Plans and outcomes as people read them.

mod drift;
mod files;
mod import;
mod outcome;
mod pass;
mod plan;
mod providers;
mod report;
mod update;
pub(super) mod value;

pub use drift::drift;
pub(super) use drift::named;
pub(super) use drift::summary as drift_summary;
pub use files::{formatted, touched, unified};
pub use import::{import_warnings, imported};
pub(super) use outcome::counted;
pub use outcome::{applied, doing, failure, progress};
pub use pass::{invalid_edit, next_try, no_changes, pass, status, watching};
pub(super) use plan::{edited, uses};
pub use plan::{plan, summary};
pub use providers::{providers, table as table_of_providers};
pub use report::report;
pub use update::{update_warnings, updated};
pub(super) use value::{change, document};

use anstyle::{AnsiColor, Style};

use super::{Report, safe};
use crate::plan::{ObjectKind, Step};
use crate::policy::Suppressed;

/// What is added.
const ADDED: Style = AnsiColor::Green.on_default();
/// What changes.
const CHANGED: Style = AnsiColor::Yellow.on_default();
/// What goes, and what is wrong.
const REMOVED: Style = AnsiColor::Red.on_default();
/// What is said on the side.
const FAINT: Style = Style::new().dimmed();
/// What a block is about.
const STRONG: Style = Style::new().bold();

/// `text` in `style`.
fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// How many findings comments took out, or each of them.
pub fn suppressed(report: &Report<'_>, each: bool) -> String {
    let line = |it: &Suppressed| {
        let (code, file) = (it.code.name(), safe(&it.file));
        format!("ignored[{code}] at {file}:{}: {}\n", it.line, safe(&it.reason))
    };
    match report.all_suppressed().count() {
        0 => String::new(),
        _ if each => report.all_suppressed().map(line).collect(),
        1 => format!("{}; -v shows it.\n", count_of_suppressed(1)),
        count => format!("{}; -v shows them.\n", count_of_suppressed(count)),
    }
}

/// That comments took out `count` findings.
pub(super) fn count_of_suppressed(count: usize) -> String {
    match count {
        1 => "1 finding is ignored by a comment".to_owned(),
        _ => format!("{count} findings are ignored by comments"),
    }
}

/// What a step is called: `create segment beta-users`, `attach new-checkout`.
pub(super) fn title(verb: &str, step: &Step) -> String {
    format!("{verb} {}{}", kind(step.kind), safe(&step.name))
}

/// The word before the name of an object, where it needs one.
pub(super) fn kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Segment => "segment ",
        ObjectKind::Attachment => "",
        ObjectKind::Environment => "environment ",
    }
}

/// `count` of `thing`, with the plural that most words have.
pub(crate) fn several(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

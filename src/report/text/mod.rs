//! Plans and outcomes as people read them.

mod drift;
mod files;
mod import;
mod outcome;
mod pass;
mod plan;
mod providers;
mod update;
mod value;

pub use drift::drift;
pub use files::{formatted, touched, unified};
pub use import::{import_warnings, imported};
pub use outcome::{applied, doing, failure, progress};
pub use pass::{invalid_edit, next_try, no_changes, pass, status, watching};
pub use plan::{plan, summary};
pub use providers::{providers, table as table_of_providers};
pub use update::{update_warnings, updated};

use anstyle::{AnsiColor, Style};

use super::safe;
use crate::plan::{ObjectKind, Step};

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

/// What a step is called: `create segment beta-users`, `attach new-checkout`.
fn title(verb: &str, step: &Step) -> String {
    format!("{verb} {}{}", kind(step.kind), safe(&step.name))
}

/// The word before the name of an object, where it needs one.
fn kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Segment => "segment ",
        ObjectKind::Attachment => "",
        ObjectKind::Environment => "environment ",
    }
}

/// `count` of `thing`, with the plural that most words have.
fn several(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

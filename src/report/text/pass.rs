//! What a watch says between its plans.

use std::time::Duration;

use super::{FAINT, plan, several, styled, summary};
use crate::report::{Planned, Reason, TargetReport, safe};

/// How many changed files are named before the rest is counted.
const FILES_SHOWN: usize = 3;

/// What is being watched.
pub fn watching(workspace: Option<&str>, documents: usize, targets: &[&str]) -> String {
    let documents = several(documents, "document");
    let of = workspace.map(|name| format!(" of {name}")).unwrap_or_default();
    let targets =
        if targets.is_empty() { String::new() } else { format!(" for {}", targets.join(", ")) };
    format!("Watching {documents}{of}{targets}. Ctrl-C ends it.\n")
}

/// The line that stands at the bottom of a terminal between two passes.
pub fn status(time: &str, state: &str, targets: &[&str]) -> String {
    let targets: Vec<_> = targets.iter().map(|it| safe(it)).collect();
    styled(FAINT, format!("watching {}: {state} ({time}, Ctrl-C ends it)", targets.join(", ")))
}

/// Why there is a pass, and when.
pub fn pass(time: &str, reason: Reason, files: &[String]) -> String {
    let why = match reason {
        Reason::Start => "first look".to_owned(),
        Reason::Retry => "trying again".to_owned(),
        Reason::Interval => "looking for drift".to_owned(),
        Reason::Files if files.is_empty() => "files moved".to_owned(),
        Reason::Files => format!("{} changed", named(files)),
    };
    format!("{}\n", styled(FAINT, format!("{time} {why}")))
}

fn named(files: &[String]) -> String {
    let named: Vec<_> = files.iter().take(FILES_SHOWN).map(|it| safe(it)).collect();
    let rest = files.len().saturating_sub(FILES_SHOWN);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

/// A target that is as it should be: one line, unless there is more to say of it.
pub fn no_changes(target: &TargetReport, planned: &Planned) -> String {
    if planned.plan.orphans.is_empty() && planned.plan.foreign.is_empty() {
        return format!("{}: {}\n", target.name, summary(&planned.plan));
    }
    plan(target, planned, None)
}

/// What follows an edit that cannot be applied; `good` says whether there was a state before it.
pub fn invalid_edit(good: bool) -> &'static str {
    if good {
        "Nothing was applied: the documents are invalid. What was applied before stays.\n"
    } else {
        "Nothing was applied: the documents are invalid.\n"
    }
}

/// When a failed pass is tried again.
pub fn next_try(wait: Duration) -> String {
    format!("Trying again in {} s, or when a file changes.\n", wait.as_secs())
}

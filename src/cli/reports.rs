//! Where `--report` may not write: over what people write, or over another output.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::args::{Command, Global, Output, ReportFile};
use super::context::Context;
use super::exit::Exit;
use super::output;
use crate::source::{MAX_FILE_BYTES, WORKSPACE_FILES};

/// Refuses reports that would replace each other, a plan file of `command`, or a document.
///
/// It is asked first: a command that fails writes its reports too.
pub(super) fn refuse(global: &Global, command: &Command) -> Option<Exit> {
    let plan = match command {
        Command::Plan(args) => args.out(),
        Command::Apply(args) => args.plan_file(),
        _ => None,
    };
    let plan = plan.and_then(place);
    let mut seen = BTreeSet::new();
    global.report.iter().find_map(|ReportFile { path, .. }| {
        let place = place(path)?;
        let shown = path.display();
        if plan.as_ref() == Some(&place) {
            Some(format!("{shown} is the plan file"))
        } else if is_document(&place) {
            Some(format!("{shown} is a document of segctl, which no report replaces"))
        } else if seen.insert(place) {
            None
        } else {
            Some(format!("two reports go to {shown}, and one would be lost"))
        }
        .map(|why| said(global, &why))
    })
}

/// Refuses reports that would replace what `context` was read from, such as a file of values.
pub(super) fn refuse_in(global: &Global, context: &Context) -> Option<Exit> {
    if global.report.is_empty() {
        return None;
    }
    let read: BTreeSet<PathBuf> =
        context.files.iter().filter_map(|it| place(&context.root.join(&it.path))).collect();
    let paths = global.report.iter().map(|it| &it.path);
    let mut own = paths.filter(|path| place(path).is_some_and(|it| read.contains(&it)));
    let own = own.next()?;
    let why = format!("{} is a file of the workspace, which no report replaces", own.display());
    Some(said(global, &why))
}

/// Says it without any report, for that would replace the file after all.
fn said(global: &Global, why: &str) -> Exit {
    let message = format!("--report: {why}");
    output::error(&message);
    if global.output == Output::Json {
        output::unreadable_command_line(&message);
    }
    Exit::Usage
}

/// The file that `path` leads to; none where it is a pipe or a device, which keeps all that it is
/// given.
fn place(path: &Path) -> Option<PathBuf> {
    if let Ok(real) = path.canonicalize() {
        return real.is_file().then_some(real);
    }
    let name = path.file_name()?;
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    Some(folder.canonicalize().ok()?.join(name))
}

/// Whether the file at `path` is a workspace or says of itself that it is one of our documents.
fn is_document(path: &Path) -> bool {
    if !path.is_file() {
        return false;
    }
    let name = path.file_name().unwrap_or_default();
    let is_small = std::fs::metadata(path).is_ok_and(|it| it.len() <= MAX_FILE_BYTES);
    let says_so = |line: &str| {
        let key = line.trim_start_matches(|it: char| " \t{\"'\u{feff}".contains(it));
        key.starts_with("apiVersion") && key.contains("segctl.dev/")
    };
    let is_said = || {
        let bytes = std::fs::read(path).unwrap_or_default();
        String::from_utf8_lossy(&bytes).lines().any(says_so)
    };
    WORKSPACE_FILES.iter().any(|it| name == *it) || is_small && is_said()
}

//! Plan files on disk: `plan --out` writes them, `apply PLANFILE` reads them.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::args::Source;
use super::context::Context;
use super::whole::{Readers, replace};
use crate::diagnostic::Code;
use crate::document::Target;
use crate::provider::Failure;
use crate::saved::SavedPlan;

/// The largest plan file that is read, in bytes.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// A plan file, and the workspace that says how to reach its target.
pub(super) struct Found {
    pub(super) context: Context,
    pub(super) plan: Result<SavedPlan, Failure>,
}

/// Reads the plan in `file` and the workspace that `source` names. The error is about the command
/// line.
pub(super) fn find(source: &Source, file: &Path) -> Result<Found, String> {
    let cannot = |error: io::Error| format!("{}: {error}", file.display());
    let bytes = std::fs::metadata(file).map_err(cannot)?.len();
    if bytes > MAX_BYTES {
        return Err(format!("{} is larger than {MAX_BYTES} bytes", file.display()));
    }
    let text = std::fs::read(file).map_err(cannot)?;
    let plan = SavedPlan::read(&String::from_utf8_lossy(&text));
    let context = Context::load_workspace(source)?;
    if !context.narrowed_to.is_empty() {
        return Err("a plan file holds its documents: -f names the workspace only".to_owned());
    }
    if let Ok(plan) = &plan
        && let Some(other) = source.target.iter().find(|it| *it != plan.target())
    {
        return Err(format!("the plan file is for target `{}`, not `{other}`", plan.target()));
    }
    Ok(Found { context, plan })
}

/// The target of `plan`, as the workspace has it.
pub(super) fn target_of<'a>(plan: &SavedPlan, context: &'a Context) -> Result<&'a Target, Failure> {
    let elsewhere = || {
        let message = format!("the workspace has no target `{}`", plan.target());
        Failure::new(Code::PlanElsewhere, message)
    };
    let workspace = context.workspace.as_ref().ok_or_else(elsewhere)?;
    let mut targets = workspace.spec.targets.iter();
    let target = targets.find(|it| it.name == plan.target()).ok_or_else(elsewhere)?;
    plan.check_is_for(&workspace.metadata.name, target)?;
    Ok(target)
}

/// `plan` within what the workspace says today: names that it protects, and the guard
/// and the policies of `target`.
pub(super) fn within(
    plan: SavedPlan,
    context: &Context,
    target: &Target,
) -> Result<SavedPlan, Failure> {
    let protect = context.workspace.as_ref().map_or(&[][..], |it| &it.spec.protect);
    let plan = plan.within(protect, target.guard);
    let plan = plan.map_err(|error| Failure::new(Code::BadGlob, error))?;
    plan.under(context.policies.of_target(&target.name))
}

/// That no plan came to be that could be saved to `file`.
pub(super) fn nothing_to_save(file: &Path) -> Failure {
    let left = if file.exists() { "; what is there is an older plan" } else { "" };
    let message = format!("nothing was saved to {}, for there is no plan{left}", file.display());
    Failure::new(Code::NotSaved, message)
}

/// Writes a plan file whole, or leaves what is there as it is; what is no plan is kept. It holds
/// values in clear, so a new one is for its owner.
pub(super) fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let written =
        replaceable(file).and_then(|file| replace(&file, text, Readers::Owner, || Ok(())));
    written.map_err(|error| {
        let message = format!("the plan cannot be saved to {}: {error}", file.display());
        Failure::new(Code::NotSaved, message)
    })
}

/// The file that `file` leads to, where it does not exist, is empty, or is an older plan.
fn replaceable(file: &Path) -> io::Result<PathBuf> {
    let real = match file.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(file.to_owned()),
        Err(error) => return Err(error),
    };
    let metadata = std::fs::metadata(&real)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let is_plan = || {
        let there: Option<Json> = serde_json::from_slice(&std::fs::read(&real).ok()?).ok();
        Some(there?.get("kind")? == "Plan")
    };
    if metadata.len() > 0 && is_plan() != Some(true) {
        return Err(io::Error::other("there is a file that is no plan; it is kept"));
    }
    Ok(real)
}

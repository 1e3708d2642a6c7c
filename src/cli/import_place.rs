//! Where an import writes, and who will read it there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::new_files::{relative, settled};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::document::{Kind, Target, Workspace};
use crate::import::Import;
use crate::provider::Failure;
use crate::source::Globs;

/// The file of the schema, relative to the workspace.
const SCHEMA: &str = "schemas/segctl.schema.json";

/// Where an import writes.
pub(super) struct Place {
    /// The folder.
    pub(super) folder: PathBuf,
    /// The folder relative to the workspace, with a `/` behind it unless it is empty; none outside.
    pub(super) inside: Option<String>,
    /// The workspace.
    pub(super) workspace: Workspace,
    /// The names of documents that some reader of the new files reads too.
    pub(super) taken: BTreeSet<(Kind, String)>,
    /// The schema.
    pub(super) schema_file: PathBuf,
    /// The path of the schema from the folders of documents.
    pub(super) schema: String,
    /// Whether a file of this path, relative to the folder, is read as a document.
    pub(super) is_document: Box<dyn Fn(&str) -> bool + Send + Sync>,
    /// The other targets that will take the new documents too.
    sharing: Vec<String>,
}

impl Place {
    /// The place that `out` names; without it, the folder of the workspace.
    pub(super) fn of(
        context: &Context,
        target: &Target,
        out: Option<&Path>,
    ) -> Result<Self, Failure> {
        let missing = || Failure::new(Code::NoWorkspace, "there is no workspace");
        let workspace = context.workspace.clone().ok_or_else(missing)?;
        let folder = settled(out.unwrap_or(&context.root)).map_err(|error| {
            let folder = out.unwrap_or(&context.root).display();
            Failure::new(Code::NotSaved, format!("{folder} cannot be used: {error}"))
        })?;
        let inside = folder.strip_prefix(&context.root).ok().map(|path| {
            let path = path.to_string_lossy().replace('\\', "/");
            if path.is_empty() { path } else { format!("{path}/") }
        });
        let takes = |target: &Target| takes(&workspace, target, inside.as_deref());
        let reads: Vec<&Target> = workspace
            .spec
            .targets
            .iter()
            .filter(|it| {
                it.name == target.name
                    || takes(it)("segments/x.yaml")
                    || takes(it)("attachments/x.yaml")
            })
            .collect();
        let globs: Vec<Globs> = reads.iter().filter_map(|it| globs(&workspace, it)).collect();
        let is_beside = |path: &str| globs.iter().any(|globs| globs.matches(path));
        let beside = context.names.iter().filter(|it| is_beside(&it.path));
        let schema_file = context.root.join(SCHEMA);
        Ok(Self {
            taken: beside.map(|it| (it.kind, it.name.clone())).collect(),
            schema: relative(&folder.join("segments"), &schema_file),
            is_document: Box::new(takes(target)),
            sharing: reads
                .iter()
                .filter(|it| it.name != target.name)
                .map(|it| it.name.clone())
                .collect(),
            schema_file,
            folder,
            inside,
            workspace,
        })
    }

    /// The folder as people name it, with a `/` behind it unless it is that of the workspace.
    pub(super) fn shown(&self) -> String {
        let outside = || format!("{}/", self.folder.display());
        self.inside.clone().unwrap_or_else(outside)
    }

    /// The schema, relative to the workspace, when it is not there yet.
    pub(super) fn missing_schema(&self) -> Option<String> {
        (!self.schema_file.exists()).then(|| SCHEMA.to_owned())
    }

    /// What other targets that will take the new documents hold.
    pub(super) fn others<'a>(&self, context: &'a Context, target: &Target) -> Vec<&'a Desired> {
        let others = context.targets.iter().filter(|(it, _)| it.name != target.name);
        others
            .filter(|(it, _)| self.sharing.contains(&it.name))
            .map(|(_, desired)| desired)
            .collect()
    }

    /// What will not go as it looks once the documents of `import` are there.
    pub(super) fn warnings(
        &self,
        context: &Context,
        target: &Target,
        import: &Import,
    ) -> Vec<String> {
        let mut warnings = vec![];
        let paths: Vec<&str> = import
            .documents
            .iter()
            .filter_map(|it| Some(it.files.first()?.path.as_str()))
            .collect();
        if paths.is_empty() {
            return warnings;
        }
        let Some(inside) = &self.inside else {
            let root = context.root.display();
            return vec![format!(
                "segctl reads nothing outside of the workspace, {root}: move the files there"
            )];
        };
        if inside.split('/').any(|part| part.starts_with('.')) {
            warnings.push(format!(
                "segctl reads nothing below a folder with a dot, such as {inside}: move the files"
            ));
        } else if paths.iter().any(|path| !(self.is_document)(path)) {
            warnings.push(self.unmatched(context, target, &paths));
        }
        if !self.sharing.is_empty() {
            let names = self.sharing.join(", ");
            warnings.push(format!("other targets take these documents too: {names}"));
        }
        warnings
    }

    /// Says which globs would find the files.
    fn unmatched(&self, context: &Context, target: &Target, paths: &[&str]) -> String {
        let inside = self.inside.as_deref().unwrap_or_default();
        let own = target.documents.is_some();
        let globs = target.documents.as_ref().unwrap_or(&self.workspace.spec.documents);
        let finds = |glob: &String| {
            let glob = Globs::new(std::slice::from_ref(glob));
            let found = |path: &str| glob.as_ref().is_ok_and(|it| it.matches(path));
            context.names.iter().any(|it| found(&it.path))
                || paths.iter().any(|path| found(&format!("{inside}{path}")))
        };
        let mut globs: Vec<String> = globs.iter().filter(|it| finds(it)).cloned().collect();
        for folder in ["segments", "attachments"] {
            let missed = |path: &&&str| path.starts_with(folder) && !(self.is_document)(path);
            if paths.iter().any(|path| missed(&path)) {
                globs.push(format!("{inside}{folder}/**/*.yaml"));
            }
        }
        let globs = globs.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
        let place = if own { format!("target `{}`", target.name) } else { "spec".to_owned() };
        format!("the globs of {place} do not find the files: write `documents: [{globs}]` there")
    }
}

/// The globs of a target.
fn globs(workspace: &Workspace, target: &Target) -> Option<Globs> {
    Globs::new(target.documents.as_ref().unwrap_or(&workspace.spec.documents)).ok()
}

/// Whether `target` takes a file of a path below the folder `inside`.
fn takes(
    workspace: &Workspace,
    target: &Target,
    inside: Option<&str>,
) -> impl Fn(&str) -> bool + Send + Sync + use<> {
    let globs = globs(workspace, target);
    let inside = inside.map(str::to_owned);
    move |path| match (&globs, &inside) {
        (Some(globs), Some(inside)) => globs.matches(&format!("{inside}{path}")),
        _ => false,
    }
}

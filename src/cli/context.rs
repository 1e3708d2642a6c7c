//! Finds and loads the workspace that a command is about.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::args::Source;
use super::base::Base;
use super::output;
use super::place::{Place, relative};
use super::select::is_under;
use super::venue::venue;
use crate::desired::{Desired, desire};
use crate::diagnostic::{Code, Diagnostic, dedupe};
use crate::document::{Target, Workspace};
use crate::load::{DocumentName, Home, Loaded, load_at, load_telling, load_workspace};
use crate::policy::{self, Ignores, Policies, Suppressed};
use crate::provider::Failure;
use crate::report::{Report, Veil};
use crate::source::Files;

/// A loaded workspace and what each target should hold.
pub(super) struct Context {
    /// The folder of the workspace file.
    pub(super) root: PathBuf,
    /// Every text that was read.
    pub(super) files: Files,
    /// The workspace; absent when its file has a mistake.
    pub(super) workspace: Option<Workspace>,
    /// The targets and what each should hold, in the order of the workspace file.
    pub(super) targets: Vec<(Target, Desired)>,
    /// How many documents were read.
    pub(super) documents: usize,
    /// The names of the documents that were read.
    pub(super) names: Vec<DocumentName>,
    /// Default globs that match no file.
    pub(super) unmatched: Vec<String>,
    /// The folders, relative to the root, in which a file that matters stands or could appear.
    pub(super) folders: BTreeSet<String>,
    /// What documents and plans must not do.
    pub(super) policies: Policies,
    /// The comments that take findings out.
    pub(super) ignores: Ignores,
    /// What is wrong.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What would be wrong, and a comment takes out.
    pub(super) suppressed: Vec<Suppressed>,
    /// Paths, relative to the root, that `-f` narrows the steps to.
    pub(super) narrowed_to: Vec<String>,
    /// Whether there is a workspace file; without one nothing is pruned.
    pub(super) has_file: bool,
    /// What a revision said, where the documents are held against one.
    pub(super) base: Option<Base>,
}

impl Context {
    /// Loads what `source` names. The error is about the command line.
    pub(super) fn load(source: &Source) -> Result<Self, String> {
        Self::load_by(source, load_at)
    }

    /// Loads the workspace that `source` names, and none of its documents.
    pub(super) fn load_workspace(source: &Source) -> Result<Self, String> {
        Self::load_by(source, load_workspace)
    }

    fn load_by(
        source: &Source,
        load: fn(&Home) -> std::io::Result<Loaded>,
    ) -> Result<Self, String> {
        match Place::find(source)? {
            Some(place) => Self::load_from(source, &place, load),
            None => Ok(Self::missing()),
        }
    }

    /// Loads the workspace at `place`, which was found by `source` before; `on_read` is told as
    /// [`load_telling`] says.
    pub(super) fn load_again(
        source: &Source,
        place: &Place,
        on_read: &dyn Fn(&Files),
    ) -> Result<Self, String> {
        Self::load_from(source, place, |home| load_telling(home, on_read))
    }

    fn load_from(
        source: &Source,
        place: &Place,
        load: impl Fn(&Home) -> std::io::Result<Loaded>,
    ) -> Result<Self, String> {
        let loaded =
            load(&place.home).map_err(|error| format!("the workspace cannot be read: {error}"))?;
        let has_file = matches!(place.home, Home::File(_));
        // Without a workspace file, `-f` is the folder of all documents.
        let narrowed_to =
            if has_file { relative(&place.narrowed_to, &loaded.root)? } else { vec![] };
        let is_empty = |path: &&String| !loaded.files.iter().any(|it| is_under(&it.path, path));
        if let Some(empty) = narrowed_to.iter().find(is_empty) {
            return Err(format!("-f: no document of the workspace is `{empty}`, or lies under it"));
        }
        let context = Self { narrowed_to, has_file, ..Self::of(loaded) };
        context.check_targets(&source.target)?;
        Ok(context)
    }

    fn of(loaded: Loaded) -> Self {
        let Loaded {
            root,
            files,
            workspace,
            policies,
            ignores,
            targets,
            documents,
            names,
            unmatched,
            folders,
            mut diagnostics,
        } = loaded;
        let name = workspace.as_ref().map_or("", |it| it.metadata.name.as_str());
        let mut desired = vec![];
        for resolved in targets {
            let target = resolved.target.clone();
            policy::check(&policies, &resolved, (&ignores, &files), &mut diagnostics);
            let (state, found) = desire(name, resolved, &files);
            desired.push((target, state));
            diagnostics.extend(found);
        }
        dedupe(&mut diagnostics);
        let origins = desired.iter().flat_map(|(_, desired)| desired.origins());
        let places = origins.map(|(.., it)| (it.file.as_str(), it.line)).collect();
        let suppressed = policy::settle(&ignores, &files, &places, &mut diagnostics);
        Self {
            root,
            files,
            workspace,
            policies,
            ignores,
            suppressed,
            targets: desired,
            documents,
            names,
            unmatched,
            folders,
            diagnostics,
            narrowed_to: vec![],
            has_file: true,
            base: None,
        }
    }

    /// No workspace at all, which is said.
    pub(super) fn missing() -> Self {
        let missing = Diagnostic::new(Code::NoWorkspace, "there is no segctl.yaml here or above")
            .help("run inside a workspace, or name its folder with `-f`")
            .help("without one: `-f DIR --provider unleash --url URL --workspace NAME`");
        Self {
            root: PathBuf::new(),
            files: Files::default(),
            workspace: None,
            policies: Policies::default(),
            ignores: Ignores::default(),
            suppressed: vec![],
            targets: vec![],
            documents: 0,
            names: vec![],
            unmatched: vec![],
            folders: BTreeSet::new(),
            diagnostics: vec![missing],
            narrowed_to: vec![],
            has_file: false,
            base: None,
        }
    }

    /// Holds the documents against those of the revision `name`.
    pub(super) fn hold_against(&mut self, source: &Source, name: &str) -> Result<(), Failure> {
        // Where there is no workspace, that was said.
        if let Ok(Some(place)) = Place::find(source) {
            let mut base = Base::read(&place, self, name)?;
            self.diagnostics.append(&mut base.diagnostics);
            self.base = Some(base);
        }
        Ok(())
    }

    fn check_targets(&self, wanted: &[String]) -> Result<(), String> {
        let Some(workspace) = &self.workspace else {
            return Ok(());
        };
        let names: Vec<&str> = workspace.spec.targets.iter().map(|it| it.name.as_str()).collect();
        match wanted.iter().find(|wanted| !names.contains(&wanted.as_str())) {
            Some(unknown) => {
                Err(format!("the workspace has no target `{unknown}`; it has {}", names.join(", ")))
            }
            None => Ok(()),
        }
    }

    /// Refuses several targets where none is named: what writes must be told where.
    pub(super) fn check_one_target(&self, wanted: &[String]) -> Result<(), String> {
        let names: Vec<&str> = self.targets.iter().map(|(it, _)| it.name.as_str()).collect();
        if names.len() < 2 || !wanted.is_empty() {
            return Ok(());
        }
        Err(format!("the workspace has several targets: say -t {}", names.join(" or -t ")))
    }

    /// The targets that `-t` names; without `-t`, all of them.
    pub(super) fn selected<'a>(
        &'a self,
        wanted: &'a [String],
    ) -> impl Iterator<Item = &'a (Target, Desired)> {
        self.targets
            .iter()
            .filter(move |(target, _)| wanted.is_empty() || wanted.contains(&target.name))
    }

    /// Whether any target has a document of that name, or of that `kind/name`.
    pub(super) fn has_document(&self, name: &str) -> bool {
        let (kind, name) = name.split_once('/').unwrap_or(("", name));
        self.targets.iter().any(|(_, desired)| {
            (kind != "attachment" && desired.segments.contains_key(name))
                || (kind != "segment" && desired.attachments.contains_key(name))
        })
    }

    /// Whether any document is invalid.
    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// A report that says nothing of any target yet.
    pub(super) fn report(&self, command: &'static str) -> Report<'_> {
        let veil = self.veil();
        let cover = veil.over(&self.files);
        let (diagnostics, files) = cover.sources(&self.diagnostics);
        Report {
            ok: !self.has_errors(),
            workspace: self.name(),
            diagnostics,
            files,
            suppressed: cover.suppressed(&self.suppressed).into(),
            base: self.base.as_ref().map(|it| veil.text(&it.name)),
            venue: venue(&self.root),
            ..Report::new(command, &self.files)
        }
    }

    /// What outputs do not show.
    pub(super) fn veil(&self) -> Veil {
        let private = self.workspace.as_ref().map_or(&[][..], |it| &it.spec.privacy.attributes);
        output::veil(private)
    }

    /// The name of the workspace.
    pub(super) fn name(&self) -> Option<String> {
        self.workspace.as_ref().map(|it| it.metadata.name.clone())
    }
}

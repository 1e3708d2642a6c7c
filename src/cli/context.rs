//! Finds and loads the workspace that a command is about.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use super::args::Source;
use super::base::Base;
use super::output;
use super::select::is_under;
use super::venue::venue;
use crate::desired::{Desired, desire};
use crate::diagnostic::{Code, Diagnostic, dedupe};
use crate::document::{Target, Workspace};
use crate::load::{DocumentName, Home, Loaded, load_at, load_telling, load_workspace};
use crate::policy::{self, Ignores, Policies, Suppressed};
use crate::provider::{self, Capabilities, Failure};
use crate::report::{Report, Veil};
use crate::source::{Files, find_workspace_file};

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
        let (diagnostics, files) = veil.sources(&self.diagnostics, &self.files);
        let suppressed = match &self.suppressed[..] {
            [] => vec![],
            some => veil.over(&self.files).suppressed(some, &self.files),
        };
        Report {
            ok: !self.has_errors(),
            workspace: self.name(),
            diagnostics,
            files,
            suppressed: suppressed.into(),
            base: self.base.as_ref().map(|it| it.name.clone()),
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

/// Where a workspace is, and what of it the steps are narrowed to.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) home: Home,
    narrowed_to: Vec<PathBuf>,
}

impl Place {
    /// Finds what `source` names; none where there is no workspace. The error is about the command
    /// line.
    pub(super) fn find(source: &Source) -> Result<Option<Self>, String> {
        let found = find(source)?;
        let home = match found.workspace_file {
            Some(file) => Some(Home::File(file)),
            None => without_file(source)?
                .map(|(folder, workspace)| Home::CommandLine(folder, workspace)),
        };
        Ok(home.map(|home| Self { home, narrowed_to: found.narrowed_to }))
    }
}

struct Found {
    workspace_file: Option<PathBuf>,
    narrowed_to: Vec<PathBuf>,
}

fn find(source: &Source) -> Result<Found, String> {
    let absolute = |path: &Path| {
        std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))
    };
    if let Some(config) = &source.config {
        if !config.is_file() {
            return Err(format!("--config: there is no file {}", config.display()));
        }
        let narrowed_to = source.file.clone();
        return Ok(Found { workspace_file: Some(absolute(config)?), narrowed_to });
    }
    let mut found = Found { workspace_file: None, narrowed_to: vec![] };
    for path in &source.file {
        if !path.exists() {
            return Err(format!("-f: there is no {}", path.display()));
        }
        let path = absolute(path)?;
        let own = if path.is_dir() {
            find_workspace_file(&path, false)
        } else {
            let name = path.file_name().unwrap_or_default();
            (name == "segctl.yaml" || name == "segctl.yml").then(|| path.clone())
        };
        let file = match own {
            Some(file) => Some(file),
            None => {
                found.narrowed_to.push(path.clone());
                find_workspace_file(&path, true)
            }
        };
        match (&found.workspace_file, file) {
            (Some(one), Some(other)) if *one != other => {
                return Err("-f names paths of different workspaces".to_owned());
            }
            (None, Some(file)) => found.workspace_file = Some(file),
            _ => {}
        }
    }
    if source.file.is_empty() {
        found.workspace_file = find_workspace_file(&absolute(Path::new("."))?, true);
    }
    let ad_hoc = source.provider.is_some() || source.url.is_some() || source.workspace.is_some();
    if found.workspace_file.is_some() && ad_hoc {
        return Err(
            "--provider, --url and --workspace are for folders without a segctl.yaml".to_owned()
        );
    }
    Ok(found)
}

/// The folder, and the workspace file that the command line stands for, where it does.
fn without_file(source: &Source) -> Result<Option<(PathBuf, String)>, String> {
    let all = "without a segctl.yaml give all of --provider, --url and --workspace";
    let (Some(provider), Some(name)) = (source.provider, &source.workspace) else {
        let some = source.provider.is_some() || source.url.is_some() || source.workspace.is_some();
        return if some { Err(all.to_owned()) } else { Ok(None) };
    };
    let vendor = provider::capabilities(provider);
    let said = vendor.url_variables.iter().find_map(|name| std::env::var(name).ok());
    let own = vendor.default_url.map(str::to_owned);
    let Some(url) = source.url.clone().or(said).or(own) else {
        return Err(all.to_owned());
    };
    let [folder] = &source.file[..] else {
        return Err("without a segctl.yaml give one folder of documents with -f".to_owned());
    };
    let workspace = json!({
        "apiVersion": "segctl.dev/v1",
        "kind": "Workspace",
        "metadata": {"name": name},
        "spec": {
            "documents": ["**/*.{yaml,yml}"],
            "targets": [{
                "name": provider.block(),
                "provider": provider.block(),
                "url": url,
                "auth": auth_of_environment(vendor),
            }],
        },
    });
    let text = serde_yaml::to_string(&workspace).map_err(|error| error.to_string())?;
    Ok(Some((folder.clone(), text)))
}

/// References to the secrets of a vendor, by the variables that are set or, where none is, by those
/// that could be.
fn auth_of_environment(vendor: &Capabilities) -> Json {
    let variable = |secret: &str| {
        let named = vendor.variables.iter().find(|(name, _)| *name == secret);
        let names = named.map_or(&[][..], |(_, variables)| *variables);
        let set = names.iter().find(|name| std::env::var_os(name).is_some());
        (set.or(names.first()).copied().unwrap_or_default(), set.is_some())
    };
    let is_set = |names: &&&[&str]| names.iter().all(|name| variable(name).1);
    let way = vendor.secrets.iter().find(is_set).or(vendor.secrets.first());
    let references = way.into_iter().copied().flatten();
    let references: Map<String, Json> =
        references.map(|name| ((*name).to_owned(), json!({"env": variable(name).0}))).collect();
    Json::Object(references)
}

fn relative(paths: &[PathBuf], root: &Path) -> Result<Vec<String>, String> {
    let inside = |path: &PathBuf| {
        let real = path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?;
        let inside = real
            .strip_prefix(root)
            .map_err(|_| format!("-f: {} is outside of the workspace", path.display()))?;
        Ok(inside.to_string_lossy().replace('\\', "/"))
    };
    paths.iter().map(inside).collect()
}

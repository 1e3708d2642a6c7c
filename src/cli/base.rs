//! `--base`: what a revision said, which tells this change of the documents from what was before.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::place::Place;
use crate::desired::{Desired, desire};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Provider, Target};
use crate::load::{Loaded, load_revision};
use crate::provider::Failure;
use crate::report::{several, short_revision};
use crate::source::{Revision, RevisionError};

/// What a revision said.
#[derive(Debug)]
pub(super) struct Base {
    /// Its name, as the user wrote it.
    pub(super) name: String,
    /// What each target should have held, by its name and its vendor.
    targets: BTreeMap<(String, &'static str), Desired>,
    /// Whether all of it could be read.
    is_whole: bool,
    /// What makes it less than certain.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Base {
    /// Reads the workspace at `place` as the revision `name` has it.
    pub(super) fn read(place: &Place, context: &Context, name: &str) -> Result<Self, Failure> {
        let revision = Revision::open(&context.root, name).map_err(|error| unreadable(&error))?;
        let mut base = Self {
            name: name.to_owned(),
            targets: BTreeMap::new(),
            is_whole: false,
            diagnostics: vec![],
        };
        base.diagnostics.extend(ahead(&revision));
        match load_revision(&place.home, &revision) {
            Some(loaded) => base.take(loaded, context),
            None => {
                let said = format!("`{}` has no segctl.yaml here", short_revision(name));
                base.diagnostics.push(incomplete(&said));
            }
        }
        Ok(base)
    }

    /// What `target` should have held; nothing, where it is new.
    pub(super) fn of(&self, target: &Target, now: &Desired) -> Cow<'_, Desired> {
        match self.targets.get(&(target.name.clone(), target.provider.block())) {
            Some(desired) => Cow::Borrowed(desired),
            None => Cow::Owned(Desired {
                workspace: now.workspace.clone(),
                provider: now.provider,
                segments: BTreeMap::new(),
                attachments: BTreeMap::new(),
            }),
        }
    }

    /// Whether all that `target` should have held could be read.
    pub(super) fn is_whole(&self, target: &Target) -> bool {
        self.is_whole && self.targets.contains_key(&(target.name.clone(), target.provider.block()))
    }

    fn take(&mut self, loaded: Loaded, context: &Context) {
        let workspace = loaded.workspace.as_ref().map_or("", |it| it.metadata.name.as_str());
        self.name_submodules(&loaded.diagnostics);
        let mut mistakes = loaded.diagnostics.iter().filter(|it| it.is_error()).count();
        let now = context.workspace.as_ref().map_or(&[][..], |it| &it.spec.targets);
        for resolved in loaded.targets {
            let was = &resolved.target;
            let target = (was.name.clone(), was.provider.block());
            // What was applied was applied there.
            if now.iter().any(|it| it.name == was.name && system(it) != system(was)) {
                let said = format!(
                    "in `{}`, the target `{}` is another system",
                    short_revision(&self.name),
                    was.name
                );
                self.diagnostics.push(incomplete(&said));
                continue;
            }
            let (desired, found) = desire(workspace, resolved, &loaded.files);
            mistakes += found.iter().filter(|it| it.is_error()).count();
            self.targets.insert(target, desired);
        }
        self.is_whole = mistakes == 0;
        if mistakes > 0 {
            let name = short_revision(&self.name);
            let said = format!("the documents of `{name}` have {}", several(mistakes, "mistake"));
            self.diagnostics.push(incomplete(&said));
        }
    }

    /// Says which submodules were not looked into: what stands there is no mistake.
    fn name_submodules(&mut self, found: &[Diagnostic]) {
        let unread = found.iter().filter(|it| it.code == Code::BaseIncomplete);
        let messages: BTreeSet<&str> = unread.map(|it| it.message.as_str()).collect();
        let name = short_revision(&self.name);
        let said = messages.into_iter().map(|it| incomplete(&format!("in `{name}`, {it}")));
        self.diagnostics.extend(said);
    }
}

/// What makes a target the system that it is.
fn system(target: &Target) -> (Provider, &str, Option<&str>, Option<&str>) {
    let Target { provider, url, product, project, .. } = target;
    (*provider, url.trim_end_matches('/'), product.as_deref(), project.as_deref())
}

fn incomplete(what: &str) -> Diagnostic {
    let message = format!("{what}; what stands there counts as changed");
    Diagnostic::new(Code::BaseIncomplete, message)
}

/// What others committed meanwhile, and this checkout would undo.
fn ahead(revision: &Revision) -> Option<Diagnostic> {
    let commits = revision.ahead();
    let name = short_revision(revision.name());
    let many = several(commits, "commit");
    let message = format!("`{name}` has {many} that {} not in what is checked out", is(commits));
    (commits > 0).then(|| {
        Diagnostic::new(Code::BaseAhead, message)
            .help("what they changed looks undone here: merge or rebase, then plan again")
    })
}

fn is(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn unreadable(error: &RevisionError) -> Failure {
    let failure = Failure::new(Code::BaseUnreadable, error.to_string());
    match error {
        RevisionError::Unknown(name) => failure.help(format!(
            "If `{name}` is spelt right, fetch it. In a pipeline the clone is cut short: \
             actions/checkout takes fetch-depth: 2 for the base of a pull request, and \
             fetch-depth: 0 for any revision."
        )),
        RevisionError::NotOne(_) => failure
            .help("Name one commit: a branch, a tag or a hash, such as origin/main or HEAD~1."),
        RevisionError::NotOurs(path) => failure.help(format!(
            "If you trust it, as in a container of a pipeline: \
             git config --global --add safe.directory {path}"
        )),
        RevisionError::NoRepository(_) => failure
            .help("Run it in a clone, with its .git. Without --base nothing of Git is needed."),
        RevisionError::NoGit(_) => {
            failure.help("Install Git, or put it on the PATH. Without --base it is not needed.")
        }
        RevisionError::Broken { .. } => failure.help(
            "The clone lacks a part of that commit: fetch it whole, as `git fetch --refetch` does.",
        ),
    }
}

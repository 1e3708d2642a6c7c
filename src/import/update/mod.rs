//! Drift -> the files that say it: documents that people wrote, with what differs edited in.
//!
//! Each object is edited on its own. Then all texts are read again by the same code that reads
//! those of people; what does not mean what is live is edited back, and said.

mod goal;
mod merge;
mod place;
mod reading;
mod shown;
mod target;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use goal::{Goal, goals};
pub use reading::Texts;
use reading::{Found, Reading, read};
use shown::Secrets;

use super::LeftOut;
use crate::desired::Desired;
use crate::diagnostic::{Class, Code};
use crate::document::{Target, Workspace};
use crate::live::Live;
use crate::plan::{Drift, ObjectKind};

/// What is brought back into Git, and where from.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The workspace.
    pub workspace: &'a Workspace,
    /// The target.
    pub target: &'a Target,
    /// What Git says of it.
    pub desired: &'a Desired,
    /// What it holds.
    pub live: &'a Live,
    /// What people changed in it.
    pub drift: &'a Drift,
    /// The names of documents, marks and live objects to which it is narrowed; none for all.
    pub names: &'a [String],
    /// The files as they are.
    pub texts: &'a Texts,
}

/// What an update comes to.
#[derive(Clone, Debug, Default)]
pub struct Update {
    /// The files that change.
    pub files: Vec<UpdatedFile>,
    /// What could not be brought back.
    pub left_out: Vec<LeftOut>,
    /// What is to be known beside that, each in one sentence.
    pub notes: Vec<String>,
}

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedFile {
    /// The path in the workspace.
    pub path: String,
    /// The text as it is.
    pub before: String,
    /// The text as it should be.
    pub after: String,
    /// The text as it is and as it should be, as people may see them.
    pub shown: (String, String),
    /// The documents for which it changes: the kind and the name of each.
    pub documents: Vec<(ObjectKind, String)>,
}

/// Who an object is.
type Id = (ObjectKind, String);

/// Brings the drift of one target into the texts. The error lists the names that mean nothing.
pub fn update(scene: &Scene<'_>) -> Result<Update, Vec<String>> {
    let unknown = goal::unknown(scene);
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let (goals, mut update) = goals(scene);
    if goals.is_empty() {
        return Ok(update);
    }
    let mut run = Run {
        scene,
        before: read(scene.workspace, scene.texts),
        refused: BTreeMap::new(),
        allow: BTreeMap::new(),
    };
    let edited = loop {
        let edited = run.edited(&goals);
        if !run.is_wrong(&goals, &edited) {
            break edited;
        }
    };
    update.left_out.extend(run.refused.iter().filter_map(|(id, (code, message))| {
        let key = goals.get(id)?.key.clone();
        let (kind, name) = (id.0, Some(id.1.clone()));
        Some(LeftOut { kind, name, key, code: *code, message: message.clone() })
    }));
    update.notes.extend(run.others(&edited.texts));
    update.files = edited.files(scene.texts);
    Ok(update)
}

/// The texts with what could be edited in.
struct Edited {
    texts: Texts,
    /// The files that each object touched.
    touched: BTreeMap<Id, BTreeSet<String>>,
}

struct Run<'a> {
    scene: &'a Scene<'a>,
    before: Reading,
    refused: BTreeMap<Id, (Code, String)>,
    /// The lints that a document has to allow from now on.
    allow: BTreeMap<Id, BTreeSet<Code>>,
}

impl Run<'_> {
    fn edited(&mut self, goals: &BTreeMap<Id, Goal>) -> Edited {
        let mut edited = Edited { texts: self.scene.texts.clone(), touched: BTreeMap::new() };
        for (id, goal) in goals {
            if self.refused.contains_key(id) {
                continue;
            }
            let allow = self.allow.get(id);
            match place::edit(self.scene, &edited.texts, id, goal, allow) {
                Ok(files) => {
                    let touched = edited.touched.entry(id.clone()).or_default();
                    for (path, text) in files {
                        edited.texts.put(&path, text);
                        touched.insert(path);
                    }
                }
                Err(message) => {
                    self.refused.insert(id.clone(), (Code::EditUnplaced, message));
                }
            }
        }
        edited
    }

    /// Whether the texts do not mean what they should: then what is to blame is refused, or has to
    /// allow more.
    fn is_wrong(&mut self, goals: &BTreeMap<Id, Goal>, edited: &Edited) -> bool {
        let reading = read(self.scene.workspace, &edited.texts);
        let mut is_wrong = false;
        let known: BTreeSet<(Code, &str)> =
            self.before.found.iter().map(|it| (it.diagnostic.code, it.path.as_str())).collect();
        let is_new = |it: &&Found| {
            it.diagnostic.is_error() && !known.contains(&(it.diagnostic.code, it.path.as_str()))
        };
        let mut blamed: BTreeMap<Id, (Code, String)> = BTreeMap::new();
        for found in reading.found.iter().filter(is_new) {
            let code = found.diagnostic.code;
            let of = found.object.clone().filter(|it| edited.touched.contains_key(it));
            if let Some(id) = of.clone().filter(|_| code.class() == Class::Lint)
                && self.allow.entry(id).or_default().insert(code)
            {
                is_wrong = true;
                continue;
            }
            let reason = (code, found.diagnostic.message.clone());
            let to_blame = of.map_or_else(|| edited.who_touched(&found.path), |it| vec![it]);
            blamed.extend(to_blame.into_iter().map(|it| (it, reason.clone())));
        }
        if blamed.is_empty() && !is_wrong {
            blamed = self.strays(goals, edited, &reading);
        }
        is_wrong |= !blamed.is_empty();
        self.refused.extend(blamed);
        is_wrong
    }

    /// The objects for which some document does not mean what it should.
    fn strays(
        &self,
        goals: &BTreeMap<Id, Goal>,
        edited: &Edited,
        reading: &Reading,
    ) -> BTreeMap<Id, (Code, String)> {
        let defect = |why: &str| (Code::EditUnplaced, why.to_owned());
        let name = &self.scene.target.name;
        let (Some(now), Some(was)) = (reading.targets.get(name), self.before.targets.get(name))
        else {
            return BTreeMap::new();
        };
        let now = now.kept_by(self.scene.live);
        let was = was.kept_by(self.scene.live);
        let mut strays = BTreeMap::new();
        let ids = was.segments.keys().map(|it| (ObjectKind::Segment, it.clone()));
        let rules = was.attachments.keys().map(|it| (ObjectKind::Attachment, it.clone()));
        for id in ids.chain(rules) {
            let goal = goals.get(&id).filter(|_| edited.touched.contains_key(&id));
            match goal {
                Some(goal) if !goal.is_met(&id, &now, &was) => {
                    strays.insert(id, defect("the edited document would not say what is live"));
                }
                None if !goal::is_as_before(&id, &now, &was) => {
                    // Something that it shares was edited for somebody else.
                    let name = &id.1;
                    let why = format!(
                        "a file that both read would change `{name}` too; write it by hand"
                    );
                    let to_blame = edited.who_changed(reading.reads.get(&id));
                    strays.extend(to_blame.into_iter().map(|it| (it, defect(&why))));
                }
                _ => {}
            }
        }
        strays
    }

    /// Says which other targets take what was edited.
    fn others(&self, texts: &Texts) -> Vec<String> {
        let reading = read(self.scene.workspace, texts);
        let mut notes = vec![];
        for (name, now) in reading.targets.iter().filter(|it| *it.0 != self.scene.target.name) {
            let Some(was) = self.before.targets.get(name) else { continue };
            let ids = was.segments.keys().map(|it| (ObjectKind::Segment, it.clone()));
            let rules = was.attachments.keys().map(|it| (ObjectKind::Attachment, it.clone()));
            let changed = ids.chain(rules).filter(|it| !goal::is_as_before(it, now, was));
            let names: Vec<String> = changed.map(|it| it.1).collect();
            if !names.is_empty() {
                notes.push(format!("target {name} takes these changes too: {}", names.join(", ")));
            }
        }
        notes
    }
}

impl Edited {
    fn who_touched(&self, path: &str) -> Vec<Id> {
        let those = self.touched.iter().filter(|it| it.1.contains(path));
        let those: Vec<Id> = those.map(|it| it.0.clone()).collect();
        if those.is_empty() { self.touched.keys().cloned().collect() } else { those }
    }

    /// The objects for which any of `files` was edited.
    fn who_changed(&self, files: Option<&BTreeSet<String>>) -> Vec<Id> {
        let is_to_blame = |touched: &BTreeSet<String>| {
            files.is_some_and(|files| touched.iter().any(|it| files.contains(it)))
        };
        let those = self.touched.iter().filter(|it| is_to_blame(it.1));
        let those: Vec<Id> = those.map(|it| it.0.clone()).collect();
        if those.is_empty() { self.touched.keys().cloned().collect() } else { those }
    }

    fn files(&self, before: &Texts) -> Vec<UpdatedFile> {
        let now = self.texts.documents.iter().chain(&self.texts.values);
        let (old, new) = (Secrets::of(before), Secrets::of(&self.texts));
        let changed = now.filter_map(|(path, after)| {
            let before = before.get(path)?;
            (before != after).then(|| UpdatedFile {
                path: path.clone(),
                before: before.clone(),
                after: after.clone(),
                shown: (old.masked(&new, path, before), new.masked(&old, path, after)),
                documents: self.who_touched(path),
            })
        });
        changed.collect()
    }
}

impl Texts {
    fn get(&self, path: &str) -> Option<&String> {
        self.documents.get(path).or_else(|| self.values.get(path))
    }

    fn put(&mut self, path: &str, text: String) {
        let texts =
            if self.documents.contains_key(path) { &mut self.documents } else { &mut self.values };
        texts.insert(path.to_owned(), text);
    }
}

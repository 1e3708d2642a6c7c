//! A veil over the files of a workspace, of which one says what is private in another.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::conditions::Condition;
use super::places::{Place, Places, views};
use super::{Veil, covered};
use crate::document::{Node, parse, values_from_paths};
use crate::policy::{Suppressed, is_of_plans};
use crate::source::Files;
use crate::workspace::beside;

/// A veil over the files of one workspace.
#[derive(Debug)]
pub struct Cover<'v, 'f> {
    pub(super) veil: &'v Veil,
    pub(super) files: &'f Files,
    lists: OnceCell<Lists>,
}

/// Files of values.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Those that documents name.
    pub(super) named: BTreeSet<String>,
    /// Those of them that a private condition may name.
    pub(super) private: BTreeSet<String>,
}

impl Veil {
    /// Over `files`, the documents of a workspace and the files of values that these name.
    pub fn over<'f>(&self, files: &'f Files) -> Cover<'_, 'f> {
        Cover { veil: self, files, lists: OnceCell::new() }
    }

    fn lists(&self, files: &Files) -> Lists {
        let mut lists = Lists::default();
        if self.lifted || self.attributes.is_empty() {
            return lists;
        }
        let mut broken: Vec<&str> = vec![];
        // Only a document that has the word names a file of values; `\` can hide it.
        for (id, file) in
            files.ids().filter(|(_, it)| it.text.contains("From") || it.text.contains('\\'))
        {
            let mut wrong = vec![];
            for node in &parse(id, &file.readable(), &mut wrong) {
                let named = values_from_paths(node).into_iter();
                lists.named.extend(named.map(|(it, _)| beside(&file.path, &it)));
                for seen in views(node) {
                    self.lists_named(&seen, &file.path, &mut lists.private);
                }
            }
            if !wrong.is_empty() {
                broken.push(&file.path);
            }
        }
        // A file of values is no document, and a document that cannot be read may name any.
        if broken.iter().any(|path| !lists.named.contains(*path)) {
            lists.private.clone_from(&lists.named);
        }
        lists
    }

    /// Adds the files that private conditions of the document at `path` take their values from.
    fn lists_named(&self, node: &Node, path: &str, named: &mut BTreeSet<String>) {
        let private =
            matches!(self.attributes.judge(node), Condition::Private | Condition::Unreadable);
        for entry in node.entries() {
            if private && entry.key.ends_with("From") {
                named.extend(entry.node.as_str().map(|it| beside(path, it)));
            }
            self.lists_named(&entry.node, path, named);
        }
        node.items().iter().for_each(|item| self.lists_named(item, path, named));
    }
}

impl Cover<'_, '_> {
    /// The files of values, which are looked for once something is to be shown.
    pub(super) fn lists(&self) -> &Lists {
        self.lists.get_or_init(|| self.veil.lists(self.files))
    }

    /// The text of the document or of the file of values at `path`, without what is private.
    pub fn file(&self, path: &str, text: &str) -> String {
        if self.veil.lifted {
            return text.to_owned();
        }
        let mut files = Files::default();
        let file = files.add(path, text);
        let mut places = self.places(file, &files).all;
        places.sort_by_key(|it| (it.span.start, std::cmp::Reverse(it.span.end)));
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for Place { span, shown, .. } in places {
            let range = span.range();
            // What an alias says stands at its anchor, once.
            if range.start >= at {
                out.push_str(text.get(at..range.start).unwrap_or_default());
                out.push_str(&shown);
                at = range.end;
            }
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }

    /// What comments took out, without what is private.
    pub fn suppressed(&self, all: &[Suppressed]) -> Vec<Suppressed> {
        let mut shown = self.veil.suppressed(all);
        // What was found in documents may quote a value.
        if !self.veil.attributes.is_empty() {
            for it in shown.iter_mut().filter(|it| !is_of_plans(it.code)) {
                it.code.title().clone_into(&mut it.found);
            }
        }
        self.reasons(&mut shown, all);
        shown
    }

    /// Covers the reasons in `shown` that people gave where something private stands; `all` is what
    /// nothing covers yet.
    pub fn reasons(&self, shown: &mut [Suppressed], all: &[Suppressed]) {
        if self.veil.lifted {
            return;
        }
        let mut private: BTreeMap<&str, Places> = BTreeMap::new();
        for (id, file) in self.files.ids() {
            if all.iter().any(|it| it.file == file.path) {
                private.insert(&file.path, self.places(id, self.files));
            }
        }
        for (shown, own) in shown.iter_mut().zip(all) {
            let tells =
                |it: &Places| it.is_broken || it.all.iter().any(|it| it.said.contains(&own.reason));
            if private.get(own.file.as_str()).is_some_and(tells) {
                shown.reason = covered(&own.reason);
            }
        }
    }
}

//! What the files said at one moment.

use std::collections::BTreeMap;

use crate::source::{Files, SourceFile};

/// The files that were read, each with a hash of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(BTreeMap<String, u64>);

impl Seen {
    /// What `files` say.
    pub fn of(files: &Files) -> Self {
        Self(files.iter().map(|file| (file.path.clone(), file.identity)).collect())
    }

    /// The files of `files` that are new or say something else.
    pub fn news<'a>(&self, files: &'a Files) -> impl Iterator<Item = &'a SourceFile> {
        files.iter().filter(|file| self.0.get(&file.path) != Some(&file.identity))
    }

    /// The files that are new, gone, or say something else than `earlier`.
    pub fn differences(&self, earlier: &Self) -> Vec<String> {
        let news = self.0.iter().filter(|(path, hash)| earlier.0.get(*path) != Some(hash));
        let gone = earlier.0.keys().filter(|path| !self.0.contains_key(*path));
        let mut paths: Vec<String> = news.map(|(path, _)| path).chain(gone).cloned().collect();
        paths.sort();
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(files: &[(&str, &str)]) -> Seen {
        let mut all = Files::default();
        for (path, text) in files {
            all.add(*path, *text);
        }
        Seen::of(&all)
    }

    #[test]
    fn tells_new_gone_and_changed_files() {
        let earlier = seen(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let now = seen(&[("a", "1"), ("b", "x"), ("d", "3")]);
        assert_eq!(now.differences(&earlier), ["b", "c", "d"]);
        assert!(now.differences(&now).is_empty());
        let mut files = Files::default();
        for (path, text) in [("a", "1"), ("b", "3"), ("d", "2")] {
            files.add(path, text);
        }
        let news: Vec<&str> = earlier.news(&files).map(|it| it.path.as_str()).collect();
        assert_eq!(news, ["b", "d"]);
    }
}

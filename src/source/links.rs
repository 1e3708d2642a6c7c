//! Symbolic links inside a revision, which no file system follows.

use std::collections::BTreeMap;
use std::io;

/// What a revision has at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A file.
    File {
        /// The id of its content.
        id: String,
        /// Its size.
        bytes: u64,
    },
    /// A symbolic link; the content of the blob is where it leads.
    Link(String),
    /// A repository of its own.
    Elsewhere,
}

/// How many links lead to a file at most, as on Linux.
const LINKS: usize = 40;

/// Where `path` leads once every link on it is followed; none where that is outside. `target` is
/// where the link of an id leads.
pub(super) fn follow(
    path: &str,
    files: &BTreeMap<String, Entry>,
    target: &dyn Fn(&str) -> io::Result<String>,
) -> io::Result<Option<String>> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Some(clean) = normal(&path) else { return Ok(None) };
        let ends = clean.match_indices('/').map(|(at, _)| at).chain([clean.len()]);
        let link = ends.clone().find_map(|end| match files.get(&clean[..end]) {
            Some(Entry::Link(id)) => Some((end, id)),
            _ => None,
        });
        let Some((end, id)) = link else { return Ok(Some(clean)) };
        let leads_to = target(id)?;
        if leads_to.starts_with('/') {
            return Ok(None);
        }
        let folder = clean[..end].rsplit_once('/').map_or("", |(folder, _)| folder);
        path = format!("{folder}/{leads_to}{}", &clean[end..]);
    }
    Err(io::Error::other("too many symbolic links"))
}

/// A path without `.` and `..`; none where it leads out.
fn normal(path: &str) -> Option<String> {
    let mut parts = vec![];
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(path: &str, links: &[(&str, &str)]) -> Result<Option<String>, String> {
        let files = links.iter().map(|(at, to)| ((*at).to_owned(), Entry::Link((*to).to_owned())));
        let files: BTreeMap<String, Entry> = files.collect();
        follow(path, &files, &|id| Ok(id.to_owned())).map_err(|error| error.to_string())
    }

    #[test]
    fn links_lead_through_folders_and_other_links() {
        let links =
            [("a/x", "../b"), ("b/y.yaml", "z.yaml"), ("out", "../../etc"), ("abs", "/etc")];
        assert_eq!(leads("a/x/y.yaml", &links), Ok(Some("b/z.yaml".to_owned())));
        assert_eq!(leads("plain/../b/./q", &links), Ok(Some("b/q".to_owned())));
        assert_eq!(leads("out/passwd", &links), Ok(None));
        assert_eq!(leads("abs/passwd", &links), Ok(None));
        assert!(leads("c", &[("c", "d"), ("d", "c")]).is_err());
    }
}

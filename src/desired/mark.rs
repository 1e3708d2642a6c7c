//! The mark of a managed object: the last line of its description.

use std::fmt;

use super::Canonical;

/// How every mark begins.
const PREFIX: &str = "managed by segctl:";

/// Who manages an object, under which name, and what it was when it was last written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The workspace.
    pub workspace: String,
    /// The `metadata.name` of the document.
    pub name: String,
    /// The hash of the canonical document as last written; absent when somebody cut it off.
    pub hash: Option<String>,
}

impl Mark {
    /// The mark of `document` under `name`.
    pub fn new(workspace: &str, name: &str, document: &Canonical) -> Self {
        Self {
            workspace: workspace.to_owned(),
            name: name.to_owned(),
            hash: Some(document.hash8().to_owned()),
        }
    }

    /// Splits a description into what people wrote and the mark below it.
    ///
    /// The mark is the last line that is not blank. Case and the number of blanks do not count, so
    /// that an editor that touches them does not turn a managed object into a foreign one.
    pub fn split(description: &str) -> (&str, Option<Self>) {
        let text = description.trim_end();
        let (above, line) = text.rsplit_once('\n').unwrap_or(("", text));
        match Self::parse(line) {
            Some(mark) => (above.trim_end(), Some(mark)),
            None => (description, None),
        }
    }

    /// A description with this mark below it.
    pub fn join(&self, description: &str) -> String {
        let description = description.trim_end();
        if description.is_empty() { self.to_string() } else { format!("{description}\n\n{self}") }
    }

    fn parse(line: &str) -> Option<Self> {
        let line = line.trim();
        let prefix = line.get(..PREFIX.len())?;
        if !prefix.eq_ignore_ascii_case(PREFIX) {
            return None;
        }
        let mut words = line[PREFIX.len()..].split_whitespace();
        let (workspace, name) = words.next()?.split_once('/')?;
        let hash = words.next().map(str::to_ascii_lowercase);
        if words.next().is_some() || workspace.is_empty() || name.is_empty() {
            return None;
        }
        Some(Self { workspace: workspace.to_owned(), name: name.to_owned(), hash })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Managed by segctl: {}/{}", self.workspace, self.name)?;
        match &self.hash {
            Some(hash) => write!(formatter, " {hash}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mark;

    fn mark() -> Mark {
        Mark { workspace: "acme".into(), name: "beta".into(), hash: Some("0a1b2c3d".into()) }
    }

    #[test]
    fn what_is_joined_can_be_split() {
        for text in ["", "one line", "two\nlines", "  indented"] {
            let joined = mark().join(text);
            assert_eq!(Mark::split(&joined), (text, Some(mark())), "{joined}");
        }
    }

    #[test]
    fn is_read_tolerantly() {
        let shouted = "About.\r\n\r\n  MANAGED BY SEGCTL:   acme/beta  0A1B2C3D \n\n";
        assert_eq!(Mark::split(shouted), ("About.", Some(mark())));
        assert_eq!(Mark::split("Managed by segctl: acme/beta").1.unwrap().hash, None);
    }

    #[test]
    fn another_last_line_is_no_mark() {
        for text in ["Managed by segctl: acme", "Managed by segctl:", "managed by hand", "é"] {
            assert_eq!(Mark::split(text), (text, None));
        }
        let buried = "Managed by segctl: a/b 0\nand more";
        assert_eq!(Mark::split(buried), (buried, None));
    }
}

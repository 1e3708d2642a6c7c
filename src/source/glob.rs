//! Globs over paths relative to the workspace.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A list of globs, in which `*` does not cross a `/` and `**` does.
#[derive(Clone, Debug)]
pub struct Globs {
    patterns: Vec<String>,
    set: GlobSet,
}

impl Globs {
    /// Compiles `patterns`; the error is the index of the bad one and what is wrong with it.
    pub fn new(patterns: &[String]) -> Result<Self, (usize, String)> {
        let mut set = GlobSetBuilder::new();
        for (index, pattern) in patterns.iter().enumerate() {
            if pattern.starts_with('/') || pattern.split('/').any(|part| part == "..") {
                return Err((index, "it leads out of the workspace".to_owned()));
            }
            let glob = GlobBuilder::new(pattern.trim_start_matches("./"))
                .literal_separator(true)
                .build()
                .map_err(|error| (index, error.kind().to_string()))?;
            set.add(glob);
        }
        let set = set.build().map_err(|error| (0, error.to_string()))?;
        Ok(Self { patterns: patterns.to_vec(), set })
    }

    /// Whether a path fits any glob.
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// The indices of the globs that a path fits.
    pub fn matching(&self, path: &str) -> Vec<usize> {
        self.set.matches(path)
    }

    /// Whether anything under `folder` could fit.
    pub fn reach_into(&self, folder: &str) -> bool {
        self.roots()
            .iter()
            .any(|root| root == folder || is_under(folder, root) || is_under(root, folder))
    }

    /// The globs as written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// The folders under which anything can fit: what stands before the first wildcard.
    ///
    /// Walking only these keeps `node_modules` and the like out of sight.
    pub fn roots(&self) -> Vec<String> {
        let mut roots: Vec<String> = self.patterns.iter().map(|pattern| root_of(pattern)).collect();
        roots.sort();
        roots.dedup();
        let all = roots.clone();
        roots.retain(|root| !all.iter().any(|other| other != root && is_under(root, other)));
        roots
    }
}

fn root_of(pattern: &str) -> String {
    let pattern = pattern.trim_start_matches("./");
    let parts: Vec<&str> = pattern.split('/').collect();
    let literal = parts.iter().take(parts.len() - 1).take_while(|part| !is_wild(part));
    literal.copied().collect::<Vec<_>>().join("/")
}

fn is_wild(part: &str) -> bool {
    part.contains(['*', '?', '[', '{', '\\'])
}

fn is_under(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::Globs;

    fn globs(patterns: &[&str]) -> Result<Globs, (usize, String)> {
        Globs::new(&patterns.iter().map(|&pattern| pattern.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn walks_only_the_folders_before_the_first_wildcard() {
        let globs = globs(&["segments/**/*.yaml", "segments/a/*.yaml", "x.yaml"]).unwrap();
        assert_eq!(globs.roots(), [""]);
        let globs = self::globs(&["segments/**/*.yaml", "segments/a/*.yaml"]).unwrap();
        assert_eq!(globs.roots(), ["segments"]);
    }

    #[test]
    fn a_star_does_not_cross_a_slash() {
        let globs = globs(&["a/*.yaml"]).unwrap();
        assert!(globs.matches("a/b.yaml") && !globs.matches("a/b/c.yaml"));
    }

    #[test]
    fn no_pattern_leads_out() {
        assert_eq!(globs(&["a", "../b"]).unwrap_err().0, 1);
        assert_eq!(globs(&["/etc/*"]).unwrap_err().0, 0);
    }
}

//! A workspace on disk, from documents to the desired state of its target `live`.

use super::folder::Folder;
use segctl::desired::{Desired, desire};
use segctl::load::load;
use std::collections::BTreeSet;

/// The name of the workspace, which marks carry.
pub(crate) const WORKSPACE: &str = "acme";

/// The target that tests reconcile.
pub(crate) const TARGET: &str = "live";

/// `live` is read by tests, `other` is there for `perTarget` only.
const SEGCTL_YAML: &str = "\
apiVersion: segctl.dev/v1
kind: Workspace
metadata: {name: acme}
spec:
  targets:
    - {name: live, provider: unleash, url: \"https://live.invalid\", auth: {token: {env: TOKEN}}}
    - {name: other, provider: unleash, url: \"https://other.invalid\", auth: {token: {env: TOKEN}}}
";

/// Globs that find nothing are a mistake, so there is always this document, which does nothing.
const NO_SEGMENT: &str = "\
apiVersion: segctl.dev/v1
kind: Segment
metadata: {name: none}
spec: {external: true, unleash: {name: None of ours}}
";

/// A file: its path in the workspace, and its text.
pub(crate) type File = (String, String);

/// What the files say about the target `live`, or the codes of all that is wrong with them.
pub(crate) fn desired(files: &[File]) -> Result<Desired, BTreeSet<String>> {
    let folder = Folder::new();
    let workspace = folder.write("segctl.yaml", SEGCTL_YAML);
    folder.write("segments/none.yaml", NO_SEGMENT);
    for (path, text) in files {
        folder.write(path, text);
    }
    let loaded = load(&workspace).expect("the folder can be read");
    let target = loaded.targets.into_iter().next().expect("the workspace has a target");
    let (desired, found) = desire(WORKSPACE, target, &loaded.files);
    let all = loaded.diagnostics.iter().chain(&found);
    let wrong: BTreeSet<String> =
        all.filter(|it| it.is_error()).map(|it| it.code.name().to_owned()).collect();
    if wrong.is_empty() { Ok(desired) } else { Err(wrong) }
}

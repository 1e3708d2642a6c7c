//! A workspace on disk, from documents to the desired state of its target `live`.

use super::folder::Folder;
use segctl::desired::{Desired, desire};
use segctl::diagnostic::Diagnostic;
use segctl::document::Provider;
use segctl::load::load;
use std::collections::BTreeSet;

/// The name of the workspace, which marks carry.
pub(crate) const WORKSPACE: &str = "acme";

/// The target that tests reconcile.
pub(crate) const TARGET: &str = "live";

/// Targets of Unleash: `live` is read by tests, `other` is there for `perTarget` only.
const UNLEASH: [&str; 2] = [
    "    - {name: live, provider: unleash, url: \"https://live.invalid\", auth: {token: {env: TOKEN}}}\n",
    "    - {name: other, provider: unleash, url: \"https://other.invalid\", auth: {token: {env: TOKEN}}}\n",
];

/// A file: its path in the workspace, and its text.
pub(crate) type File = (String, String);

/// What the files say about the target `live` of Unleash, or the codes of all that is wrong with
/// them.
pub(crate) fn desired(files: &[File]) -> Result<Desired, BTreeSet<String>> {
    desired_by("unleash", &UNLEASH.concat(), files)
}

/// What the files say about a target of `provider` with `more` in its flow mapping, or the codes of
/// all that is wrong with them.
pub(crate) fn desired_of(
    provider: Provider,
    more: &str,
    files: &[File],
) -> Result<Desired, BTreeSet<String>> {
    let block = provider.block();
    // A target of a sandbox needs no `auth`.
    let target =
        format!("    - {{name: live, provider: {block}, url: \"sandbox:x.yaml\"{more}}}\n");
    desired_by(block, &target, files)
}

fn desired_by(block: &str, targets: &str, files: &[File]) -> Result<Desired, BTreeSet<String>> {
    let folder = Folder::new();
    let head =
        "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  targets:\n";
    let workspace = folder.write("segctl.yaml", &format!("{head}{targets}"));
    // Globs that find nothing are a mistake, so there is always this document, which does nothing.
    let nothing = format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: none-of-ours}}\nspec: {{external: true, {block}: {{}}}}\n"
    );
    folder.write("segments/none.yaml", &nothing);
    for (path, text) in files {
        folder.write(path, text);
    }
    let loaded = load(&workspace).expect("the folder can be read");
    let all = |found: &[Diagnostic]| -> BTreeSet<String> {
        let wrong = loaded.diagnostics.iter().chain(found).filter(|it| it.is_error());
        wrong.map(|it| it.code.name().to_owned()).collect()
    };
    let Some(target) = loaded.targets.first() else { return Err(all(&[])) };
    let (desired, found) = desire(WORKSPACE, target.clone(), &loaded.files);
    let wrong = all(&found);
    if wrong.is_empty() { Ok(desired) } else { Err(wrong) }
}

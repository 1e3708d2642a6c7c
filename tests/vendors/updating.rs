//! What people change by hand comes back into the documents with `import --update`, and nothing else
//! of them moves. The fourth system, Unleash, has the same story in `cli/import_update.rs`.

use super::vendor::{Server, Vendor};
use crate::support::scratch::Scratch;
use reqwest::Method;
use segctl::sandbox::{Options, Sandbox};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

/// A workspace with a document of the vendor, as a person wrote it, and what was done by hand.
pub(crate) struct Story<'a> {
    pub(crate) fixture: &'a str,
    pub(crate) document: &'a str,
    pub(crate) values: &'a str,
    pub(crate) edit: &'a dyn Fn(&Value) -> (Method, String, Value),
    /// The lines that go and those that come, in both files.
    pub(crate) expected: &'a [&'a str],
}

/// Plays the story: apply, drift, update, and then there is nothing to plan.
pub(crate) async fn play<V: Vendor>(story: Story<'_>) {
    let scratch = Scratch::new();
    scratch.write("fixture.yaml", story.fixture);
    let (provider, more) = (V::PROVIDER.block(), V::TARGET);
    scratch.write("segctl.yaml", format!(
        "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {{name: acme}}\nspec:\n  targets:\n    \
         - {{name: live, provider: {provider}, url: \"sandbox:fixture.yaml\"{more}}}\n"
    ));
    scratch.write("segments/plans.yaml", story.document);
    scratch.write("segments/values/plans.txt", story.values);
    succeeds(&scratch, &["apply", "--auto-approve"]);
    by_hand::<V>(&scratch, &story).await;
    let shown = succeeds(&scratch, &["import", "--update", "--diff"]);
    let read = |path: &str| std::fs::read_to_string(scratch.path.join(path)).expect("it is there");
    assert_eq!(read("segments/plans.yaml"), story.document, "--diff writes nothing");
    let done = succeeds(&scratch, &["import", "--update"]);
    assert_eq!(shown.replace("To be updated", "Updated"), done);
    // What is left is the mark, which the next apply writes anew.
    let plan = succeeds(&scratch, &["plan"]);
    let told: Vec<&str> = plan.lines().filter(|line| line.starts_with("      ")).collect();
    assert!(told.len() == 1 && told[0].starts_with("      /mark: "), "{plan}");
    succeeds(&scratch, &["apply", "--auto-approve"]);
    let plan = succeeds(&scratch, &["plan", "--detailed-exitcode"]);
    assert!(plan.lines().any(|line| line.starts_with("No changes.")), "{plan}");
    let mut changed = vec![];
    for (path, before) in [("plans.yaml", story.document), ("values/plans.txt", story.values)] {
        let after = read(&format!("segments/{path}"));
        let diff = TextDiff::from_lines(before, after.as_str());
        let moved = diff.iter_all_changes().filter(|it| it.tag() != ChangeTag::Equal);
        changed.extend(moved.map(|it| format!("{}{}", it.tag(), it.value())));
    }
    assert_eq!(changed, story.expected);
    let again = succeeds(&scratch, &["import", "--update"]);
    assert!(again.contains("Nothing to update."), "{again}");
}

fn succeeds(scratch: &Scratch, arguments: &[&str]) -> String {
    let output = scratch.segctl(arguments);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {printed}{wrong}");
    printed
}

/// Does on the sandbox of the workspace what the person did.
async fn by_hand<V: Vendor>(scratch: &Scratch, story: &Story<'_>) {
    let data = scratch.path.join(".segctl/sandbox/fixture.yaml.db");
    let options = Options { system: V::SYSTEM, fixture: None, data, port: 0 };
    let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
    let server: Server = V::sign_in(sandbox.url()).await;
    let seen = V::look(&server).await;
    let segment = seen.segments.get("plans").expect("the segment is there");
    let (method, path, body) = (story.edit)(segment);
    let path = path.replace("{id}", &V::id(segment));
    let (status, answer) = server.send(method, &path, Some(&body)).await;
    assert_eq!(status, 200, "{answer}");
}

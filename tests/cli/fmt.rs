//! Documents in canonical form.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::{Workspace, segment, users};

/// A document that is out of order, and in order.
const UNTIDY: &str = "kind: Segment # a kind\napiVersion: segctl.dev/v1\nmetadata: {name: beta}\nspec:\n  unleash:\n    constraints:\n      - {operator: IN, values: [bob, ada], contextName: userId}\n";
const TIDY: &str = "apiVersion: segctl.dev/v1\nkind: Segment # a kind\nmetadata: {name: beta}\nspec:\n  unleash:\n    constraints:\n      - {contextName: userId, operator: IN, values: [ada, bob]}\n";

fn untidy() -> Workspace {
    Workspace::sandbox()
        .with("docs/a.yaml", UNTIDY)
        .with("docs/b.yaml", segment("gamma", "", &users("ada")))
}

impl Workspace {
    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder().join(path)).expect("the file can be read")
    }

    /// Runs `fmt` with something on its stdin.
    pub(super) fn fed(&self, arguments: &str, input: &str) -> (Option<i32>, String, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_segctl"))
            .args(arguments.split_whitespace())
            .current_dir(self.folder())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be run");
        let mut stdin = child.stdin.take().expect("it has a stdin");
        stdin.write_all(input.as_bytes()).expect("it reads");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes| String::from_utf8(bytes).expect("it prints text");
        (output.status.code(), text(output.stdout), text(output.stderr))
    }
}

#[test]
fn all_of_a_workspace_is_formatted_and_then_stays() {
    let workspace = untidy();
    assert_snapshot!(workspace.run("fmt --check"), @"
    --- stderr
    1 file to be formatted, 2 unchanged.
    --- stdout
    would format docs/a.yaml
    --- exit 1
    ");
    assert_snapshot!(workspace.run("fmt --diff"), @"
    --- stderr
    1 file to be formatted, 2 unchanged.
    --- stdout
    --- docs/a.yaml
    +++ docs/a.yaml
    @@ -1,7 +1,7 @@
    +apiVersion: segctl.dev/v1
     kind: Segment # a kind
    -apiVersion: segctl.dev/v1
     metadata: {name: beta}
     spec:
       unleash:
         constraints:
    -      - {operator: IN, values: [bob, ada], contextName: userId}
    +      - {contextName: userId, operator: IN, values: [ada, bob]}
    --- exit 1
    ");
    assert_eq!(workspace.read("docs/a.yaml"), UNTIDY, "neither writes");
    assert_eq!(workspace.run("apply --auto-approve").code, Some(0));
    assert_snapshot!(workspace.run("fmt"), @"
    --- stderr
    1 file formatted, 2 unchanged.
    --- stdout
    formatted docs/a.yaml
    --- exit 0
    ");
    assert_eq!(workspace.read("docs/a.yaml"), TIDY);
    assert_snapshot!(workspace.run("fmt --check"), @"
    --- stderr
    3 files unchanged.
    --- exit 0
    ");
    let run = workspace.run("plan --detailed-exitcode");
    assert_eq!(run.code, Some(0), "it means what it meant: {run}");
    assert_eq!(fs::read_dir(workspace.folder().join("docs")).expect("it is there").count(), 2);
}

#[test]
fn paths_choose_files_and_folders() {
    let other = UNTIDY.replace("beta", "other");
    let workspace = untidy().with("docs/sub/c.yaml", &other).with("elsewhere/d.yaml", &other);
    assert_snapshot!(workspace.run("fmt --check docs/sub docs/sub/c.yaml elsewhere/d.yaml"), @"
    --- stderr
    2 files to be formatted.
    --- stdout
    would format docs/sub/c.yaml
    would format elsewhere/d.yaml
    --- exit 1
    ");
    assert_snapshot!(workspace.run("fmt --check docs/none.yaml"), @"
    --- stderr
    error: there is no docs/none.yaml
    --- exit 64
    ");
    // A folder of a workspace holds only its documents.
    assert_snapshot!(workspace.run("fmt --check elsewhere"), @"
    --- stderr
    No files.
    --- exit 0
    ");
}

#[test]
fn a_folder_without_a_workspace_holds_whatever_is_yaml() {
    let workspace = Workspace::empty().with("d/a.yml", UNTIDY).with("d/pod.yaml", "b: 1\na: 2\n");
    assert_snapshot!(workspace.run("fmt d"), @"
    --- stderr
    1 file formatted, 1 unchanged.
    --- stdout
    formatted d/a.yml
    --- exit 0
    ");
    assert_eq!(workspace.read("d/a.yml"), TIDY);
    assert_eq!(workspace.run("fmt").code, Some(3), "and here is no workspace");
}

#[test]
fn a_file_with_a_mistake_is_diagnosed_and_left_alone() {
    let broken = format!("{UNTIDY}wrong: [\n");
    let workspace = untidy().with("docs/b.yaml", &broken);
    assert_snapshot!(workspace.run("fmt"), @"
    --- stderr
    error[syntax]: this is not YAML: unclosed bracket '['
     --> docs/b.yaml:8:8
      |
    8 | wrong: [
      |        ^
      |
      = help: nothing after this point of the file was read

    1 error; `segctl explain syntax` says more
    1 file formatted, 1 unchanged, 1 invalid.
    --- stdout
    formatted docs/a.yaml
    --- exit 3
    ");
    assert_eq!(
        (workspace.read("docs/a.yaml"), workspace.read("docs/b.yaml")),
        (TIDY.into(), broken)
    );
    let run = workspace.run("fmt -o json");
    let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
    let expected = serde_json::json!([
        {"path": "segctl.yaml", "action": "unchanged"},
        {"path": "docs/a.yaml", "action": "unchanged"},
        {"path": "docs/b.yaml", "action": "invalid"},
    ]);
    assert_eq!((&envelope["files"], run.code), (&expected, Some(3)));
    assert_eq!(envelope["diagnostics"][0]["code"], "syntax");
}

#[test]
fn what_is_around_the_text_stays() {
    let workspace = Workspace::sandbox();
    let windows = format!("\u{feff}{}", UNTIDY.replace('\n', "\r\n"));
    workspace.write("real.yaml", windows);
    let real = workspace.folder().join("real.yaml");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("it is ours");
    symlink(&real, workspace.folder().join("link.yaml")).expect("it can be made");
    assert_eq!(workspace.run("fmt link.yaml").code, Some(0));
    assert_eq!(workspace.read("real.yaml"), format!("\u{feff}{}", TIDY.replace('\n', "\r\n")));
    let metadata = fs::symlink_metadata(&real).expect("it is there");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    let link = fs::symlink_metadata(workspace.folder().join("link.yaml")).expect("it is there");
    assert!(link.is_symlink());
}

#[test]
fn stdin_goes_to_stdout() {
    let workspace = Workspace::empty();
    assert_eq!(workspace.fed("fmt -", UNTIDY), (Some(0), TIDY.into(), String::new()));
    assert_eq!(workspace.fed("fmt -", TIDY), (Some(0), TIDY.into(), String::new()));
    assert_eq!(workspace.fed("fmt - --check", TIDY), (Some(0), String::new(), String::new()));
    assert_eq!(workspace.fed("fmt - --check", UNTIDY), (Some(1), String::new(), String::new()));
    let (code, stdout, stderr) = workspace.fed("fmt -", "a: [");
    assert_eq!((code, stdout.as_str()), (Some(3), ""));
    assert!(stderr.starts_with("error[syntax]"), "{stderr}");
    assert_eq!(workspace.fed("fmt - segctl.yaml", "").0, Some(64));
    assert_eq!(workspace.fed("fmt - -o json", "").0, Some(64));
}

#[test]
fn a_diff_shows_no_secret() {
    let config = "kind: Workspace\napiVersion: segctl.dev/v1\nmetadata: {name: acme}\nspec:\n  targets:\n    - {name: live, url: \"https://x\", provider: unleash, auth: {token: hunter2}}\n";
    let workspace = Workspace::empty().with("segctl.yaml", config);
    let run = workspace.run("fmt --diff segctl.yaml");
    assert!(run.code == Some(1) && run.stdout.contains("auth: {token: ***}"), "{run}");
    assert!(!run.to_string().contains("hunter2"), "{run}");
}

#[test]
fn a_file_that_would_mean_something_else_is_left_alone_and_named() {
    let text = format!("{TIDY}  allow: &list [b, a]\n  other: *list\n");
    let workspace = Workspace::empty().with("a.yaml", &text);
    assert_snapshot!(workspace.run("fmt a.yaml"), @"
    --- stderr
    error: a.yaml is left as it is: in canonical form it would mean something else
    1 file left as it is.
    --- exit 1
    ");
    assert_eq!(workspace.read("a.yaml"), text);
}

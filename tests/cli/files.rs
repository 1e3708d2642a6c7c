//! Files that are not what they should be, and files that should not be read.

use std::os::unix::fs::symlink;

use insta::assert_snapshot;

use super::{Workspace, segment, users};

#[test]
fn no_link_and_no_dots_lead_out_of_the_workspace() {
    let outside = Workspace::empty().with("secret.txt", "hunter2\n").with("a.yaml", "hunter2");
    let up = "{contextName: userId, operator: IN, valuesFrom: ../../../etc/passwd}";
    let linked = "{contextName: userId, operator: IN, valuesFrom: link.txt}";
    let absolute = "{contextName: userId, operator: IN, valuesFrom: /etc/passwd}";
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("up", "", up))
        .with("docs/b.yaml", segment("linked", "", linked))
        .with("docs/c.yaml", segment("absolute", "", absolute));
    let docs = workspace.folder().join("docs");
    symlink(outside.folder().join("secret.txt"), docs.join("link.txt")).expect("it can be made");
    symlink(outside.folder().join("a.yaml"), docs.join("linked.yaml")).expect("it can be made");
    symlink(outside.folder(), docs.join("folder")).expect("it can be made");
    assert_snapshot!(workspace.run("validate"), @"
    --- stderr
    error[outside-workspace]: `docs/folder` leads out of the workspace

    error[outside-workspace]: `docs/linked.yaml` leads out of the workspace

    error[outside-workspace]: `../../etc/passwd` leads out of the workspace
     --> docs/a.yaml:7:57
      |
    7 |       - {contextName: userId, operator: IN, valuesFrom: ../../../etc/passwd}
      |                                                         ^^^^^^^^^^^^^^^^^^^ named here

    error[outside-workspace]: `docs/link.txt` leads out of the workspace
     --> docs/b.yaml:7:57
      |
    7 |       - {contextName: userId, operator: IN, valuesFrom: link.txt}
      |                                                         ^^^^^^^^ named here

    error[outside-workspace]: `/etc/passwd` leads out of the workspace
     --> docs/c.yaml:7:57
      |
    7 |       - {contextName: userId, operator: IN, valuesFrom: /etc/passwd}
      |                                                         ^^^^^^^^^^^ named here

    5 errors; `segctl explain outside-workspace` says more
    --- exit 3
    ");
}

#[test]
fn a_link_that_stays_inside_is_followed() {
    let workspace = Workspace::sandbox().with("shared/a.yaml", segment("beta", "", &users("ada")));
    let folder = workspace.folder();
    std::fs::create_dir(folder.join("docs")).expect("it can be made");
    symlink(folder.join("shared"), folder.join("docs/shared")).expect("it can be made");
    assert_snapshot!(workspace.run("validate"), @"
    --- stdout
    Valid: 1 document for local.
    --- exit 0
    ");
}

#[test]
fn what_is_not_yaml_is_said_and_nothing_is_taken_for_absent() {
    let workspace = Workspace::sandbox()
        .with("docs/bytes.yaml", [0xff, 0xfe, 0x00])
        .with("docs/empty.yaml", "")
        .with("docs/large.yaml", vec![b'#'; 10 * 1024 * 1024])
        .with("docs/tab.yaml", "kind: Segment\nspec:\n\tunleash: {}\n")
        .with("docs/twice.yaml", "kind: Segment\nkind: Attachment\n");
    assert_snapshot!(workspace.run("validate"), @"
    --- stderr
    error[file-too-large]: `docs/large.yaml` has 10485760 bytes; at most 4194304 are read

    error[not-text]: `docs/bytes.yaml` is not text: byte 0 is not UTF-8

    error[empty-file]: the file holds no document
     --> docs/empty.yaml:1:1
      |
    1 |
      | ^ nothing here
      |
      = help: write a document, or remove the file

    error[tab]: a tab where YAML wants spaces
     --> docs/tab.yaml:3:1
      |
    3 |     unleash: {}
      | ^^^^ this is a tab
      |
      = help: YAML forbids tabs in indentation: write two spaces
    help: replace the tab
      |
    3 |   unleash: {}
      | ++

    error[unknown-kind]: the document says no `apiVersion`
     --> docs/twice.yaml:1:1
      |
    1 | kind: Segment
      | ^^^^
      |
      = help: write `apiVersion: segctl.dev/v1` as its first line

    error[duplicate-key]: the key `kind` stands twice
     --> docs/twice.yaml:2:1
      |
    1 | kind: Segment
      | ---- first here
    2 | kind: Attachment
      | ^^^^ and again here
      |
      = help: keep one of them; YAML would silently take the last

    6 errors; `segctl explain file-too-large` says more
    --- exit 3
    ");
}

#[test]
fn a_bomb_of_aliases_does_no_harm() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb +=
            &["a", &level.to_string(), ": &a", &level.to_string(), " [", &aliases, "]\n"].concat();
    }
    let run = Workspace::sandbox().with("docs/bomb.yaml", bomb).run("validate");
    assert_eq!(run.code, Some(3));
    assert!(run.stderr.starts_with("error[too-many-nodes]"), "{run}");
}

#[test]
fn anchors_merge_keys_and_many_documents_work() {
    let text = format!(
        "{}---\napiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: gamma}}\nspec:\n  unleash:\n    constraints:\n      - &base {{contextName: plan, operator: IN, values: [pro]}}\n      - {{<<: *base, contextName: tier}}\n",
        segment("beta", "", &users("ada"))
    );
    let workspace = Workspace::sandbox().with("docs/a.yaml", text);
    assert_snapshot!(workspace.run("plan"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment beta  docs/a.yaml:3
          name: beta
          constraints
            {contextName: userId, operator: IN, values: [ada]}

      + create segment gamma  docs/a.yaml:11
          name: gamma
          constraints
            {contextName: plan, operator: IN, values: [pro]}
            {contextName: tier, operator: IN, values: [pro]}

    Plan: 2 to create.
    --- exit 0
    ");
}

#[test]
fn a_glob_that_finds_nothing_is_an_error() {
    assert_snapshot!(Workspace::sandbox().run("plan"), @r#"
    --- stderr
    error[no-match]: the glob `docs/**/*.yaml` matches no file
     --> segctl.yaml:5:15
      |
    5 |   documents: ["docs/**/*.yaml"]
      |               ^^^^^^^^^^^^^^^^
      |
      = help: it is relative to the folder of segctl.yaml

    1 error; `segctl explain no-match` says more
    --- exit 3
    "#);
}

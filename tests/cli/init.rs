//! A new workspace.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::Workspace;

#[test]
fn a_new_workspace_works_as_it_is() {
    let workspace = Workspace::empty();
    assert_snapshot!(workspace.run("init --name acme-web"), @"
    --- stdout
    written segctl.yaml
    written segments/beta-users.yaml
    written attachments/new-checkout-production.yaml
    written fixtures/flags.yaml
    written schemas/segctl.schema.json
    written .gitignore

    Next:
      segctl plan     what would change on the embedded server, `local`
      segctl apply    do it

    Then edit the documents, and add your own server under `targets` in segctl.yaml.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("validate"), @"
    --- stdout
    Valid: 2 documents for local.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("fmt --check"), @"
    --- stderr
    3 files unchanged.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("plan"), @r#"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:fixtures/flags.yaml)

      + create segment beta-users (Beta users)  segments/beta-users.yaml:7
          name: "Beta users"
          description: "Users willing to help us test new features."
          constraints
            {contextName: appName, operator: IN, values: [ios, web]}
            {contextName: userId, operator: IN, values: ["private #b5fc85e5", "private #b533d454"]}

      ~ attach new-checkout-production (strategy titled `Gradual rollout` of default/new-checkout in production) [narrows]  attachments/new-checkout-production.yaml:9
          /segments: +1 of 1 values
            + "Beta users"

    Plan: 1 to create, 1 to attach.
    --- exit 0
    "#);
    let run = workspace.run("apply --auto-approve");
    assert_eq!(run.code, Some(0), "{run}");
    assert_snapshot!(workspace.run("plan --detailed-exitcode"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:fixtures/flags.yaml)

    No changes. 2 documents unchanged.
    --- exit 0
    ");
    let ignored = fs::read_to_string(workspace.folder().join(".gitignore")).expect("it is there");
    assert_eq!(ignored, ".segctl/\n");
    let config = fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is there");
    assert!(config.contains("\n  name: acme-web\n"), "{config}");
}

#[test]
fn the_target_that_is_commented_out_is_right_too() {
    let workspace = Workspace::empty();
    assert_eq!(workspace.run("init").code, Some(0));
    let path = workspace.folder().join("segctl.yaml");
    let text = fs::read_to_string(path).expect("it is there");
    let (before, target) = text.split_once("    # - name: production").expect("a target");
    let target = target.replace("    # ", "    ");
    workspace.write("segctl.yaml", format!("{before}    - name: production{target}"));
    let run = workspace.run("validate");
    assert_eq!(run.stdout, "Valid: 2 documents for local, production.\n", "{run}");
    assert_eq!(workspace.run("fmt --check").code, Some(0));
}

#[test]
fn each_document_names_a_schema_that_is_there_and_that_it_fits() {
    let workspace = Workspace::empty();
    assert_eq!(workspace.run("init acme").code, Some(0));
    let folder = workspace.folder().join("acme");
    for document in
        ["segctl.yaml", "segments/beta-users.yaml", "attachments/new-checkout-production.yaml"]
    {
        let path = folder.join(document);
        let text = fs::read_to_string(&path).expect("it is there");
        let first = text.lines().next().and_then(|it| it.split_once("$schema="));
        let schema = path.with_file_name(first.expect("a schema").1);
        let schema: Json = serde_json::from_slice(&fs::read(schema).expect("it is there"))
            .expect("a schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("it can be used");
        let document: Json = serde_yaml::from_str(&text).expect("a document");
        assert!(validator.is_valid(&document), "{text}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let workspace =
        Workspace::empty().with("segments/beta-users.yaml", "mine").with("segctl.yml", "mine");
    assert_snapshot!(workspace.run("init"), @"
    --- stderr
    error[not-saved]: nothing was written, because these exist: segments/beta-users.yaml, segctl.yml
      help: move them away, or name another folder
    --- exit 1
    ");
    let left: Vec<_> = fs::read_dir(workspace.folder()).expect("a folder").collect();
    assert_eq!(left.len(), 2, "{left:?}");
    let run = workspace.run("init -o json");
    let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
    assert_eq!(envelope["failure"]["code"], "not-saved");
    assert_eq!((&envelope["ok"], run.code), (&Json::Bool(false), Some(1)));
}

#[test]
fn what_cannot_be_finished_is_taken_back() {
    // A file where a folder is needed.
    let workspace = Workspace::empty().with("fixtures", "a file");
    let run = workspace.run("init");
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stderr.contains("fixtures/flags.yaml"), "{run}");
    for path in ["segctl.yaml", "segments/beta-users.yaml", ".gitignore"] {
        assert!(!workspace.folder().join(path).exists(), "{path}");
    }
}

#[test]
fn a_gitignore_only_gains_the_line_that_is_missing() {
    for (before, after, action) in [
        ("target", "target\n.segctl/\n", "extended"),
        ("target\r\n", "target\r\n.segctl/\r\n", "extended"),
        ("target\n/.segctl/\n", "target\n/.segctl/\n", "unchanged"),
    ] {
        let workspace = Workspace::empty().with(".gitignore", before);
        let run = workspace.run("init -o json");
        let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
        let last = envelope["files"].as_array().and_then(|it| it.last()).expect("files");
        assert_eq!(*last, serde_json::json!({"path": ".gitignore", "action": action}), "{run}");
        let ignored = fs::read_to_string(workspace.folder().join(".gitignore")).expect("text");
        assert_eq!(ignored, after);
    }
}

#[test]
fn a_folder_with_an_odd_name_is_named_for_a_shell() {
    let workspace = Workspace::empty();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_segctl"))
        .args(["init", "It's new"])
        .current_dir(workspace.folder())
        .env_clear()
        .output()
        .expect("the program can be run");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(said.contains("\n  cd 'It'\\''s new'\n"), "{said}");
    let config = fs::read_to_string(workspace.folder().join("It's new/segctl.yaml"));
    assert!(config.expect("it is there").contains("name: it-s-new\n"));
    assert_eq!(workspace.run("init b --name A_b").code, Some(64));
}

//! `import --update`: drift comes back into the documents that are there, and nothing else moves.

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::drift::{Edit, by_hand};
use super::import::read;
use super::{Workspace, attachment, segment, users};

/// A document as people write them, with Windows line ends.
const BETA: &str = "# yaml-language-server: $schema=../schemas/segctl.schema.json\r\n\r\nkind: Segment # odd order\r\napiVersion: segctl.dev/v1\r\nmetadata: {name: beta}\r\nspec:\r\n    unleash:\r\n        constraints:\r\n            - operator: IN\r\n              contextName: &who userId   # who\r\n              values:\r\n              # the first ones\r\n              - 'ada'   # Ada\r\n              - \"bob\"\r\n    description: >-\r\n        Those who\r\n        asked.\r\n";

fn applied(documents: &[(&str, String)]) -> Workspace {
    let workspace = documents
        .iter()
        .fold(Workspace::sandbox(), |workspace, (path, text)| workspace.with(path, text));
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

#[test]
fn only_what_a_person_changed_is_edited() {
    let other = segment("gamma", "", &users("cyd"));
    let workspace = applied(&[("docs/a.yaml", BETA.to_owned()), ("docs/b.yaml", other.clone())]);
    by_hand(&workspace, &[Edit::Values("beta", &["ada", "eve"])]);
    assert_snapshot!(workspace.run("import --update --diff"), @r#"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ segment beta  docs/a.yaml

    --- docs/a.yaml
    +++ docs/a.yaml
    @@ -11,7 +11,7 @@
                   values:
                   # the first ones
                   - 'ada'   # Ada
    -              - "bob"
    +              - 'eve'
         description: >-
             Those who
             asked.

    To be updated: 1 document in 1 file.
    --- exit 0
    "#);
    assert_eq!(read(&workspace, "docs/a.yaml"), BETA);
    assert_snapshot!(workspace.run("import --update").stdout.lines().last().unwrap(), @"Updated: 1 document in 1 file.");
    assert_eq!(read(&workspace, "docs/a.yaml"), BETA.replace("\"bob\"", "'eve'"));
    assert_eq!(read(&workspace, "docs/b.yaml"), other);
    assert_snapshot!(workspace.run("plan -q"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment beta [git]  docs/a.yaml:5
          /mark: faba6557 -> bf775dc9

    Plan: 1 to update. 1 document unchanged.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("import --update"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Nothing to update.
    --- exit 0
    ");
}

#[test]
fn a_rule_is_taken_where_it_is_named() {
    let workspace = applied(&[
        ("docs/a.yaml", segment("beta", "", &users("ada"))),
        ("docs/b.yaml", segment("gamma", "", &users("bob"))),
        ("docs/r.yaml", attachment("checkout", "gamma, beta")),
    ]);
    by_hand(&workspace, &[Edit::Detach("gamma")]);
    assert_snapshot!(workspace.run("import --update"), @"
    --- stderr
    warning: `checkout` differs, and nothing tells who moved: `import --update checkout` takes what is live
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Nothing to update.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("import --update checkout"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ checkout  docs/r.yaml

    --- docs/r.yaml
    +++ docs/r.yaml
    @@ -2,5 +2,5 @@
     kind: Attachment
     metadata: {name: checkout}
     spec:
    -  segments: [gamma, beta]
    +  segments: [beta]
       unleash: {feature: new-checkout, environment: production, strategy: {title: Gradual rollout}}

    Updated: 1 document in 1 file.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("plan -q"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    No changes. 3 documents unchanged.
    --- exit 0
    ");
}

#[test]
fn what_git_changed_too_is_taken_where_it_is_named() {
    let workspace = applied(&[("docs/a.yaml", segment("beta", "", &users("ada")))]);
    by_hand(&workspace, &[Edit::Values("beta", &["ada", "eve"])]);
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, bob")));
    assert_snapshot!(workspace.run("import --update"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ! segment beta
          left out[edit-contested]: Git moved too: `import --update beta` takes what is live

    Nothing to update. 1 left out.
    --- exit 4
    ");
    let said = read(&workspace, "docs/a.yaml");
    assert_eq!(said, segment("beta", "", &users("ada, bob")));
    assert_eq!(workspace.run("import --update beta").code, Some(0));
    assert_eq!(read(&workspace, "docs/a.yaml"), segment("beta", "", &users("ada, eve")));
}

/// Two documents that read one file of values, and a third one with a value at an anchor.
#[test]
fn what_cannot_be_written_is_refused_and_nothing_of_it_is_written() {
    let shared =
        |name: &str| segment(name, "", "{contextName: userId, operator: IN, valuesFrom: ids.txt}");
    let anchored = "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: gamma}\nspec:\n  unleash:\n    name: VIP users\n    constraints:\n      - {contextName: userId, operator: IN, values: &ids [ada]}\n      - {contextName: email, operator: NOT_IN, values: *ids}\n";
    let documents = [
        ("docs/a.yaml", shared("beta")),
        ("docs/b.yaml", shared("delta")),
        ("docs/c.yaml", anchored.to_owned()),
        ("docs/ids.txt", "ada\nbob\n".to_owned()),
    ];
    let workspace = applied(&documents);
    by_hand(
        &workspace,
        &[Edit::Values("beta", &["ada", "eve"]), Edit::Values("VIP users", &["eve"])],
    );
    assert_snapshot!(workspace.run("import --update"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ! segment beta
          left out[edit-unplaced]: a file that both read would change `delta` too; write it by hand
      ! segment gamma (VIP users)
          left out[edit-unplaced]: docs/c.yaml cannot be edited: the value stands at the anchor `&ids`, which is used elsewhere too; write it by hand

    Nothing to update. 2 left out.
    --- exit 4
    ");
    for (path, text) in &documents {
        assert_eq!(&read(&workspace, path), text);
    }
    let run = workspace.run("import --update -o json");
    let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
    assert_snapshot!(envelope["targets"][0]["update"], @r#"{"files":[],"written":false,"leftOut":[{"kind":"Segment","name":"beta","key":"beta","code":"edit-unplaced","message":"a file that both read would change `delta` too; write it by hand"},{"kind":"Segment","name":"gamma","key":"VIP users","code":"edit-unplaced","message":"docs/c.yaml cannot be edited: the value stands at the anchor `&ids`, which is used elsewhere too; write it by hand"}],"warnings":[]}"#);
}

#[test]
fn what_another_target_takes_too_is_said() {
    let document =
        segment("beta", "  perTarget:\n    other: {description: Elsewhere.}\n", &users("ada"));
    let workspace = Workspace::sandbox().with("docs/a.yaml", document).with(
        "segctl.yaml",
        "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/**/*.yaml\"]\n  targets:\n    - {name: local, provider: unleash, url: \"sandbox:flags.yaml\"}\n    - {name: other, provider: unleash, url: \"sandbox:other.yaml\"}\n",
    );
    let run = workspace.run("apply --auto-approve -q -t local");
    assert_eq!(run.code, Some(0), "{run}");
    by_hand(&workspace, &[Edit::Values("beta", &["eve"])]);
    assert_snapshot!(workspace.run("import --update -t local"), @"
    --- stderr
    warning: target other takes these changes too: beta
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ segment beta  docs/a.yaml

    --- docs/a.yaml
    +++ docs/a.yaml
    @@ -6,4 +6,4 @@
         other: {description: Elsewhere.}
       unleash:
         constraints:
    -      - {contextName: userId, operator: IN, values: [ada]}
    +      - {contextName: userId, operator: IN, values: [eve]}

    Updated: 1 document in 1 file.
    --- exit 0
    ");
}

#[test]
fn what_a_target_patches_is_edited_in_its_patch() {
    let patch = "  perTarget:\n    local:\n      description: Here. # for this one\n";
    let workspace = applied(&[("docs/a.yaml", segment("beta", patch, &users("ada")))]);
    by_hand(&workspace, &[Edit::Reword("beta", "There.")]);
    assert_snapshot!(workspace.run("import --update -q beta"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ segment beta  docs/a.yaml

    --- docs/a.yaml
    +++ docs/a.yaml
    @@ -4,7 +4,7 @@
     spec:
       perTarget:
         local:
    -      description: Here. # for this one
    +      description: There. # for this one
       unleash:
         constraints:
           - {contextName: userId, operator: IN, values: [ada]}

    Updated: 1 document in 1 file.
    --- exit 0
    ");
}

#[test]
fn the_command_line_is_checked() {
    let workspace = applied(&[("docs/a.yaml", segment("beta", "", &users("ada")))]);
    let all = ["import --update --out x", "import --diff", "import --update bets"];
    let runs: Vec<String> = all.iter().map(|it| workspace.run(it).to_string()).collect();
    assert_snapshot!(runs.join("\n"), @"
    --- stderr
    error: --update edits the documents where they are, so it excludes --out
    --- exit 64
    --- stderr
    error: --diff shows what --update would change: say both
    --- exit 64
    --- stderr
    Target local
    error[usage]: nothing is called `bets`; did you mean `beta`?
      help: leave the names out to bring back all that a person changed
    --- exit 64
    ");
}

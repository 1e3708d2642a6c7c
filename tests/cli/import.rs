//! Import: documents of what is live, told apart from what Git has and what no document can say.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::trouble::{server_that_says, workspace_at};
use super::{Workspace, attachment, segment, users};

/// What people made by hand, and what segctl wrote before its documents were lost.
pub(super) const BY_HAND: &str = r#"
features:
  - name: new-checkout
    strategies:
      production:
        - {name: flexibleRollout, title: Gradual rollout, parameters: {rollout: "50"}, segments: [Beta users]}
        - {name: default, title: Staff, segments: [Beta users, Staff]}
        - {name: default, title: Staff}
      development:
        - {name: default, segments: [Staff]}
segments:
  - name: Beta users
    description: "Users willing to help:\n\n- they asked\n- we said yes"
    constraints:
      - {contextName: userId, operator: IN, values: ["1", "yes", ada, "a: b"]}
      - {contextName: appVersion, operator: SEMVER_GTE, value: "4.2.0"}
  - name: Staff
    project: default
    constraints: [{contextName: email, operator: STR_ENDS_WITH, values: ["@acme.example"], inverted: true, caseInsensitive: true}]
  - {name: everyone, description: "Managed by segctl: acme/all 01234567", constraints: []}
"#;

/// A workspace without documents, and with `flags` for its sandbox.
pub(super) fn workspace(flags: &str) -> Workspace {
    Workspace::sandbox().with("flags.yaml", flags)
}

pub(super) fn read(workspace: &Workspace, path: &str) -> String {
    fs::read_to_string(workspace.folder().join(path)).expect("the file was written")
}

/// Every file below a folder of the workspace, sorted.
pub(super) fn files(workspace: &Workspace, folder: &str) -> Vec<String> {
    let mut found = vec![];
    let mut folders = vec![workspace.folder().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let path = path.strip_prefix(workspace.folder()).expect("it is inside");
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

fn json(workspace: &Workspace, arguments: &str) -> Json {
    let run = workspace.run(&format!("{arguments} -o json"));
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("no envelope: {run}"))
}

#[test]
fn everything_becomes_documents_and_then_an_old_mark_is_all_that_is_left() {
    let workspace = workspace(BY_HAND);
    let run = workspace.run("import --out docs");
    let id = id_in(&run.stdout);
    assert_snapshot!(run.to_string().replace(&id, "ID"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + segment beta-users (Beta users)  docs/segments/beta-users.yaml
      + segment staff (Staff)  docs/segments/staff.yaml
          allow: matches-when-missing
      + segment all (everyone)  docs/segments/all.yaml
          allow: matches-everyone
      + attachment new-checkout-development (strategy of type `default` of default/new-checkout in development)  docs/attachments/new-checkout-development.yaml
      + attachment new-checkout-production-gradual-rollout (strategy titled `Gradual rollout` of default/new-checkout in production)  docs/attachments/new-checkout-production-gradual-rollout.yaml
      + attachment new-checkout-production-staff (strategy with id `ID` of default/new-checkout in production)  docs/attachments/new-checkout-production-staff.yaml

    The schema for editors: schemas/segctl.schema.json
    Imported: 3 segments, 3 attachments.
    --- exit 0
    ");
    assert_snapshot!(read(&workspace, "docs/segments/beta-users.yaml"), @r#"
    # yaml-language-server: $schema=../../schemas/segctl.schema.json
    apiVersion: segctl.dev/v1
    kind: Segment
    metadata: {name: beta-users}
    spec:
      description: |-
        Users willing to help:

        - they asked
        - we said yes
      unleash:
        name: Beta users
        constraints:
          - {contextName: userId, operator: IN, values: ["1", "a: b", ada, "yes"]}
          - {contextName: appVersion, operator: SEMVER_GTE, value: "4.2.0"}
    "#);
    assert_snapshot!(read(&workspace, "docs/segments/staff.yaml"), @r#"
    # yaml-language-server: $schema=../../schemas/segctl.schema.json
    apiVersion: segctl.dev/v1
    kind: Segment
    metadata: {name: staff}
    spec:
      allow: [matches-when-missing]
      unleash:
        name: Staff
        project: default
        constraints:
          - contextName: email
            operator: STR_ENDS_WITH
            inverted: true
            caseInsensitive: true
            values: ["@acme.example"]
    "#);
    assert_snapshot!(read(&workspace, "docs/segments/all.yaml"), @"
    # yaml-language-server: $schema=../../schemas/segctl.schema.json
    apiVersion: segctl.dev/v1
    kind: Segment
    metadata: {name: all}
    spec:
      allow: [matches-everyone]
      unleash: {name: everyone, constraints: []}
    ");
    assert_snapshot!(read(&workspace, "docs/attachments/new-checkout-development.yaml"), @"
    # yaml-language-server: $schema=../../schemas/segctl.schema.json
    apiVersion: segctl.dev/v1
    kind: Attachment
    metadata: {name: new-checkout-development}
    spec:
      segments: [staff]
      unleash:
        feature: new-checkout
        environment: development
        strategy: {name: default}
    ");
    let by_id = files(&workspace, "docs/attachments");
    let by_id = by_id.iter().find(|it| read(&workspace, it).contains(&id)).expect("one by id");
    assert_snapshot!(read(&workspace, by_id).replace(&id, "ID").lines().skip(1).take(1).collect::<String>(), @"# Selected by id, because no title or type is its own; an id belongs to one server.");
    let schema = workspace.run("schema").stdout;
    assert_eq!(read(&workspace, "schemas/segctl.schema.json"), schema);
    assert_snapshot!(workspace.run("plan -q"), @r#"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment all (everyone) [git]  docs/segments/all.yaml:4
          /mark: "01234567" -> "58259491"

    Equal to what is live, and not managed here: beta-users, staff

    Plan: 1 to update. 5 documents unchanged.
    --- exit 0
    "#);
    assert_snapshot!(workspace.run("import --out docs"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Nothing to import. 6 already in Git.
    --- exit 0
    ");
}

/// The first id of a strategy in a text.
fn id_in(text: &str) -> String {
    let (_, rest) = text.split_once("with id `").expect("a strategy is selected by id");
    rest.split('`').next().unwrap_or_default().to_owned()
}

#[test]
fn what_cannot_be_said_is_reported() {
    let flags = r#"
features:
  - {name: gone, archived: true, strategies: {production: [{name: default, segments: [fine]}]}}
  - name: flag
    strategies:
      production:
        - {name: default, segments: [fine, Twin]}
        - {name: flexibleRollout, segments: [old, fine]}
segments:
  - {name: Twin, constraints: []}
  - {name: Twin, constraints: []}
  - {name: old, constraints: [{contextName: userId, operator: NUM_EQ, value: abc}]}
  - {name: fine, constraints: [{contextName: userId, operator: IN, values: [ada]}]}
  - {name: lost, description: "Managed by segctl: acme/No_Name 01234567", constraints: []}
  - {name: theirs, description: "Managed by segctl: other/all 01234567", constraints: [{contextName: userId, operator: IN, values: [ada]}]}
"#;
    let workspace = workspace(flags);
    assert_snapshot!(workspace.run("import --out docs"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + segment old  docs/segments/old.yaml
          external[not-a-number]: A number is compared with something that not every engine of the vendor reads as one.
      + segment fine  docs/segments/fine.yaml
      + segment lost  docs/segments/lost.yaml
          external[unusable-mark]: The mark of a live segment names a document that cannot be written.
      + segment theirs  docs/segments/theirs.yaml
      + attachment flag-production-flexiblerollout (strategy of type `flexibleRollout` of default/flag in production)  docs/attachments/flag-production-flexiblerollout.yaml
      ! segment Twin
          left out[twins]: 2 live segments are named `Twin`: 1, 2
      ! attachment strategy of type `default` of default/flag in production
          left out[twins]: its segment `Twin` is left out
      ! attachment gone
          left out[flag-archived]: the flag is archived

    The schema for editors: schemas/segctl.schema.json
    Imported: 4 segments, 1 attachment. 3 left out.
    --- exit 4
    ");
    assert_snapshot!(read(&workspace, "docs/segments/old.yaml"), @"
    # yaml-language-server: $schema=../../schemas/segctl.schema.json
    # External[not-a-number]: A number is compared with something that not every engine of the vendor reads as one.
    apiVersion: segctl.dev/v1
    kind: Segment
    metadata: {name: old}
    spec:
      external: true
      unleash: {}
    ");
    assert_snapshot!(read(&workspace, "docs/segments/theirs.yaml"), @"
    # yaml-language-server: $schema=../../schemas/segctl.schema.json
    # Managed by another workspace of segctl.
    apiVersion: segctl.dev/v1
    kind: Segment
    metadata: {name: theirs}
    spec:
      unleash:
        constraints:
          - {contextName: userId, operator: IN, values: [ada]}
    ");
    assert_snapshot!(workspace.run("plan -q"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Equal to what is live, and not managed here: fine, theirs

    No changes. 3 documents unchanged.
    --- exit 0
    ");
    let envelope = json(&workspace, "import --out docs");
    assert_eq!(envelope["ok"], false);
    let import = &envelope["targets"][0]["import"];
    assert_snapshot!(serde_json::to_string_pretty(&import["leftOut"][1]).expect("JSON"), @r#"
    {
      "kind": "Attachment",
      "key": "strategy of type `default` of default/flag in production",
      "code": "twins",
      "message": "its segment `Twin` is left out"
    }
    "#);
}

#[test]
fn json_lists_what_was_written() {
    let mut flags = BY_HAND.replace("\"a: b\"]", "&]");
    let many: Vec<String> = (0..60).map(|it| format!("\"{it}\"")).collect();
    flags = flags.replace("&]", &format!("{}]", many.join(", ")));
    let workspace = workspace(&flags);
    let envelope = json(&workspace, "import --out docs everyone Staff");
    assert_eq!((&envelope["ok"], &envelope["command"]), (&Json::from(true), &Json::from("import")));
    let import = &envelope["targets"][0]["import"];
    assert_snapshot!(serde_json::to_string_pretty(&import["documents"][0]).expect("JSON"), @r#"
    {
      "kind": "Segment",
      "name": "beta-users",
      "key": "Beta users",
      "file": "docs/segments/beta-users.yaml",
      "values": [
        "docs/segments/values/beta-users.txt"
      ],
      "external": null,
      "allow": []
    }
    "#);
    let values: Vec<String> = read(&workspace, "docs/segments/values/beta-users.txt")
        .lines()
        .map(str::to_owned)
        .collect();
    // `1` stood twice.
    assert_eq!(values.len(), 62);
    assert_eq!(import["schema"], "schemas/segctl.schema.json");
}

#[test]
fn names_choose_segments_and_the_rules_that_use_them() {
    let workspace = workspace(BY_HAND);
    // By the name in its mark. Nothing uses it.
    assert_snapshot!(workspace.run("import --out docs all"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + segment all (everyone)  docs/segments/all.yaml
          allow: matches-everyone

    The schema for editors: schemas/segctl.schema.json
    Imported: 1 segment.
    --- exit 0
    ");
    let run = workspace.run("import --out docs Staf beta-users everyone nobody");
    assert_snapshot!(run, @"
    --- stderr
    Target local
    error[usage]: there is no live segment `Staf`; did you mean `Staff`?; there is no live segment `nobody`
      help: leave the names out to import everything
    --- exit 64
    ");
    assert_eq!(files(&workspace, "docs").len(), 1);
    // `Staff` comes along, because it stands on the same rule.
    let import = &json(&workspace, "import --out docs beta-users")["targets"][0]["import"];
    let names: Vec<&str> = import["documents"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| it["name"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            "beta-users",
            "staff",
            "new-checkout-production-gradual-rollout",
            "new-checkout-production-staff"
        ]
    );
}

#[test]
fn what_is_in_git_is_skipped_and_its_names_are_not_taken_again() {
    let workspace = workspace(BY_HAND)
        .with(
            "docs/a.yaml",
            segment("mine", "", &users("ada")).replace("unleash:", "unleash:\n    name: Staff"),
        )
        .with("docs/b.yaml", segment("beta-users", "", &users("bob")))
        .with("docs/c.yaml", attachment("checkout", "mine"));
    let import = &json(&workspace, "import --out docs")["targets"][0]["import"];
    // `Staff`, and its rule.
    assert_eq!(import["inGit"], 2);
    let written = serde_json::to_string(&import["documents"]).expect("JSON");
    assert!(written.contains("\"beta-users-15efb02b\""), "{written}");
    let others = files(&workspace, "docs/attachments");
    assert!(others.iter().any(|it| read(&workspace, it).contains("mine")), "{others:?}");
    assert_eq!(workspace.run("validate").code, Some(0));
}

#[test]
fn documents_with_errors_are_no_ground_to_stand_on() {
    let workspace =
        workspace(BY_HAND).with("docs/a.yaml", segment("beta", "", "{contextName: userId}"));
    let run = workspace.run("import --out docs");
    assert!(run.code == Some(3) && run.stderr.contains("error[missing-field]"), "{run}");
    assert_eq!(files(&workspace, "docs"), ["docs/a.yaml"]);
    let run = workspace.run("import --out docs -f docs/a.yaml");
    assert!(run.code == Some(64) && run.stderr.contains("-f names the workspace only"), "{run}");
}

#[test]
fn sends_reads_only_and_no_more_than_it_needs() {
    let workspace = workspace(BY_HAND);
    assert_snapshot!(workspace.run("import --out docs -q -v").stderr, @"
    local: 6 requests
          1 GET /api/admin/projects/{}/features/{}
          1 GET /api/admin/search/features
          1 GET /api/admin/segments
          2 GET /api/admin/segments/{}/strategies
          1 GET /api/admin/ui-config
    ");
    assert_snapshot!(workspace.run("import --out docs -q -v everyone").stderr, @"
    local: 3 requests
          1 GET /api/admin/projects/{}/features/{}
          1 GET /api/admin/segments
          1 GET /api/admin/ui-config
    ");
}

#[test]
fn a_server_that_refuses_ends_it_with_its_code() {
    let url = server_that_says(
        "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
    );
    let workspace = workspace_at(&url);
    let run = workspace.run_with("import --parallelism 1", &[("TOKEN", "secret-token")]);
    assert!(run.code == Some(6) && run.stderr.contains("error[unauthorized]"), "{run}");
}

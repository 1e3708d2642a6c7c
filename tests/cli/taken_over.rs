//! What Git took over from a person is nobody's drift any more, and another system is another.

use insta::assert_snapshot;

use super::base::{commit, git, repository, shop, whys};
use super::drift::{Edit, by_hand};
use super::{Workspace, segment, users};

/// A person changed a segment, and Git says so by now.
fn taken_over() -> Workspace {
    let beta = segment("beta", "", &users("ada"));
    let workspace = repository(Workspace::sandbox().with("docs/beta.yaml", beta));
    by_hand(&workspace, &[Edit::Values("beta", &["ada", "mallory"])]);
    let run = workspace.run("import --update -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

#[test]
fn its_mark_is_written_anew() {
    let workspace = taken_over();
    assert_snapshot!(workspace.run("plan --base main"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment beta [git]  docs/beta.yaml:3
          why: changed since main; a person changed the live system
          /mark: 1a9da6fa -> 6d06780f

    Plan: 1 to update.
    --- exit 0
    ");
    commit(&workspace);
    // It was merged, and is not applied yet.
    assert_snapshot!(workspace.run("plan --base main"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment beta [git]  docs/beta.yaml:3
          why: main says so already, and it was not applied
          /mark: 1a9da6fa -> 6d06780f

    Plan: 1 to update.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("drift --detailed-exitcode"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Changed in Git, and not applied yet: segment beta

    No drift. 1 document to apply.
    --- exit 0
    ");
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    assert_snapshot!(workspace.run("plan"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    No changes. 1 document unchanged.
    --- exit 0
    ");
}

/// From then on, who moves is told right.
#[test]
fn what_moves_next_is_told_right() {
    let workspace = taken_over();
    commit(&workspace);
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    workspace.write("docs/beta.yaml", segment("beta", "", &users("ada, mallory, trent")));
    assert_snapshot!(workspace.run("plan --base main"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment beta [git, widens]  docs/beta.yaml:7
          why: changed since main
          /constraints/0/values: +1 of 3 values
            + trent

    Plan: 1 to update.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("drift --detailed-exitcode"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Changed in Git, and not applied yet: segment beta

    No drift. 1 document to apply.
    --- exit 0
    ");
    git(&workspace, "checkout -q .");
    workspace.remove("docs/beta.yaml");
    workspace.write("docs/other.yaml", segment("other", "", &users("ada")));
    assert_snapshot!(workspace.run("plan --base main --prune"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment other  docs/other.yaml:3
          why: changed since main
          name: other
          constraints
            {contextName: userId, operator: IN, values: [ada]}

      - delete segment beta [git]  was written in docs/beta.yaml:3
          why: its document is in main and no longer here
          name: beta
          constraints
            {contextName: userId, operator: IN, values: [ada, mallory]}

    Plan: 1 to create, 1 to delete.
    --- exit 0
    ");
}

/// Nothing was ever applied to a system that the base does not lead to.
#[test]
fn another_system_is_held_against_nothing() {
    let workspace = shop();
    let config = std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is");
    workspace.write("other.yaml", "features: [{name: new-checkout}]\n");
    workspace.write("segctl.yaml", config.replace("sandbox:flags.yaml", "sandbox:other.yaml"));
    for path in ["docs/r.yaml", "docs/old.yaml", "docs/older.yaml", "docs/delta.yaml"] {
        workspace.remove(path);
    }
    let run = workspace.run("plan --base main -o json");
    assert!(run.stdout.contains("in `main`, the target `local` is another system"), "{run}");
    assert_snapshot!(whys(&serde_json::from_str(&run.stdout).expect("JSON")), @r#"
    local/Segment/beta/create ["change"]
    local/Segment/gamma/create ["change"]
    "#);
}

/// What a base that leads elsewhere, or has a mistake, says of a document that is gone is not known.
#[test]
fn what_cannot_be_read_of_the_base_is_not_said_to_be_missing() {
    let workspace = shop();
    workspace.write("docs/old.yaml", segment("old", "", "{contextNome: x}"));
    commit(&workspace);
    workspace.remove("docs/old.yaml");
    let run = workspace.run("plan --base main -o json --prune");
    assert_snapshot!(whys(&serde_json::from_str(&run.stdout).expect("JSON")), @r#"local/Segment/old/delete ["unknown"]"#);
    assert_snapshot!(workspace.run("plan -q --base main"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Orphans, managed and no longer in Git (`--prune` deletes them):
      old
          why: it has no document, and nothing tells whether main has one

    No changes. 5 documents unchanged. 1 orphan stays: managed, and no longer in Git.
    --- exit 0
    ");
}

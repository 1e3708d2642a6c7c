//! `plan --base` where documents stand in a submodule, which no revision of the repository has.

use insta::assert_snapshot;

use super::base::{git, repository};
use super::{Workspace, attachment, segment, users};

/// A repository with a document, and files of values, in a submodule.
fn shared(workspace: Workspace) -> Workspace {
    let workspace = workspace
        .with("docs/sub/gamma.yaml", segment("gamma", "", &users("bob")))
        .with("docs/sub/ids.txt", "dan\n");
    for command in ["init -q -b main", "add -A", "commit -q -m shared"] {
        git(&workspace, &format!("-C docs/sub {command}"));
    }
    repository(workspace)
}

#[test]
fn what_stands_in_it_is_no_mistake_of_the_base() {
    let listed =
        segment("delta", "", &users("x")).replace("values: [x]", "valuesFrom: sub/ids.txt");
    let workspace = shared(
        Workspace::sandbox()
            .with("docs/beta.yaml", segment("beta", "", &users("ada")))
            .with("docs/delta.yaml", listed)
            .with("docs/r.yaml", attachment("checkout", "beta, gamma")),
    );
    workspace.write("docs/beta.yaml", segment("beta", "", &users("ada, ann")));
    assert_snapshot!(workspace.run("plan --base main"), @"
    --- stderr
    warning[base-incomplete]: in `main`, `docs/sub` is a submodule, and what is in one is not read; what stands there counts as changed

    1 warning; `segctl explain base-incomplete` says more
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment beta [git, widens]  docs/beta.yaml:7
          why: changed since main
          /constraints/0/values: +1 of 2 values
            + ann
          used by new-checkout in production

    Plan: 1 to update. 3 documents unchanged.
    --- exit 0
    ");
}

/// No document of the base is left to be read.
#[test]
fn a_glob_that_finds_nothing_but_a_submodule_is_no_mistake_either() {
    let workspace = shared(Workspace::sandbox());
    workspace.write("docs/sub/gamma.yaml", segment("gamma", "", &users("bob, bea")));
    let run = workspace.run("plan --base main");
    assert!(!run.stderr.contains("mistake") && run.stderr.contains("`docs/sub` is a"), "{run}");
    assert!(run.stdout.contains("why: changed since main"), "{run}");
}

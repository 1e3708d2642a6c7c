//! What Confidence would refuse, brought about on the sandbox.

use super::Workspace;
use segctl::diagnostic::Code;

const WORKSPACE: &str = "apiVersion: segctl.dev/v1
kind: Workspace
metadata: {name: acme}
spec:
  documents: ['docs/*.yaml']
  targets:
    - {name: local, provider: confidence, url: 'sandbox:account.yaml'}
";

/// An account in which every refusal can be had.
const ACCOUNT: &str = "
segments:
  - {id: beta-users, state: ARCHIVED}
  - {id: checkout-test, workflowInstance: workflows/ab-test/instances/1}
  - id: theirs
    state: ALLOCATED
    allocation: {proportion: {value: '0.6'}, exclusivityTags: [full], exclusiveTo: [full]}
";

fn account(name: &str, block: &str) -> Workspace {
    let workspace =
        Workspace::sandbox().with("segctl.yaml", WORKSPACE).with("account.yaml", ACCOUNT);
    workspace.with("docs/a.yaml", segment(name, block))
}

fn segment(name: &str, block: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: {name}}}\nspec:\n  confidence: {block}\n"
    )
}

fn share(share: &str, tag: &str) -> String {
    format!(
        "{{allocation: {{proportion: '{share}', exclusivityTags: [{tag}], exclusiveTo: [{tag}]}}}}"
    )
}

fn applied(workspace: Workspace) -> Workspace {
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

/// Each code, and what is said where it is met.
pub(super) fn refusals() -> Vec<(Code, String)> {
    let half = "{allocation: {proportion: '0.5'}}";
    let said = |workspace: &Workspace, arguments: &str| workspace.run(arguments).to_string();
    let changed = applied(account("home-one", &share("0.4", "home")));
    changed.write("docs/a.yaml", segment("home-one", &share("0.3", "home")));
    let one = account("home-one", &share("0.4", "home"));
    let swapped = applied(one.with("docs/b.yaml", segment("home-two", &share("0.6", "home"))));
    swapped.write("docs/a.yaml", segment("home-one", &share("0.6", "home")));
    swapped.write("docs/b.yaml", segment("home-two", &share("0.4", "home")));
    let waiting = share("0.4", "home").replacen('{', "{allocated: false, ", 1);
    let orphan =
        applied(account("home-one", &waiting).with("docs/b.yaml", segment("half-of-all", half)));
    orphan.remove("docs/a.yaml");
    vec![
        (Code::KeyBurnt, said(&account("beta-users", half), "plan")),
        (Code::BelongsToSystem, said(&account("checkout-test", half), "plan")),
        (Code::ImmutableAllocation, said(&changed, "plan")),
        (Code::NoSpace, said(&account("full-house", &share("0.5", "full")), "plan")),
        (Code::ExclusiveSwap, said(&swapped, "plan")),
        (Code::NotAllocated, said(&orphan, "plan --prune")),
    ]
}

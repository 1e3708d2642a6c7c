//! Policies about steps: what they forbid is refused, also where a saved plan does it.

use insta::assert_snapshot;

use super::policies::{coded, hold, labelled, under};
use segctl::diagnostic::Code;

use super::{Workspace, attachment, segment, users};

/// `beta` on the rule of `new-checkout`, applied; then under `policies`.
pub(super) fn applied(policies: &[&str]) -> Workspace {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("ada, bob")))
        .with("docs/b.yaml", attachment("checkout", "beta"));
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    hold(&workspace, policies);
    workspace
}

fn refuses(workspace: &Workspace, command: &str) -> Vec<String> {
    let run = workspace.run(command);
    assert_eq!(run.code, Some(3), "{run}");
    let found = coded(&run);
    assert!(!found.is_empty(), "{run}");
    found
}

pub(super) fn passes(workspace: &Workspace, command: &str) {
    let run = workspace.run(command);
    assert_eq!(run.code, Some(0), "{run}");
}

/// A run that shows each code of a step that a policy forbids.
pub(super) fn shown() -> Vec<(Code, String)> {
    let widened = applied(&["{forbid: widening}"]);
    widened.write("docs/a.yaml", segment("beta", "", &users("ada, bob, eve")));
    let pruned = applied(&["{forbid: deletion, reason: archive by hand after the audit}"]);
    pruned.write("docs/b.yaml", attachment("checkout", "gamma"));
    pruned.write("docs/a.yaml", segment("gamma", "", &users("ada")));
    let reaching = on_two_flags(&["{forbid: reach, over: 1}"]);
    vec![
        (Code::PolicyWidening, widened.run("plan").to_string()),
        (Code::PolicyDeletion, pruned.run("plan --prune").to_string()),
        (Code::PolicyReach, reaching.run("plan").to_string()),
    ]
}

/// Whoever mends the first would only then read of the second.
#[test]
fn every_policy_that_refuses_a_step_is_told_at_once() {
    let policies =
        ["{forbid: widening, reason: ask security}", "{forbid: reach, over: 0, reason: ask all}"];
    let workspace = applied(&policies);
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, bob, eve")));
    let first = "a policy forbids steps that widen an audience: ask security";
    let second = "the segment reaches 1 flag, and a policy allows 0: ask all";
    let text = workspace.run("plan");
    assert_eq!(coded(&text).len(), 2, "{text}");
    workspace.run("plan --out p.json -q");
    for command in ["plan", "apply --auto-approve", "apply p.json"] {
        for form in ["text", "json", "markdown", "html", "github", "sarif"] {
            let run = workspace.run(&format!("{command} -o {form}"));
            assert_eq!(run.code, Some(3), "{run}");
            let said = [first, second, "policy-widening", "policy-reach"];
            assert!(said.iter().all(|it| run.stdout.contains(it)), "{command} {form}: {run}");
        }
    }
    let name = "name: beta} # segctl: ignore[policy-reach] all were asked";
    let ignored = segment("beta", "", &users("ada, bob, eve")).replace("name: beta}", name);
    workspace.write("docs/a.yaml", ignored);
    let text = workspace.run("plan");
    assert_eq!(coded(&text).len(), 1, "{text}");
}

#[test]
fn a_step_that_widens_is_refused_by_every_command() {
    let workspace = applied(&["{forbid: widening, unless: reviewed=security, reason: ask them}"]);
    let wider = segment("beta", "", &users("ada, bob, eve"));
    workspace.write("docs/a.yaml", &wider);
    assert_snapshot!(workspace.run("plan"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ! update segment beta [git, widens]  docs/a.yaml:7
          refused[policy-widening]: a policy forbids steps that widen an audience: ask them
          help: the policy stands at segctl.yaml:9; the label `reviewed=security` on the document lets it pass, or `# segctl: ignore[policy-widening] reason` at its name
          /constraints/0/values: +1 of 3 values
            + eve
          used by new-checkout in production

    Plan: nothing to do. 1 refused. 1 document unchanged.
    --- exit 3
    ");
    let run = workspace.run("apply --auto-approve");
    assert!(run.stderr.contains("Nothing was applied: a step is refused"), "{run}");
    assert_eq!(coded(&run).len(), 1, "{run}");
    assert_eq!(run.code, Some(3), "{run}");
    // Nothing was written.
    hold(&workspace, &[]);
    assert!(workspace.run("plan").stdout.contains("+ eve"));
    hold(&workspace, &["{forbid: widening, unless: reviewed=security}"]);
    workspace.write("docs/a.yaml", labelled(&wider, "reviewed: security"));
    passes(&workspace, "apply --auto-approve");
}

#[test]
fn what_is_not_proven_counts_as_widening() {
    let workspace = applied(&["{forbid: widening}"]);
    let refused = |constraint: &str| {
        workspace.write("docs/a.yaml", segment("beta", "", constraint));
        let found = refuses(&workspace, "plan");
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].split(": ").nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(
        refused("{contextName: plan, operator: IN, values: [free]}"),
        "a policy forbids steps that may widen an audience; what this one does is not proven"
    );
    assert_eq!(refused(&users("ada, eve")), "a policy forbids steps that let other people in");
    // What narrows passes, and so does what only people read.
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada")));
    passes(&workspace, "apply --auto-approve");
    workspace.write("docs/a.yaml", segment("beta", "  description: Early.\n", &users("ada")));
    passes(&workspace, "apply --auto-approve");
    // A new segment has no audience yet, and one more on a rule narrows it.
    workspace.write("docs/c.yaml", segment("gamma", "", &users("eve")));
    workspace.write("docs/b.yaml", attachment("checkout", "beta, gamma"));
    passes(&workspace, "apply --auto-approve");
    // One less widens.
    workspace.write("docs/b.yaml", attachment("checkout", "beta"));
    let found = refuses(&workspace, "apply --auto-approve");
    assert!(found[0].contains("a policy forbids steps that widen an audience"), "{found:?}");
    // All at once is said as such.
    let open =
        attachment("checkout", "").replace("spec:\n", "spec:\n  allow: [matches-everyone]\n");
    workspace.write("docs/b.yaml", open);
    let found = refuses(&workspace, "plan");
    assert!(found[0].contains("comes to match everyone"), "{found:?}");
}

#[test]
fn deletions_are_refused() {
    let workspace = applied(&["{forbid: deletion, reason: archive by hand after the audit}"]);
    workspace.write("docs/b.yaml", attachment("checkout", "gamma"));
    workspace.remove("docs/a.yaml");
    workspace.write("docs/c.yaml", segment("gamma", "", &users("eve")));
    assert_eq!(
        refuses(&workspace, "plan --prune"),
        ["refused[policy-deletion]: a policy forbids deletions: archive by hand after the audit"]
    );
    refuses(&workspace, "apply --prune --auto-approve");
    passes(&workspace, "plan");
    hold(&workspace, &["{forbid: deletion, severity: warning}"]);
    let run = workspace.run("apply --prune --auto-approve");
    assert_eq!(run.code, Some(0), "{run}");
    assert!(run.stdout.contains("a policy forbids deletions"), "{run}");
}

/// Two flags, with a rule of one title each.
const TWO_FLAGS: &str = "
features:
  - name: new-checkout
    strategies: {production: [{name: default, title: Gradual rollout}]}
  - name: new-cart
    strategies: {production: [{name: default, title: Gradual rollout}]}
";

/// `beta`, to be made and put on both flags.
/// `beta` on the rules of two flags, nothing applied yet.
pub(super) fn on_two_flags(policies: &[&str]) -> Workspace {
    let cart = attachment("cart", "beta").replace("new-checkout", "new-cart");
    under(policies)
        .with("flags.yaml", TWO_FLAGS)
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/b.yaml", attachment("checkout", "beta"))
        .with("docs/c.yaml", cart)
}

#[test]
fn segments_that_reach_more_flags_are_not_changed() {
    let workspace = on_two_flags(&["{forbid: reach, over: 1, unless: reach=wide}"]);
    // By the documents alone, before it is anywhere.
    assert_eq!(
        refuses(&workspace, "plan"),
        ["refused[policy-reach]: the segment reaches 2 flags, and a policy allows 1"]
    );
    workspace.write("docs/a.yaml", labelled(&segment("beta", "", &users("ada")), "reach: wide"));
    passes(&workspace, "apply --auto-approve");
    // By the live system alone.
    workspace.remove("docs/b.yaml");
    workspace.remove("docs/c.yaml");
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, bob")));
    refuses(&workspace, "apply --auto-approve");
    hold(&workspace, &["{forbid: reach, over: 2}"]);
    passes(&workspace, "apply --auto-approve");
    // What only people read is felt nowhere.
    hold(&workspace, &["{forbid: reach, over: 0}"]);
    workspace.write("docs/a.yaml", segment("beta", "  description: Early.\n", &users("ada, bob")));
    passes(&workspace, "apply --auto-approve");
}

#[test]
fn a_comment_at_the_name_lets_a_step_pass() {
    let workspace = applied(&["{forbid: widening}"]);
    let comment = "name: beta} # segctl: ignore[policy-widening] agreed in the review\n";
    let wider = segment("beta", "", &users("ada, bob, eve")).replace("name: beta}\n", comment);
    workspace.write("docs/a.yaml", wider);
    assert_snapshot!(workspace.run("plan"), @"
    --- stderr
    1 finding is ignored by a comment; -v shows it.
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment beta [git, widens]  docs/a.yaml:7
          /constraints/0/values: +1 of 3 values
            + eve
          used by new-checkout in production

    Plan: 1 to update. 1 document unchanged.
    --- exit 0
    ");
    let run = workspace.run("plan -o json");
    assert!(run.stdout.contains("\"reason\": \"agreed in the review\""), "{run}");
    passes(&workspace, "plan --out p.json");
    // The file keeps the comment, for who applies it has no documents.
    workspace.write("docs/a.yaml", "kind: [nonsense");
    passes(&workspace, "apply p.json");
}

#[test]
fn a_saved_plan_is_held_to_the_policies_of_the_day() {
    let workspace = applied(&[]);
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, bob, eve")));
    workspace.write("docs/c.yaml", segment("gamma", "", &users("eve")));
    passes(&workspace, "plan --out p.json -q");
    hold(&workspace, &["{forbid: widening, reason: ask first}"]);
    assert_snapshot!(workspace.run("apply p.json"), @"
    --- stderr
    Nothing was applied: a step is refused (--keep-going does the others).
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment gamma  docs/c.yaml:3
          name: gamma
          constraints
            {contextName: userId, operator: IN, values: [eve]}

      ! update segment beta [git, widens]  docs/a.yaml:7
          refused[policy-widening]: a policy forbids steps that widen an audience: ask first
          help: the policy stands at segctl.yaml:9; where it is meant, write `# segctl: ignore[policy-widening] reason` at its name
          /constraints/0/values: +1 of 3 values
            + eve
          used by new-checkout in production

    Plan: 1 to create. 1 refused. 1 document unchanged.
    --- exit 3
    ");
    // One made under a policy and refused then is refused in the same words.
    assert_eq!(workspace.run("plan --out p.json -q").code, Some(3));
    refuses(&workspace, "apply p.json");
    hold(&workspace, &["{forbid: reach, over: 0}"]);
    refuses(&workspace, "apply p.json");
}

#[test]
fn a_saved_plan_is_not_applied_under_new_policies_about_documents() {
    let workspace = applied(&["{forbid: values, over: 5}"]);
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, bob, eve")));
    passes(&workspace, "plan --out p.json -q");
    hold(&workspace, &["{forbid: values, over: 2}"]);
    assert_snapshot!(workspace.run("apply p.json"), @"
    --- stderr
    error[policy-values]: the plan was not held to the policy at segctl.yaml:9: it was made before, or elsewhere
      help: plan again
    --- exit 3
    ");
    // Less strict, or said with another reason: it was held to that.
    hold(
        &workspace,
        &["{forbid: values, over: 5, reason: ask}", "{forbid: regex, severity: warning}"],
    );
    passes(&workspace, "apply p.json");
}

#[test]
fn a_refused_step_is_no_reason_to_hold_the_rest_with_keep_going() {
    let workspace = applied(&["{forbid: widening}"]);
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, bob, eve")));
    workspace.write("docs/c.yaml", segment("gamma", "", &users("eve")));
    let run = workspace.run("apply --auto-approve --keep-going");
    assert_eq!(run.code, Some(3), "{run}");
    assert!(run.stderr.contains("created segment gamma"), "{run}");
    assert!(!run.stderr.contains("updated segment beta"), "{run}");
    // Drift says what differs, not what may be done about it.
    let run = workspace.run("drift");
    assert!(!run.stdout.contains("policy"), "{run}");
}

/// Two segments of `ConfigCat`, applied, on one rule: users in `beta` and not in `staff`.
fn excluding() -> Workspace {
    let fixture = "products: [{name: Shop, environments: [{name: Production}], configs: [{name: Main, settings: [{key: checkout, values: {Production: {defaultValue: false, targetingRules: [{conditions: [{userCondition: {comparisonAttribute: Country, comparator: isOneOf, comparisonValue: {listValue: [{value: SE}]}}}], value: true}]}}}]}]}]\n";
    let config = "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/*.yaml\"]\n  targets: [{name: local, provider: configcat, url: \"sandbox:flags.yaml\"}]\n";
    let rule = "apiVersion: segctl.dev/v1\nkind: Attachment\nmetadata: {name: checkout}\nspec: {segments: [beta], configcat: {config: Main, environment: Production, setting: checkout, rule: {serves: true}, notIn: [staff]}}\n";
    let workspace = Workspace::empty()
        .with("segctl.yaml", config)
        .with("flags.yaml", fixture)
        .with("docs/a.yaml", of_users("beta", "ada, bob"))
        .with("docs/b.yaml", of_users("staff", "eve, lin"))
        .with("docs/c.yaml", rule);
    passes(&workspace, "apply --auto-approve");
    hold(&workspace, &["{forbid: widening}"]);
    workspace
}

fn of_users(name: &str, users: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: {name}}}\nspec: {{configcat: {{comparisonAttribute: Identifier, comparator: isOneOf, comparisonValues: [{users}]}}}}\n"
    )
}

#[test]
fn whom_a_rule_excludes_is_not_made_fewer() {
    let workspace = excluding();
    workspace.write("docs/b.yaml", of_users("staff", "eve"));
    let found = refuses(&workspace, "plan");
    assert!(found[0].contains("may widen an audience"), "{found:?}");
    // The rule is not named here any more, and still excludes.
    workspace.remove("docs/c.yaml");
    refuses(&workspace, "plan");
    // Where the rule is known to ask for a segment, fewer in it are fewer.
    let workspace = excluding();
    workspace.write("docs/a.yaml", of_users("beta", "ada"));
    passes(&workspace, "apply --auto-approve");
}

/// A segment of `Confidence` whose users satisfy `criterion`, or do not.
fn of_criterion(name: &str, criterion: &str, expression: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: {name}}}\nspec:\n  confidence:\n    targeting: {{criteria: {{it: {criterion}}}, expression: {expression}}}\n"
    )
}

fn of_countries(countries: &[&str]) -> String {
    let values: Vec<String> = countries.iter().map(|it| format!("{{stringValue: {it}}}")).collect();
    let rule = format!("{{values: [{}]}}", values.join(", "));
    of_criterion(
        "north",
        &format!("{{attribute: {{attributeName: country, setRule: {rule}}}}}"),
        "{ref: it}",
    )
}

#[test]
fn whom_another_segment_excludes_is_not_made_fewer() {
    let config = "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/*.yaml\"]\n  targets: [{name: local, provider: confidence, url: \"sandbox:flags.yaml\"}]\n";
    let others = of_criterion("others", "{segment: {segment: segments/north}}", "{not: {ref: it}}");
    for (document, narrows) in [(Some(others), false), (None, true)] {
        let workspace = Workspace::empty()
            .with("segctl.yaml", config)
            .with("flags.yaml", "segments: []\n")
            .with("docs/a.yaml", of_countries(&["SE", "NO"]));
        if let Some(others) = document {
            workspace.write("docs/b.yaml", others);
        }
        passes(&workspace, "apply --auto-approve");
        hold(&workspace, &["{forbid: widening}"]);
        workspace.write("docs/a.yaml", of_countries(&["SE"]));
        let run = workspace.run("plan");
        assert_eq!(run.stdout.contains("narrows"), narrows, "{run}");
        assert_eq!(coded(&run).is_empty(), narrows, "{run}");
    }
}

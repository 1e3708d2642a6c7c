//! Policies about documents, and the comments that take findings out.

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::workspace::Run;
use super::{Workspace, attachment, segment, users};

/// A workspace of one target with `policies`, each on a line of its own.
pub(super) fn under(policies: &[&str]) -> Workspace {
    let workspace = Workspace::sandbox();
    hold(&workspace, policies);
    workspace
}

/// Gives `workspace` these policies instead of those that it has.
pub(super) fn hold(workspace: &Workspace, policies: &[&str]) {
    let path = workspace.folder().join("segctl.yaml");
    let config = std::fs::read_to_string(path).expect("it is there");
    let config = config.split("  policies:\n").next().unwrap_or_default().to_owned();
    let lines = policies.iter().map(|it| format!("    - {it}\n"));
    let lines: String = std::iter::once("  policies:\n".to_owned()).chain(lines).collect();
    let lines = if policies.is_empty() { String::new() } else { lines };
    workspace.write("segctl.yaml", config + &lines);
}

/// `document` with labels.
pub(super) fn labelled(document: &str, labels: &str) -> String {
    document.replacen("metadata: {", &format!("metadata: {{labels: {{{labels}}}, "), 1)
}

/// Severity, code and place of each finding that `validate` has, and what it lets pass.
fn findings(workspace: &Workspace) -> (Vec<String>, Vec<String>) {
    let run = workspace.run("validate -o json");
    let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
    let list = |name: &str| envelope[name].as_array().expect("a list").clone();
    let text = |it: &Json, field: &str| it[field].as_str().unwrap_or_default().to_owned();
    let found = list("diagnostics").into_iter().map(|it| {
        let place = &it["places"][0];
        let at = format!("{}:{}:{}", text(place, "file"), place["line"], place["column"]);
        format!("{}[{}] {at}", text(&it, "severity"), text(&it, "code"))
    });
    let ignored = list("suppressed").into_iter().map(|it| {
        let at = format!("{}:{}", text(&it, "file"), it["line"]);
        format!("[{}] {at}: {}", text(&it, "code"), text(&it, "reason"))
    });
    (found.collect(), ignored.collect())
}

/// What `document` breaks of `policy`, as it is, with the label `reviewed: security`, where the
/// policy lets that pass, and where the policy is of a target that is not there.
fn broken(policy: &str, document: &str) -> [usize; 3] {
    let count = |policy: String, document: &str| {
        let workspace = under(&[&policy]).with("docs/a.yaml", document);
        findings(&workspace).0.len()
    };
    let unless = policy.replace('}', ", unless: reviewed=security}");
    let labelled = labelled(document, "reviewed: security");
    [count(policy.to_owned(), document), count(unless.clone(), &labelled), count(unless, document)]
}

#[test]
fn each_kind_is_held_unless_a_label_lets_pass() {
    let beta = segment("beta", "  description: Early.\n", &users("ada, bob"));
    let open = everyone("").replace("spec:\n", "spec:\n  allow: [matches-everyone]\n");
    let regex =
        segment("staff", "", "{contextName: email, operator: REGEX, value: \"@acme[.]com$\"}");
    let checkout = attachment("checkout", "");
    for (policy, breaks, satisfies) in [
        ("{forbid: values, over: 1}", &beta, &regex),
        ("{forbid: regex}", &regex, &beta),
        ("{forbid: name, unlike: \"^b\"}", &regex, &beta),
        ("{forbid: no-description}", &regex, &beta),
        ("{forbid: attachment, environments: [\"prod*\"]}", &checkout, &beta),
        ("{forbid: lint}", &open, &beta),
        ("{forbid: lint, lints: [matches-everyone]}", &open, &beta),
        ("{forbid: name, unlike: \"^a\"}", &beta, &open),
    ] {
        assert_eq!(broken(policy, breaks), [1, 0, 1], "{policy} by\n{breaks}");
        assert_eq!(broken(policy, satisfies), [0, 0, 0], "{policy} by\n{satisfies}");
    }
    let other = "{forbid: attachment, environments: [staging]}";
    assert_eq!(broken(other, &checkout), [0, 0, 0]);
    assert_eq!(broken("{forbid: lint, lints: [never-matches]}", &open), [0, 0, 0]);
    assert_eq!(broken("{forbid: values, over: 2}", &beta), [0, 0, 0], "two are not over two");
}

#[test]
fn findings_say_where_and_why_and_stop_every_command() {
    let workspace = under(&[
        "{forbid: values, over: 2, reason: ask the growth team, unless: size=large}",
        "{forbid: name, unlike: \"^team-\", severity: warning}",
    ])
    .with("docs/a.yaml", segment("beta", "", &users("ada, bob, eve")));
    assert_snapshot!(workspace.run("validate"), @r#"
    --- stderr
    warning[policy-name]: the name `beta` does not fit `^team-`, as a policy asks
      --> docs/a.yaml:3:18
       |
     3 | metadata: {name: beta}
       |                  ^^^^
       |
      ::: segctl.yaml:10:16
       |
    10 |     - {forbid: name, unlike: "^team-", severity: warning}
       |                ---- forbidden here

    error[policy-values]: the segment has 3 values, and a policy allows 2: ask the growth team
     --> docs/a.yaml:7:45
      |
    7 |       - {contextName: userId, operator: IN, values: [ada, bob, eve]}
      |                                             ^^^^^^
      |
     ::: segctl.yaml:9:16
      |
    9 |     - {forbid: values, over: 2, reason: ask the growth team, unless: size=large}
      |                ------ forbidden here
      |
      = help: a document with the label `size=large` may

    1 error and 1 warning; `segctl explain policy-values` says more
    --- exit 3
    "#);
    for command in ["plan", "apply --auto-approve", "drift"] {
        let run = workspace.run(command);
        assert_eq!(run.code, Some(3), "{run}");
        assert!(run.stderr.contains("error[policy-values]"), "{run}");
    }
    // A warning alone stops nothing.
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada")));
    let run = workspace.run("validate");
    assert_eq!(run.code, Some(0), "{run}");
    assert!(run.stderr.contains("warning[policy-name]"), "{run}");
}

#[test]
fn hold_for_their_targets_alone() {
    let workspace = under(&["{forbid: regex, targets: [other]}"]);
    let path = workspace.folder().join("segctl.yaml");
    let config = std::fs::read_to_string(path).expect("it is there");
    let other = "  targets:\n    - {name: other, provider: unleash, url: \"sandbox:other.yaml\"}\n";
    workspace.write("segctl.yaml", config.replace("  targets:\n", other));
    let regex = "{contextName: email, operator: REGEX, value: \"a$\"}";
    let document = segment("staff", "  perTarget: {local: {unleash: CONTENT}}\n", &users("ada"));
    let here = document.replace("CONTENT", &format!("{{constraints: [{regex}]}}"));
    workspace.write("docs/a.yaml", &here);
    assert_eq!(findings(&workspace).0, [""; 0]);
    workspace.write("docs/a.yaml", here.replace("{local: ", "{other: "));
    assert_eq!(findings(&workspace).0.len(), 1);
}

#[test]
fn mistakes_in_policies_are_said_at_their_place() {
    let workspace = under(&[
        "{forbid: values}",
        "{forbid: regex, over: 3}",
        "{forbid: name, unlike: \"(\"}",
        "{forbid: lint, lints: [matches-everybody]}",
        "{forbid: deletion, targets: [lokal]}",
        "{forbid: deletion, unless: a=b}",
        "{forbid: attachment, environments: [\"{\"]}",
        "{forbid: regex, unless: \"=x\"}",
    ])
    .with("docs/a.yaml", segment("beta", "", &users("ada")));
    assert_snapshot!(workspace.run("validate -q").stderr, @r#"
    error[missing-field]: a policy that forbids `values` needs the field `over`
     --> segctl.yaml:9:16
      |
    9 |     - {forbid: values}
      |                ^^^^^^ no `over` beside it

    error[unknown-field]: `over` means nothing to a policy that forbids `regex`
      --> segctl.yaml:10:23
       |
    10 |     - {forbid: regex, over: 3}
       |                       ^^^^
       |
       = help: it takes `forbid`, `severity`, `targets`, `reason`, `unless`

    error[bad-value]: `unlike` is no regular expression: unclosed group
      --> segctl.yaml:11:30
       |
    11 |     - {forbid: name, unlike: "("}
       |                              ^^^

    error[unknown-lint]: there is no lint `matches-everybody`
      --> segctl.yaml:12:30
       |
    12 |     - {forbid: lint, lints: [matches-everybody]}
       |                              ^^^^^^^^^^^^^^^^^ did you mean `matches-everyone`?
       |
    help: write `matches-everyone`
       |
    12 -     - {forbid: lint, lints: [matches-everybody]}
    12 +     - {forbid: lint, lints: [matches-everyone]}
       |

    error[unknown-target]: the workspace has no target `lokal`
      --> segctl.yaml:13:36
       |
    13 |     - {forbid: deletion, targets: [lokal]}
       |                                    ^^^^^ did you mean `local`?
       |
    help: write `local`
       |
    13 -     - {forbid: deletion, targets: [lokal]}
    13 +     - {forbid: deletion, targets: [local]}
       |

    error[unknown-field]: `unless` means nothing to a policy that forbids `deletion`
      --> segctl.yaml:14:26
       |
    14 |     - {forbid: deletion, unless: a=b}
       |                          ^^^^^^
       |
       = help: it takes `forbid`, `severity`, `targets`, `reason`

    error[bad-glob]: the glob `{` cannot be used: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
      --> segctl.yaml:15:43
       |
    15 |     - {forbid: attachment, environments: ["{"]}
       |                                           ^^^

    error[bad-value]: `unless` cannot be read: `=x` names no label
      --> segctl.yaml:16:31
       |
    16 |     - {forbid: regex, unless: "=x"}
       |                               ^^^^

    8 errors; `segctl explain missing-field` says more
    "#);
    hold(&workspace, &["{forbid: nonsense}"]);
    assert_eq!(findings(&workspace).0, ["error[bad-value] segctl.yaml:9:16"]);
}

/// A segment that matches everyone, with a comment at the line that says so.
fn everyone(comment: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: all}}\nspec:\n  unleash: {{}} {comment}\n"
    )
}

#[test]
fn a_comment_takes_a_finding_out_and_is_listed() {
    let workspace = under(&["{forbid: no-description}"])
        .with("docs/a.yaml", everyone("# segctl: ignore[matches-everyone] all of them are meant"))
        .with(
            "docs/b.yaml",
            "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: b}\n# segctl: ignore[policy-description] it is gone next week\nspec:\n  unleash: {constraints: [{contextName: userId, operator: IN, values: [ada]}]}\n",
        );
    let (found, ignored) = findings(&workspace);
    assert_eq!(found, ["error[policy-description] docs/a.yaml:4:1"]);
    assert_eq!(
        ignored,
        [
            "[matches-everyone] docs/a.yaml:5: all of them are meant",
            "[policy-description] docs/b.yaml:5: it is gone next week",
        ]
    );
    hold(&workspace, &["{forbid: no-description, severity: warning}"]);
    assert_snapshot!(workspace.run("validate"), @r#"
    --- stderr
    warning[policy-description]: the segment has no description, and a policy asks for one
     --> docs/a.yaml:4:1
      |
    4 | spec:
      | ^^^^ none here
      |
     ::: segctl.yaml:9:16
      |
    9 |     - {forbid: no-description, severity: warning}
      |                -------------- forbidden here

    1 warning; `segctl explain policy-description` says more
    2 findings are ignored by comments; -v shows them.
    --- stdout
    Valid: 2 documents for local.
    --- exit 0
    "#);
    let run = workspace.run("validate -v");
    let ignored: Vec<&str> = run.stderr.lines().filter(|it| it.starts_with("ignored[")).collect();
    assert_eq!(
        ignored,
        [
            "ignored[matches-everyone] at docs/a.yaml:5: all of them are meant",
            "ignored[policy-description] at docs/b.yaml:5: it is gone next week",
        ]
    );
}

#[test]
fn a_comment_that_does_nothing_is_a_finding() {
    let found = |document: String| {
        let workspace = under(&["{forbid: widening}"]).with("docs/a.yaml", document);
        let (found, ignored) = findings(&workspace);
        assert_eq!(ignored, [""; 0]);
        found
    };
    let named = |comment: &str| {
        let document = segment("beta", "", &users("ada"));
        document.replace("name: beta}\n", &format!("name: beta}} # segctl: ignore{comment}\n"))
    };
    // Unused, and one that only a plan can tell: that is not judged where there is no plan.
    assert_eq!(found(named("[similar-names] x")), ["warning[unused-ignore] docs/a.yaml:3:41"]);
    assert_eq!(found(named("[policy-widening] x")), [""; 0]);
    assert_eq!(
        found(segment("beta", "", &users("ada")) + "# segctl: ignore[policy-widening] x\n"),
        ["warning[unused-ignore] docs/a.yaml:8:18"]
    );
    // Without a reason, unknown, and what nobody may ignore.
    assert_eq!(
        found(named("[policy-widening]")),
        ["error[ignore-without-reason] docs/a.yaml:3:24"]
    );
    assert_eq!(found(named("[policy-wide] x")), ["error[unknown-ignore] docs/a.yaml:3:41"]);
    assert_eq!(found(named(" x")), ["error[unknown-ignore] docs/a.yaml:3:24"]);
    assert_eq!(found(named("[policy-deletion] x")), ["error[cannot-ignore] docs/a.yaml:3:41"]);
    assert_eq!(found(named("[missing-field] x")), ["error[cannot-ignore] docs/a.yaml:3:41"]);
}

#[test]
fn a_comment_that_ignores_a_lint_is_held_to_the_policy_that_forbids_it() {
    let policy = "{forbid: lint, lints: [matches-everyone]}";
    let workspace = under(&[policy]);
    let found = |comment: &str, policy: &str| {
        hold(&workspace, &[policy]);
        workspace.write("docs/a.yaml", everyone(comment));
        findings(&workspace)
    };
    // The comment takes out the lint, and not the policy that forbids it.
    let comment = "# segctl: ignore[matches-everyone] all of them are meant";
    let (error, ignored) = found(comment, policy);
    assert_eq!(error, ["error[policy-lint] docs/a.yaml:5:32"]);
    assert_eq!(ignored, ["[matches-everyone] docs/a.yaml:5: all of them are meant"]);
    assert_eq!(found(comment, "{forbid: lint}").0, error, "all lints are forbidden");
    assert_eq!(found(comment, "{forbid: lint, lints: [never-matches]}").0, [""; 0]);

    // Only a second code takes that out too, and then both are used.
    let both = "# segctl: ignore[matches-everyone, policy-lint] all of them are meant";
    let (error, ignored) = found(both, policy);
    assert_eq!(error, [""; 0]);
    assert_eq!(ignored.len(), 2, "{ignored:?}");
    // So it is where the comments stand above the line.
    let document = everyone("").replace(
        "  unleash",
        "  # segctl: ignore[policy-lint] the owner agreed\n  # segctl: ignore[matches-everyone] x\n  unleash",
    );
    workspace.write("docs/a.yaml", document);
    let (error, ignored) = findings(&workspace);
    assert_eq!(error, [""; 0]);
    assert_eq!(
        ignored,
        ["[matches-everyone] docs/a.yaml:7: x", "[policy-lint] docs/a.yaml:7: the owner agreed",]
    );

    // Labels let a document pass, and the comment in another document of the file is not its own.
    let unless = "{forbid: lint, unless: reviewed=security}";
    let reviewed = labelled(&everyone(comment), "reviewed: security");
    hold(&workspace, &[unless]);
    workspace.write("docs/a.yaml", reviewed.clone());
    assert_eq!(findings(&workspace).0, [""; 0]);
    let other = everyone(comment).replace("name: all", "name: more");
    workspace.write("docs/a.yaml", format!("{reviewed}---\n{other}"));
    assert_eq!(findings(&workspace).0, ["error[policy-lint] docs/a.yaml:11:32"]);
    assert_snapshot!(workspace.run("validate"), @r#"
    --- stderr
    error[policy-lint]: a policy forbids to ignore `matches-everyone`
      --> docs/a.yaml:11:32
       |
    11 |   unleash: {} # segctl: ignore[matches-everyone] all of them are meant
       |                                ^^^^^^^^^^^^^^^^ ignored here
       |
      ::: segctl.yaml:9:16
       |
     9 |     - {forbid: lint, unless: reviewed=security}
       |                ---- forbidden here
       |
       = help: a document with the label `reviewed=security` may

    1 error; `segctl explain policy-lint` says more
    2 findings are ignored by comments; -v shows them.
    --- exit 3
    "#);
}

/// The lines of a run that begin with a code.
pub(super) fn coded(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().chain(run.stderr.lines()).map(str::trim);
    let is_coded = |it: &&str| {
        ["refused[policy-", "error[policy-", "warning[policy-"]
            .iter()
            .any(|code| it.starts_with(code))
    };
    lines.filter(is_coded).map(str::to_owned).collect()
}

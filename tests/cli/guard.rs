//! The guard: a plan that changes too much at once is held back until somebody says it is meant.

use insta::assert_snapshot;

use super::{Workspace, segment, users};
use crate::support::terminal;

const CONFIG: &str = "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/**/*.yaml\"]\n  targets:\n    - {name: local, provider: unleash, url: \"sandbox:flags.yaml\", guard: GUARD}\n";

/// A workspace of `count` applied segments.
fn applied(count: usize) -> Workspace {
    let workspace = Workspace::sandbox();
    for number in 0..count {
        workspace.write(&path(number), segment(&name(number), "", &users("ada")));
    }
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

fn name(number: usize) -> String {
    format!("s{number:02}")
}

fn path(number: usize) -> String {
    format!("docs/{}.yaml", name(number))
}

#[test]
fn holds_back_a_prune_of_too_many() {
    let workspace = applied(10);
    for number in 0..4 {
        workspace.remove(&path(number));
    }
    let plan = workspace.run("plan --prune");
    assert_eq!(plan.code, Some(0), "a plan keeps its exit code: {plan}");
    let end: Vec<&str> = plan.stdout.lines().rev().take(4).collect();
    let end: Vec<&str> = end.into_iter().rev().collect();
    assert_snapshot!(end.join("\n"), @"
    warning[guard-tripped]: it would delete 4 of 10 managed segments; at most 30% may
      help: Read the plan; if it is meant, apply it with --force-guard, or set the shares under guard of the target.

    Plan: 4 to delete. 6 documents unchanged.
    ");
    let run = workspace.run("apply --prune --auto-approve");
    assert_eq!(run.code, Some(7), "{run}");
    assert_snapshot!(run.stderr, @"Nothing was applied: the guard is tripped (--force-guard applies all the same).");
    assert_eq!(workspace.run("apply --prune --auto-approve --force-guard -q").code, Some(0));
    assert!(workspace.run("plan").stdout.contains("No changes. 6 documents unchanged."));
}

/// A reviewer reads the headline, and the merge would end with a code of 7.
#[test]
fn the_headline_says_that_apply_will_refuse_the_plan() {
    let workspace = applied(10);
    let headline = |command: &str| -> [String; 2] {
        let markdown = workspace.run(&format!("{command} -o markdown"));
        let html = workspace.run(&format!("{command} -o html"));
        let bold = markdown.stdout.lines().find(|it| it.starts_with("**"));
        let page = html.stdout.lines().find(|it| it.starts_with("<p class=\"summary\">"));
        [bold, page].map(|it| it.unwrap_or_else(|| panic!("{markdown}\n{html}")).to_owned())
    };
    assert!(headline("plan --prune").iter().all(|it| !it.contains("guard")));
    for number in 0..4 {
        workspace.remove(&path(number));
    }
    let [markdown, html] = headline("plan --prune");
    assert_snapshot!(markdown, @"**Plan: 4 to delete. 6 documents unchanged. The guard stops it: apply refuses it without --force-guard.**");
    assert_snapshot!(html, @r#"<p class="summary">Plan: 4 to delete. 6 documents unchanged. The guard stops it: apply refuses it without --force-guard.</p>"#);
    let [markdown, _] = headline("apply --prune --auto-approve");
    assert_snapshot!(markdown, @"**Nothing was applied. Plan: 4 to delete. 6 documents unchanged. The guard stops it: apply refuses it without --force-guard.**");
    let [markdown, _] = headline("drift");
    assert!(!markdown.contains("guard"), "drift applies nothing: {markdown}");
    let run = workspace.run("apply --prune --auto-approve --force-guard -o markdown");
    assert!(run.stdout.contains("**Applied: 4 deleted.**"), "{run}");
}

#[test]
fn lets_the_exact_share_pass() {
    let workspace = applied(10);
    for number in 0..3 {
        workspace.remove(&path(number));
    }
    assert_eq!(workspace.run("apply --prune --auto-approve -q").code, Some(0));
}

#[test]
fn does_not_count_below_ten() {
    let workspace = applied(9);
    for number in 0..9 {
        workspace.write(&path(number), segment(&name(number), "", &users("bob")));
    }
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
}

#[test]
fn counts_updates_and_obeys_the_target() {
    let workspace = applied(10);
    for number in 0..6 {
        workspace.write(&path(number), segment(&name(number), "", &users("bob")));
    }
    let run = workspace.run("apply --auto-approve -o json");
    assert_eq!(run.code, Some(7), "{run}");
    let envelope: serde_json::Value = serde_json::from_str(&run.stdout).expect("an envelope");
    assert_eq!(envelope["ok"], false);
    let tripped = &envelope["targets"][0]["guard"];
    assert_eq!(tripped[0]["limit"], "update");
    assert_eq!(tripped[0]["steps"].as_array().map(Vec::len), Some(6));
    workspace.write("segctl.yaml", CONFIG.replace("GUARD", "{update: 60%}"));
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    workspace.write("segctl.yaml", CONFIG.replace("GUARD", "{update: much}"));
    assert_eq!(workspace.run("plan").code, Some(3));
}

#[test]
fn counts_the_values_that_one_list_loses() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("a, b, c, d, e, f, g, h, i, j")));
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    workspace.write("docs/a.yaml", segment("beta", "", &users("a, b, c, d, e")));
    assert!(!workspace.run("plan").stdout.contains("guard["), "half of them may go");
    workspace.write("docs/a.yaml", segment("beta", "", &users("a, b, c, d, x, y, z")));
    let run = workspace.run("apply --auto-approve");
    assert_eq!(run.code, Some(7), "{run}");
    assert!(
        run.stdout
            .contains("segment beta would lose 6 of the 10 values of one list; at most 50% may")
    );
    // The list is gone with its constraint, which is no change of a list.
    workspace.write(
        "docs/a.yaml",
        segment("beta", "", "{contextName: appName, operator: IN, values: [web]}"),
    );
    assert_eq!(workspace.run("apply --auto-approve").code, Some(7));
}

#[test]
fn notices_a_segment_that_turns_to_everyone() {
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("ada")));
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    workspace.write("docs/a.yaml", "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: beta}\nspec: {allow: [matches-everyone], unleash: {}}\n");
    let run = workspace.run("apply --auto-approve");
    assert_eq!(run.code, Some(7), "{run}");
    assert!(run.stdout.contains("segment beta would come to match everyone"), "{run}");
}

/// `new-checkout` has too few strategies, so a fixture of its own.
#[test]
fn counts_rules_that_have_a_managed_segment_already() {
    let strategies = (0..10).fold(String::new(), |text, it| {
        text + &format!("        - {{name: default, title: r{it}}}\n")
    });
    let workspace = Workspace::sandbox()
        .with(
            "flags.yaml",
            format!("features:\n  - name: f\n    strategies:\n      production:\n{strategies}"),
        )
        .with("docs/a.yaml", segment("one", "", &users("ada")))
        .with("docs/b.yaml", segment("two", "", &users("bob")));
    let attach = |segments: &str| {
        for number in 0..10 {
            workspace.write(&format!("docs/r{number}.yaml"), format!("apiVersion: segctl.dev/v1\nkind: Attachment\nmetadata: {{name: r{number}}}\nspec:\n  segments: [{segments}]\n  unleash: {{feature: f, environment: production, strategy: {{title: r{number}}}}}\n"));
        }
    };
    attach("one");
    let first = workspace.run("apply --auto-approve");
    assert_eq!(first.code, Some(0), "rules that are new to segctl do not count: {first}");
    attach("one, two");
    let run = workspace.run("apply --auto-approve");
    assert_eq!(run.code, Some(7), "{run}");
    assert!(
        run.stdout
            .contains("it would change the segments of 10 of 10 managed rules; at most 50% may"),
        "{run}"
    );
}

#[test]
fn counts_no_list_of_nine() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("a, b, c, d, e, f, g, h, i")));
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    workspace.write("docs/a.yaml", segment("beta", "", &users("z")));
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
}

#[test]
fn is_off_at_a_hundred_and_lets_nothing_pass_at_zero() {
    let workspace = applied(10);
    let remove =
        |numbers: std::ops::Range<usize>| numbers.for_each(|it| workspace.remove(&path(it)));
    workspace.write("segctl.yaml", CONFIG.replace("GUARD", "{delete: 0%}"));
    remove(0..1);
    assert_eq!(workspace.run("apply --prune --auto-approve -q").code, Some(7));
    workspace.write("segctl.yaml", CONFIG.replace("GUARD", "{delete: 100%}"));
    remove(1..9);
    assert_eq!(workspace.run("apply --prune --auto-approve -q").code, Some(0));
}

/// Half of all segments may change; while the plan is read, another run deletes the other half.
#[test]
fn weighs_again_what_was_read_and_approved() {
    let workspace = applied(20);
    for number in 10..20 {
        workspace.remove(&path(number));
    }
    let write = |who: &str| {
        for number in 0..10 {
            workspace.write(&path(number), segment(&name(number), "", &users(who)));
        }
    };
    write("bob");
    let (code, printed) = terminal::run_asked(workspace.folder(), &["apply"], &[], || {
        write("ada");
        let run = workspace.run("apply --prune --auto-approve --force-guard -q");
        assert_eq!(run.code, Some(0), "{run}");
    });
    assert_eq!(code, Some(7), "{printed}");
    assert!(printed.contains("Nothing was applied: the guard is tripped"), "{printed}");
    assert!(workspace.run("plan").stdout.contains("No changes."), "what is live is untouched");
}

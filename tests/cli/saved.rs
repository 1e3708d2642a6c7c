//! Saved plans: reviewed now, applied later, and only as far as nothing moved.

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::workspace::Run;
use super::{Workspace, attachment, segment, users};

/// Two applied segments on a rule.
fn applied() -> Workspace {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/b.yaml", segment("gamma", "", &users("bob")))
        .with("docs/c.yaml", attachment("checkout", "beta"));
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

/// As [`applied`], with new content for both and a plan of it in `p.json`.
fn planned() -> Workspace {
    let workspace = applied();
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, eve")));
    workspace.write("docs/b.yaml", segment("gamma", "", &users("bob, eve")));
    workspace.write("docs/c.yaml", attachment("checkout", "beta, delta"));
    workspace.write("docs/d.yaml", segment("delta", "", &users("dan")));
    let run = workspace.run("plan --out p.json -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

/// Changes the live system by another checkout of the same workspace, for the length of `change`.
fn meanwhile(workspace: &Workspace, path: &str, content: &str) {
    let before = std::fs::read_to_string(workspace.folder().join(path)).expect("it is there");
    workspace.write(path, content);
    let run = workspace.run(&format!("apply --auto-approve -q -f {path}"));
    assert_eq!(run.code, Some(0), "{run}");
    workspace.write(path, before);
}

fn outcomes(run: &Run) -> Vec<(String, String)> {
    let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
    let steps = envelope["targets"][0]["steps"].as_array().expect("steps").clone();
    let word = |step: &Json, field: &str| step[field].as_str().unwrap_or_default().to_owned();
    steps.iter().map(|step| (word(step, "name"), word(step, "outcome"))).collect()
}

#[test]
fn are_applied_without_the_documents() {
    let workspace = planned();
    for path in ["docs/a.yaml", "docs/b.yaml", "docs/c.yaml", "docs/d.yaml"] {
        workspace.write(path, "kind: [nonsense");
    }
    let run = workspace.run("apply p.json --parallelism 1");
    assert_snapshot!(run, @"
    --- stderr
    created segment delta
    updated segment gamma
    attached checkout
    updated segment beta
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment delta  docs/d.yaml:3
          name: delta
          constraints
            {contextName: userId, operator: IN, values: [dan]}

      ~ update segment gamma [git, widens]  docs/b.yaml:7
          /constraints/0/values: +1 of 2 values
            + eve

      ~ attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production)  docs/c.yaml:5
          /segments: +1 of 2 values
            + delta

      ~ update segment beta [git, widens]  docs/a.yaml:7
          /constraints/0/values: +1 of 2 values
            + eve
          used by new-checkout in production

    Plan: 1 to create, 2 to update, 1 to attach.
    Applied: 1 created, 2 updated, 1 attached.
    Verified: read again, and the live system is as applied.
    --- exit 0
    ");
    // Again: everything is so already.
    let run = workspace.run("apply p.json");
    assert_snapshot!(run, @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    No changes. 4 documents unchanged.
    --- exit 0
    ");
}

#[test]
fn refuse_the_objects_that_moved_and_what_waits_for_them() {
    let workspace = planned();
    workspace.write("docs/e.yaml", segment("omega", "", &users("zoe")));
    assert_eq!(workspace.run("plan --out p.json -q").code, Some(0));
    meanwhile(&workspace, "docs/b.yaml", &segment("gamma", "", &users("mallory")));
    meanwhile(&workspace, "docs/d.yaml", &segment("delta", "", &users("mallory")));
    let run = workspace.run("apply p.json -o json");
    assert_eq!(run.code, Some(5), "{run}");
    let expected = [
        ("delta", "skipped"),
        ("omega", "created"),
        ("gamma", "skipped"),
        ("checkout", "skipped"),
        // It would open the rule, which does not get what closes it.
        ("beta", "skipped"),
    ];
    let expected: Vec<_> = expected.map(|(name, it)| (name.to_owned(), it.to_owned())).into();
    assert_eq!(outcomes(&run), expected, "{run}");
    let text = workspace.run("apply p.json");
    assert_eq!(text.code, Some(5), "{text}");
    assert_snapshot!(text, @"
    --- stderr
    skipped segment delta: it is refused
    skipped segment gamma: it is refused
    skipped checkout: it is refused
    skipped segment beta: it waits for local/Attachment/checkout/attach
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ! create segment delta
          refused[stale]: local/Segment/delta/update would be needed now
          help: plan again and review it

      ! update segment gamma [git, replaces]  docs/b.yaml:7
          refused[stale]: its live object changed after the plan was made
          help: plan again and review it
          /constraints/0/values: +2 -1 of 2 values
            + bob
            + eve
            - mallory

      ! attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production)  docs/c.yaml:5
          refused[stale]: it waits for local/Segment/delta/update now, which is not in the plan
          help: plan again and review it
          /segments: +1 of 2 values
            + delta

      ~ update segment beta [git, widens]  docs/a.yaml:7
          /constraints/0/values: +1 of 2 values
            + eve
          used by new-checkout in production

    Plan: 1 to update. 3 refused. 1 document unchanged.
    Applied: 4 skipped.
    --- exit 5
    ");
}

#[test]
fn leave_alone_what_was_not_in_them() {
    let workspace = applied();
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, eve")));
    assert_eq!(workspace.run("plan --out p.json -q").code, Some(0));
    meanwhile(&workspace, "docs/b.yaml", &segment("gamma", "", &users("mallory")));
    let run = workspace.run("apply p.json -o json");
    assert_eq!(run.code, Some(0), "{run}");
    assert_eq!(outcomes(&run), [("beta".to_owned(), "updated".to_owned())]);
    let plan = workspace.run("plan");
    assert!(plan.stdout.contains("~ update segment gamma [git"), "{plan}");
}

#[test]
fn are_refused_when_they_were_changed_or_cut_off() {
    let workspace = planned();
    let path = workspace.folder().join("p.json");
    let text = std::fs::read_to_string(&path).expect("the plan");
    for (changed, why) in [
        (text.replace("eve", "mallory"), "its hash does not fit"),
        (text[..text.len() / 2].to_owned(), "it is no JSON, or was cut off"),
        (text.replace("\"1.0\"", "\"2.0\""), "its format is `2.0`"),
        (String::new(), "it is no JSON"),
        ("[]".to_owned(), "it is no JSON object"),
    ] {
        workspace.write("p.json", changed);
        let run = workspace.run("apply p.json -v");
        assert_eq!(run.code, Some(3), "{run}");
        assert!(run.stderr.contains("error[bad-plan-file]") && run.stderr.contains(why), "{run}");
        assert!(!run.stderr.contains("requests"), "nothing was sent: {run}");
    }
}

#[test]
fn are_for_one_target() {
    let workspace = planned();
    let config = std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is");
    workspace
        .write("other.yaml", std::fs::read(workspace.folder().join("flags.yaml")).expect("it is"));
    workspace.write("segctl.yaml", config.replace("sandbox:flags.yaml", "sandbox:other.yaml"));
    let run = workspace.run("apply p.json");
    assert_eq!(run.code, Some(3), "{run}");
    assert!(run.stderr.contains("error[plan-elsewhere]"), "{run}");
    let more = "    - {name: second, provider: unleash, url: \"sandbox:flags.yaml\"}\n";
    workspace.write("segctl.yaml", config.replace("flags.yaml", "other.yaml") + more);
    let run = workspace.run("plan --out q.json");
    assert_eq!(run.code, Some(64), "{run}");
    assert_eq!(workspace.run("apply p.json -t second").code, Some(64));
}

#[test]
fn hold_their_decisions() {
    let workspace = applied();
    workspace.remove("docs/b.yaml");
    assert_eq!(workspace.run("plan --prune --out p.json -q").code, Some(0));
    assert_eq!(workspace.run("apply p.json --prune").code, Some(64));
    assert_eq!(workspace.run("apply p.json -f docs/a.yaml").code, Some(64));
    let run = workspace.run("apply p.json -o json");
    assert_eq!(outcomes(&run), [("gamma".to_owned(), "deleted".to_owned())]);
    let run = workspace.run("apply p.json -o json");
    assert_eq!(outcomes(&run), []);
    assert_eq!(run.code, Some(0), "{run}");
}

#[test]
fn are_the_same_bytes_twice_and_hold_no_secret() {
    let workspace = planned();
    let read = |name: &str| std::fs::read_to_string(workspace.folder().join(name)).expect("a plan");
    assert_eq!(workspace.run("plan --out q.json -q").code, Some(0));
    assert_eq!(read("p.json"), read("q.json"));
    assert!(!read("p.json").contains("admin-token"));
}

#[test]
fn cannot_be_saved_to_nowhere() {
    let workspace = applied();
    let run = workspace.run("plan --out no/such/folder/p.json");
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stderr.contains("error[not-saved]"), "{run}");
    assert_eq!(workspace.run("apply missing.json").code, Some(64));
}

/// What a saved plan has of each step that is refused: its name and why.
fn refused(run: &Run) -> Vec<String> {
    let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
    let steps = envelope["targets"][0]["steps"].as_array().expect("steps").clone();
    let refused = steps.iter().filter(|step| !step["reason"].is_null());
    refused.map(|it| format!("{}: {}", it["name"], it["reason"]["message"])).collect()
}

#[test]
fn delete_nothing_that_is_protected_by_now() {
    let workspace = applied();
    workspace.remove("docs/b.yaml");
    assert_eq!(workspace.run("plan --prune --out p.json -q").code, Some(0));
    let config = std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is");
    workspace.write("segctl.yaml", config.replace("spec:\n", "spec:\n  protect: [\"gam*\"]\n"));
    let run = workspace.run("apply p.json -o json");
    assert_eq!(run.code, Some(5), "{run}");
    let why = r#""gamma": "the workspace protects its name, so it is not deleted""#;
    assert_eq!(refused(&run), [why]);
    // What was protected when the plan was made stays so as well.
    assert_eq!(workspace.run("plan --prune --out q.json -q").code, Some(0));
    workspace.write("segctl.yaml", config);
    assert_eq!(outcomes(&workspace.run("apply q.json -o json")), []);
    assert!(workspace.run("plan").stdout.contains("gamma"), "it is still there");
}

#[test]
fn leave_an_orphan_that_was_edited_since() {
    let workspace = applied();
    let document = segment("gamma", "", &users("bob"));
    workspace.remove("docs/b.yaml");
    assert_eq!(workspace.run("plan --prune --out p.json -q").code, Some(0));
    edit_by_hand(&workspace, "gamma");
    let run = workspace.run("apply p.json -o json");
    assert_eq!(run.code, Some(5), "{run}");
    assert_eq!(refused(&run), [r#""gamma": "its live object changed after the plan was made""#]);
    workspace.write("docs/b.yaml", document);
    assert!(workspace.run("plan").stdout.contains("~ update segment gamma [live"));
}

/// Changes the content of a segment past segctl; its mark stays.
fn edit_by_hand(workspace: &Workspace, name: &str) {
    let path = workspace.folder().join(".segctl/sandbox/flags.yaml.db");
    let data = rusqlite::Connection::open(path).expect("the data of the sandbox");
    let edit = "UPDATE segments SET constraints = replace(constraints, 'bob', 'mallory') \
                WHERE name = ?1";
    assert_eq!(data.execute(edit, [name]).expect("it can be written"), 1);
}

#[test]
fn leave_a_rule_whose_segments_moved_since() {
    let workspace = applied();
    workspace.write("docs/c.yaml", attachment("checkout", "gamma"));
    assert_eq!(workspace.run("plan --out p.json -q").code, Some(0));
    meanwhile(&workspace, "docs/c.yaml", &attachment("checkout", "beta, gamma"));
    let run = workspace.run("apply p.json -o json");
    assert_eq!(run.code, Some(5), "{run}");
    assert_eq!(refused(&run), [r#""checkout": "its live object changed after the plan was made""#]);
    // Where somebody did it already, there is nothing left to do.
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    assert_eq!(workspace.run("apply p.json").code, Some(0));
}

#[test]
fn are_held_back_by_the_stricter_guard() {
    let workspace = Workspace::sandbox();
    let path = |number: usize| format!("docs/s{number:02}.yaml");
    let write = |number: usize, who: &str| {
        workspace.write(&path(number), segment(&format!("s{number:02}"), "", &users(who)));
    };
    (0..10).for_each(|it| write(it, "ada"));
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    let config = std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is");
    let guarded = |share: &str| {
        let guard = format!("flags.yaml\", guard: {{update: {share}}}");
        workspace.write("segctl.yaml", config.replace("flags.yaml\"", &guard));
    };
    (0..4).for_each(|it| write(it, "bob"));
    // 4 of 10: the guard of the day it was made, and that of today.
    for (made, today, code) in
        [("30%", "90%", 7), ("90%", "30%", 7), ("30%", "30%", 7), ("40%", "90%", 0)]
    {
        guarded(made);
        assert_eq!(workspace.run("plan --out p.json -q").code, Some(0));
        guarded(today);
        let run = workspace.run("apply p.json");
        assert_eq!(run.code, Some(code), "{made}, {today}: {run}");
        let held =
            "Nothing was applied: the guard is tripped (--force-guard applies all the same).";
        assert_eq!(run.stderr.contains(held), code == 7, "{run}");
    }
    (0..4).for_each(|it| write(it, "carl"));
    guarded("30%");
    assert_eq!(workspace.run("plan --out p.json -q").code, Some(0));
    assert_eq!(workspace.run("apply p.json -q").code, Some(7));
    assert_eq!(workspace.run("apply p.json --force-guard -q").code, Some(0));
    assert!(workspace.run("plan").stdout.contains("No changes."));
}

#[test]
fn say_that_nothing_was_saved() {
    let workspace = planned();
    let before = std::fs::read_to_string(workspace.folder().join("p.json")).expect("a plan");
    let config = std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is");
    let nowhere = "http://127.0.0.1:1\", auth: {token: {env: TOKEN}}";
    workspace.write("segctl.yaml", config.replace("sandbox:flags.yaml\"", nowhere));
    let run = workspace.run("plan --out p.json");
    assert_snapshot!(run, @"
    --- stderr
    Target local
    error[bad-auth]: the environment variable TOKEN is not set
      help: set it; under `auth` stands token: an admin token or a personal access token
    error[not-saved]: nothing was saved to p.json, for there is no plan; what is there is an older plan
      help: Check the folder, its permissions and the space on the disk.
    --- exit 6
    ");
    let run = workspace.run("plan --out q.json -o json");
    assert_eq!(run.code, Some(6), "{run}");
    let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
    let failure = &envelope["failure"];
    assert_eq!(failure["code"], "not-saved", "{run}");
    assert_eq!(failure["message"], "nothing was saved to q.json, for there is no plan");
    assert!(!workspace.folder().join("q.json").exists());
    let after = std::fs::read_to_string(workspace.folder().join("p.json")).expect("a plan");
    assert_eq!(before, after, "an older plan stays");
}

#[test]
fn a_plan_is_for_its_owner_whoever_could_read_the_last_one() {
    use std::os::unix::fs::PermissionsExt as _;
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("ada")));
    let file = workspace.folder().join("plan.json");
    for _ in 0..2 {
        assert_eq!(workspace.run("plan -q --out plan.json").code, Some(0));
        let mut permissions = std::fs::metadata(&file).expect("it is there").permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600);
        permissions.set_mode(0o644);
        std::fs::set_permissions(&file, permissions).expect("it is ours");
    }
}

#[test]
fn only_a_plan_is_replaced_by_a_plan() {
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("ada")));
    let before = std::fs::read(workspace.folder().join("segctl.yaml")).expect("it is there");
    for path in ["segctl.yaml", "docs/a.yaml", "docs"] {
        let run = workspace.run(&format!("plan -q --out {path}"));
        assert!(run.code == Some(1) && run.stderr.contains("not-saved"), "{run}");
    }
    let after = std::fs::read(workspace.folder().join("segctl.yaml")).expect("it is there");
    assert_eq!(before, after);
    std::os::unix::fs::symlink("real.json", workspace.folder().join("link.json"))
        .expect("a link can be made");
    workspace.write("real.json", "");
    for _ in 0..2 {
        assert_eq!(workspace.run("plan -q --out link.json").code, Some(0));
        let real = std::fs::read_to_string(workspace.folder().join("real.json"));
        assert!(real.expect("it is there").contains("\"kind\": \"Plan\""));
    }
}

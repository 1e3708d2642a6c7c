//! Saved plans keep why each step is there, and which line says so.

use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::Workspace;
use super::base::{pull_request, whys};

/// A pull request, and its plan in `p.json`.
fn planned(arguments: &str) -> Workspace {
    let workspace = pull_request();
    let run = workspace.run(&format!("plan --out p.json -q {arguments}"));
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

fn envelope(workspace: &Workspace, arguments: &str) -> Json {
    let run = workspace.run(&format!("{arguments} -o json"));
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// The steps and orphans of the first target, each with its reasons and its place.
fn explained(output: &Json) -> String {
    let target = &output["targets"][0];
    let all = ["steps", "orphans"].map(|it| target[it].as_array().expect("a list").clone());
    let line = |it: &Json| {
        let place = &it["place"];
        let file = place["file"].as_str().unwrap_or("nowhere");
        let name = it["id"].as_str().or(it["name"].as_str()).unwrap_or_default();
        format!("{name} {} {} {file}:{}", it["why"], it["placeIn"], place["line"])
    };
    all.concat().iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn are_applied_for_the_reasons_that_were_reviewed() {
    let workspace = planned("--base main");
    let planned = explained(&envelope(&workspace, "plan --base main"));
    let output = envelope(&workspace, "apply p.json");
    assert_eq!(output["base"], "main");
    assert_eq!(output["targets"][0]["proof"]["converged"], true);
    assert_eq!(explained(&output), planned);
    assert_snapshot!(planned, @r#"
    local/Segment/late/create ["unknown"] null nowhere:null
    local/Segment/new/create ["change"] null nowhere:null
    local/Segment/delta/update ["leftover"] "checkout" docs/delta.yaml:7
    local/Segment/gamma/update ["drift"] "checkout" docs/gamma.yaml:7
    local/Attachment/checkout/attach ["unknown"] "checkout" docs/r.yaml:5
    local/Segment/beta/update ["change"] "checkout" docs/beta.yaml:7
    old ["change"] "base" docs/old.yaml:3
    older ["leftover"] null nowhere:null
    "#);
}

#[test]
fn say_their_reasons_in_every_form() {
    let workspace = planned("--base main --prune");
    let reports = "--report markdown=a.md --report html=a.html --report sarif=a.sarif \
                   --report github=a.github";
    let run = workspace.run(&format!("apply p.json --parallelism 1 {reports}"));
    assert_snapshot!(run.stdout, @"
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment late  docs/late.yaml:3
          why: main has it already: not applied yet, or deleted by a person
          name: late
          constraints
            {contextName: userId, operator: IN, values: [lea]}

      + create segment new  docs/new.yaml:3
          why: changed since main
          name: new
          constraints
            {contextName: userId, operator: IN, values: [nils]}

      ~ update segment delta [git, widens]  docs/delta.yaml:7
          why: main says so already, and it was not applied
          /constraints/0/values: +1 of 2 values
            + dora

      ~ update segment gamma [live, narrows]  docs/gamma.yaml:7
          why: a person changed the live system
          /constraints/0/values: -1 of 2 values
            - eve

      ~ attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production)  docs/r.yaml:5
          why: not as main says: not applied yet or changed by a person, nothing tells which
          /segments: +1 of 2 values
            + gamma

      ~ update segment beta [git, widens]  docs/beta.yaml:7
          why: changed since main
          /constraints/0/values: +1 of 2 values
            + ann
          used by new-checkout in production

      - delete segment old [git]  was written in docs/old.yaml:3
          why: its document is in main and no longer here
          name: old
          constraints
            {contextName: userId, operator: IN, values: [olga]}

      - delete segment older [git]
          why: main does not have it either, and it was not deleted
          name: older
          constraints
            {contextName: userId, operator: IN, values: [otto]}

    Plan: 2 to create, 3 to update, 1 to attach, 2 to delete.
    Applied: 2 created, 3 updated, 1 attached, 2 deleted.
    Verified: read again, and the live system is as applied.
    ");
    for file in ["a.md", "a.html", "a.sarif", "a.github"] {
        let text = std::fs::read_to_string(workspace.folder().join(file)).expect("a report");
        for said in ["changed since main", "its document is in main and no longer here"] {
            assert!(text.contains(said), "{file}: {text}");
        }
        assert!(!text.contains("without a base"), "{file}: {text}");
    }
}

/// What a person did since is a reason more.
#[test]
fn say_of_an_orphan_what_a_person_did_since() {
    let workspace = planned("--base main --prune");
    let edit = super::drift::Edit::Values("old", &["mallory"]);
    super::drift::by_hand(&workspace, &[edit]);
    let output = envelope(&workspace, "apply p.json");
    let explained = explained(&output);
    let of_old = explained.lines().filter(|it| it.contains("old ") || it.contains("old/"));
    assert_snapshot!(of_old.collect::<Vec<_>>().join("\n"), @r#"
    local/Segment/old/delete ["change"] "base" docs/old.yaml:3
    old ["change","drift"] "base" docs/old.yaml:3
    "#);
}

#[test]
fn say_of_a_step_what_a_person_did_since() {
    let workspace = planned("--base main");
    let edit = super::drift::Edit::Values("beta", &["ada", "mallory"]);
    super::drift::by_hand(&workspace, &[edit]);
    let text = workspace.run("apply p.json");
    assert_eq!(text.code, Some(5), "{text}");
    let of_beta = text.stdout.split("\n\n").find(|it| it.contains("update segment beta"));
    assert_snapshot!(of_beta.unwrap_or_default(), @"
      ! update segment beta [both, replaces]  docs/beta.yaml:7
          why: changed since main; a person changed the live system
          refused[stale]: its live object changed after the plan was made
          help: plan again and review it
          /constraints/0/values: +1 -1 of 2 values
            + ann
            - mallory
          used by new-checkout in production
    ");
}

#[test]
fn without_a_base_keep_their_lines() {
    let workspace = planned("");
    let planned = explained(&envelope(&workspace, "plan"));
    let output = envelope(&workspace, "apply p.json");
    assert_eq!(output["base"], Json::Null);
    assert_eq!(explained(&output), planned);
    assert!(
        planned.contains("beta/update [\"unknown\"] \"checkout\" docs/beta.yaml:7"),
        "{planned}"
    );
}

#[test]
fn of_before_are_still_read() {
    let workspace = planned("--base main");
    let path = workspace.folder().join("p.json");
    let text = std::fs::read_to_string(&path).expect("a plan");
    let mut file: Json = serde_json::from_str(&text).expect("JSON");
    let fields = file.as_object_mut().expect("an object");
    for new in ["hash", "base", "orphans"] {
        fields.shift_remove(new).expect("it is there");
    }
    for step in fields["steps"].as_array_mut().expect("steps") {
        let step = step.as_object_mut().expect("a step");
        step.shift_remove("why").expect("it is there");
        step.shift_remove("place").expect("it is there");
    }
    let hash = Sha256::digest(file.to_string().as_bytes());
    let hash: Vec<String> = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    file["hash"] = json!(format!("sha256:{}", hash.concat()));
    workspace.write("p.json", file.to_string());
    let output = envelope(&workspace, "apply p.json");
    assert_eq!((&output["ok"], &output["base"]), (&json!(true), &Json::Null), "{output}");
    assert_snapshot!(whys(&output), @r#"
    local/Segment/late/create ["unknown"]
    local/Segment/new/create ["unknown"]
    local/Segment/delta/update ["unknown"]
    local/Segment/gamma/update ["drift"]
    local/Attachment/checkout/attach ["unknown"]
    local/Segment/beta/update ["unknown"]
    old ["unknown"]
    older ["unknown"]
    "#);
}

/// What is reviewed is the steps: the base changes nothing of what a merge is held to.
#[test]
fn are_the_same_steps_whatever_the_base() {
    let workspace = planned("--base main");
    let steps = |name: &str| {
        let text = std::fs::read_to_string(workspace.folder().join(name)).expect("a plan");
        let mut file: Json = serde_json::from_str(&text).expect("JSON");
        let steps = file["steps"].take();
        let fields = ["id", "kind", "action", "name", "key", "fingerprint"];
        let of = |step: &Json| json!(fields.map(|it| step[it].clone()));
        let steps: Vec<Json> = steps.as_array().expect("steps").iter().map(of).collect();
        (steps, file["decisions"].clone(), file["target"].clone(), file["workspace"].clone())
    };
    assert_eq!(workspace.run("plan --out q.json -q --base HEAD").code, Some(0));
    assert_eq!(steps("p.json"), steps("q.json"));
}

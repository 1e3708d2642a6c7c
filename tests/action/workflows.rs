//! The workflows of this repository, and those that users copy.

use super::runner::yaml;
use super::stage::Stage;
use crate::support::scratch::{clean, repository};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

const EXAMPLES: [&str; 3] =
    ["examples/ci/github/plan.yml", "examples/ci/github/apply.yml", "examples/ci/github/drift.yml"];

const OURS: [&str; 3] = ["action.yml", ".github/workflows/ci.yml", ".github/workflows/release.yml"];

/// Every step of a workflow or an action.
fn steps(workflow: &Value) -> Vec<Value> {
    let jobs = workflow["jobs"].as_object().into_iter().flatten();
    let of_jobs = jobs.flat_map(|(_, job)| job["steps"].as_array().into_iter().flatten());
    let own = workflow["runs"]["steps"].as_array().into_iter().flatten();
    of_jobs.chain(own).cloned().collect()
}

#[test]
fn every_action_is_pinned_to_a_commit_and_its_version_is_said() {
    for path in OURS.iter().chain(&EXAMPLES) {
        let text = fs::read_to_string(repository().join(path)).expect(path);
        let lines: Vec<&str> = text.lines().filter(|it| it.contains(" uses: ")).collect();
        let used = steps(&yaml(path)).iter().filter(|it| !it["uses"].is_null()).count();
        assert!(used > 0 && used == lines.len(), "{path}: the actions were not found");
        for line in lines {
            let (_, pin) = line.split_once('@').expect(line);
            let (commit, version) = pin.split_once(" # ").expect(line);
            let is_commit = commit.len() == 40 && commit.bytes().all(|it| it.is_ascii_hexdigit());
            assert!(is_commit && !version.is_empty(), "{path}: {line}");
        }
    }
}

#[test]
fn one_action_is_pinned_to_one_commit() {
    let all = OURS.iter().chain(&EXAMPLES).flat_map(|path| steps(&yaml(path)));
    let pins: BTreeSet<String> =
        all.filter_map(|step| step["uses"].as_str().map(str::to_owned)).collect();
    let names: BTreeSet<&str> = pins.iter().filter_map(|it| Some(it.split_once('@')?.0)).collect();
    assert_eq!(pins.len(), names.len(), "{pins:#?}");
}

#[test]
fn no_script_has_an_expression_in_it() {
    for path in OURS.iter().chain(&EXAMPLES) {
        for step in steps(&yaml(path)) {
            let script = step["run"].as_str().unwrap_or_default();
            assert!(!script.contains("${{"), "{path}: {script}");
        }
    }
}

#[test]
fn no_workflow_gives_secrets_to_strangers() {
    for path in OURS.iter().chain(&EXAMPLES).filter(|it| **it != "action.yml") {
        let workflow = yaml(path);
        let events = workflow["on"].to_string();
        assert!(events.len() > 4, "{path}: its events were not found");
        assert!(
            !events.contains("pull_request_target") && !events.contains("workflow_run"),
            "{path}"
        );
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{path}: none by default");
        for (name, job) in workflow["jobs"].as_object().expect("jobs") {
            let own = job["permissions"].as_object();
            assert!(own.is_some(), "{path}: {name} says what it may");
            for step in steps(&serde_json::json!({"jobs": {"one": job}})) {
                let checks_out = step["uses"].to_string().contains("actions/checkout@");
                assert!(
                    !checks_out || step["with"]["persist-credentials"] == false,
                    "{path}: {name} leaves its token in the checkout"
                );
            }
        }
    }
}

#[test]
fn examples_may_write_what_they_are_for_and_nothing_else() {
    let may_write = |path: &str, job: &str| -> Vec<String> {
        let permissions = yaml(path)["jobs"][job]["permissions"].clone();
        let all = permissions.as_object().expect("permissions").clone();
        let writes = all.iter().filter(|(_, may)| *may == "write");
        writes.map(|(what, _)| what.clone()).collect()
    };
    assert_eq!(may_write(EXAMPLES[0], "validate"), [""; 0]);
    assert_eq!(may_write(EXAMPLES[0], "plan"), ["pull-requests", "security-events"]);
    assert_eq!(may_write(EXAMPLES[1], "apply"), ["pull-requests"]);
    assert_eq!(may_write(EXAMPLES[2], "drift"), ["issues"]);
}

#[test]
fn secrets_are_for_branches_of_the_repository_and_for_environments() {
    for path in EXAMPLES {
        let workflow = yaml(path);
        for (name, job) in workflow["jobs"].as_object().expect("jobs") {
            if !job.to_string().contains("secrets.") {
                continue;
            }
            assert!(job["environment"].is_string(), "{path}: {name}");
            let only = job["if"].as_str().unwrap_or_default();
            if !workflow["on"]["pull_request"].is_null() {
                assert!(only.starts_with(
                    "github.event.pull_request.head.repo.full_name == github.repository && "
                ));
            }
            if job.to_string().contains("WRITE_TOKEN") {
                assert_eq!(only, "github.ref == 'refs/heads/main'", "{path}: {name}");
            }
        }
    }
}

#[test]
fn examples_give_the_action_inputs_that_it_has() {
    let inputs = yaml("action.yml")["inputs"].clone();
    for path in EXAMPLES {
        let mut used = 0;
        for step in steps(&yaml(path)) {
            if step["uses"].as_str().is_some_and(|it| it.starts_with("segctl/segctl@")) {
                used += 1;
                for (name, value) in step["with"].as_object().into_iter().flatten() {
                    assert!(!inputs[name].is_null() && value.is_string(), "{path}: {name}");
                }
            }
        }
        assert!(used > 0, "{path} does not use the action");
    }
}

/// What is planned is what is applied, and where drift is looked for.
#[test]
fn all_examples_of_a_set_are_about_one_target() {
    let mut github = vec![];
    for step in EXAMPLES.iter().flat_map(|path| steps(&yaml(path))) {
        let is_ours = step["uses"].as_str().is_some_and(|it| it.starts_with("segctl/segctl@"));
        if is_ours && step["with"]["command"] != "validate" {
            github.push(step["with"]["targets"].as_str().unwrap_or("all").to_owned());
        }
    }
    assert_eq!(github, ["production"; 3]);
    let template = yaml("examples/ci/gitlab/.gitlab-ci.yml");
    let scripts = template.as_object().expect("jobs").values().map(|job| &job["script"]);
    let lines = scripts.flat_map(|it| it.as_array().into_iter().flatten());
    let live = |line: &&str| line.contains("segctl.sh plan") || line.contains("segctl.sh drift");
    let gitlab: Vec<&str> = lines
        .filter_map(Value::as_str)
        .filter(live)
        .map(|line| line.split_once("--target ").expect(line).1.split(' ').next().expect(line))
        .collect();
    assert_eq!(gitlab, ["production"; 3]);
}

/// A merge never passes the guard; whoever starts the workflow by hand may say so.
#[test]
fn only_a_person_passes_the_guard() {
    let [plan, apply, drift] = EXAMPLES.map(yaml);
    let asked = &apply["on"]["workflow_dispatch"]["inputs"]["force-guard"];
    assert_eq!((&asked["type"], &asked["default"]), (&"boolean".into(), &false.into()));
    let given: Vec<String> = [&plan, &apply, &drift]
        .into_iter()
        .flat_map(steps)
        .filter_map(|step| Some(step["with"]["force-guard"].as_str()?.to_owned()))
        .collect();
    assert_eq!(given, ["${{ github.event_name == 'workflow_dispatch' && inputs.force-guard }}"]);
    assert_eq!(yaml("action.yml")["inputs"]["force-guard"]["default"], "false");
}

/// The page for users knows every input and output.
#[test]
fn the_page_says_what_the_inputs_and_outputs_are() {
    let action = yaml("action.yml");
    let page = fs::read_to_string(repository().join("docs/ci.md")).expect("a page");
    let inputs = action["inputs"].as_object().expect("inputs");
    for name in inputs.keys() {
        assert!(page.contains(&format!("\n| `{name}` | ")), "{name}");
    }
    for name in action["outputs"].as_object().expect("outputs").keys() {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
    let table = page.split("\n| input | ").nth(1).expect("a table");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|')).count();
    assert_eq!(rows, inputs.len());
}

#[test]
fn hooks_find_what_is_wrong() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_array().expect("hooks");
    let config = yaml("examples/ci/pre-commit/.pre-commit-config.yaml");
    let used: Vec<&Value> =
        config["repos"][0]["hooks"].as_array().into_iter().flatten().map(|it| &it["id"]).collect();
    assert!(!used.is_empty());
    assert!(used.iter().all(|id| hooks.iter().any(|hook| hook["id"] == **id)), "{used:?}");
    for hook in hooks {
        let entry = hook["entry"].as_str().expect("a command");
        let (program, arguments) = entry.split_once(' ').expect("with arguments");
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let stage = Stage::new();
        assert_eq!((program, stage.code(&arguments)), ("segctl", Some(0)), "{hook}");
        let document = fs::read_to_string(stage.folder().join("segments/beta.yaml"));
        let document = document.expect("a document");
        let wrong = match hook["id"].as_str() {
            Some("segctl-validate") => document.replace("operator: IN", "operator: INSIDE"),
            _ => format!("kind: Segment\n{}", document.replace("kind: Segment\n", "")),
        };
        assert_ne!(document, wrong);
        stage.write("segments/beta.yaml", &wrong);
        // `fmt` mends it; pre-commit sees that the file changed.
        let mends = entry == "segctl fmt";
        assert_eq!(stage.code(&arguments) == Some(0), mends, "{hook}");
    }
}

#[test]
fn findings_become_what_gitlab_shows_beside_changes() {
    let stage = Stage::new();
    let mut written = 0;
    for entry in fs::read_dir(repository().join("examples/invalid")).expect("examples") {
        let entry = entry.expect("an example");
        // One of them is not text.
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        if text.contains("\nkind: Segment\n") {
            stage.write(&format!("segments/{}", entry.file_name().to_string_lossy()), &text);
            written += 1;
        }
    }
    assert_eq!(stage.code(&["validate", "--report", "sarif=found.sarif"]), Some(3));
    let mut jq = Command::new("jq");
    jq.arg("-f").arg(repository().join("examples/ci/gitlab/code-quality.jq"));
    jq.arg("found.sarif").current_dir(stage.folder());
    let output = clean(&mut jq).output().expect("jq can be started");
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = found.as_array().expect("a list");
    let fingerprints: BTreeSet<String> =
        found.iter().map(|it| it["fingerprint"].to_string()).collect();
    assert!(written > 9 && found.len() > 9 && fingerprints.len() == found.len(), "{found:#?}");
    for it in found {
        let path = it["location"]["path"].as_str().expect("a path");
        assert!(stage.folder().join(path).exists(), "{it}");
        assert!(it["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0), "{it}");
        assert!(
            ["major", "minor", "info"].contains(&it["severity"].as_str().expect("one")),
            "{it}"
        );
    }
}

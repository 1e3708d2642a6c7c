//! What comes from a stranger decides nothing, and is run by nobody.

use super::stage::Stage;
use serde_json::{Value, json};

/// A text that does harm in a shell, in a file of outputs, and in a log.
const HOSTILE: &str = "$(touch pwned)`touch pwned`\"; touch pwned; '\n::error::pwned\nbase=pwned";

/// The event of a pull request of a fork.
fn of_a_fork(stage: &Stage) -> Value {
    let mut event = stage.pull_request();
    event["pull_request"]["head"]["repo"]["id"] = 2.into();
    event
}

#[test]
fn a_fork_is_validated_and_no_server_is_asked() {
    let stage = Stage::new();
    // A plan of this would need a secret.
    let elsewhere = "apiVersion: segctl.dev/v1
kind: Workspace
metadata: {name: acme-web}
spec:
  targets:
    - {name: live, provider: unleash, url: \"http://127.0.0.1:9\", auth: {token: {env: UNLEASH_TOKEN}}}
";
    stage.write("segctl.yaml", elsewhere);
    let event = of_a_fork(&stage);
    let mut job = stage.job(&event);
    job.inputs.extend([("sarif", "true"), ("args", "--prune"), ("plan-file", "a.plan")]);
    let ran = job.run();
    assert_eq!((ran.code, ran.output("command")), (0, "validate"), "{}", ran.log);
    assert!(stage.github.held().asked.is_empty(), "{:?}", stage.github.held().asked);
    assert!(ran.summary.starts_with("<!-- segctl:validate:acme-web -->"), "{}", ran.summary);
    assert!(ran.given("github/codeql-action/").is_none());
    assert!(ran.log.contains("comes from a fork"), "{}", ran.log);

    stage.write("segments/beta.yaml", "kind: Nonsense\n");
    let ran = stage.job(&of_a_fork(&stage)).run();
    assert_eq!(ran.code, 3, "{}", ran.log);
}

#[test]
fn forks_that_are_gone_and_robots_without_secrets_are_strangers_too() {
    let stage = Stage::new();
    let mut event = stage.pull_request();
    event["pull_request"]["user"]["login"] = "dependabot[bot]".into();
    assert_eq!(stage.job(&event).run().output("command"), "validate");
    event["pull_request"]["user"]["login"] = "ada".into();
    assert_eq!(stage.job(&event).run().output("command"), "plan");
    event["pull_request"]["head"]["repo"] = Value::Null;
    assert_eq!(stage.job(&event).run().output("command"), "validate");
}

#[test]
fn a_fork_can_have_nothing_applied() {
    let stage = Stage::new();
    stage.values("pro, team");
    let event = of_a_fork(&stage);
    let mut job = stage.job(&event);
    job.inputs.insert("command", "apply");
    let ran = job.run();
    assert_eq!((ran.code, stage.live()), (1, json!(["pro"])), "{}", ran.log);
}

#[test]
fn an_event_with_secrets_for_strangers_is_refused() {
    let stage = Stage::new();
    let event = of_a_fork(&stage);
    for name in ["pull_request_target", "workflow_run", "issue_comment"] {
        let mut job = stage.job(&event);
        job.event_name = name;
        let ran = job.run();
        assert_eq!(ran.code, 1);
        assert_eq!(ran.names, ["Understand the event"], "{}", ran.log);
    }
}

#[test]
fn titles_and_branches_are_never_read_and_numbers_are_numbers() {
    let stage = Stage::new();
    stage.values("pro, team");
    let mut event = stage.pull_request();
    event["pull_request"]["title"] = HOSTILE.into();
    event["pull_request"]["body"] = HOSTILE.into();
    event["pull_request"]["head"]["ref"] = HOSTILE.into();
    event["pull_request"]["head"]["label"] = HOSTILE.into();
    let mut job = stage.job(&event);
    job.env.push(("GITHUB_HEAD_REF", HOSTILE.to_owned()));
    let ran = job.run();
    assert_eq!((ran.code, ran.output("changes")), (0, "true"), "{}", ran.log);
    let written = format!("{:?}{}{}", stage.github.held().comments, ran.log, ran.summary);
    assert!(!written.contains("pwned"), "{written}");

    // Not even where GitHub says numbers and hashes.
    event["pull_request"]["number"] = HOSTILE.into();
    event["pull_request"]["head"]["sha"] = HOSTILE.into();
    event["pull_request"]["base"]["sha"] = HOSTILE.into();
    stage.github.written();
    let mut job = stage.job(&event);
    job.reference = "refs/heads/change";
    let ran = job.run();
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!(stage.github.written(), [""; 0]);
    assert_eq!(ran.outputs["event"]["base"], "");
    assert!(!ran.log.contains("pwned") && !stage.folder().join("pwned").exists());
}

#[test]
fn what_documents_say_is_no_command_to_the_runner() {
    let stage = Stage::new();
    stage.values("pro, \"\\n::error::pwned\\n::add-mask::a\\n\"");
    stage.write("segments/::error::pwned.yaml", "metadata: {name: \"::warning::pwned\"}\n");
    let ran = stage.plan(&stage.pull_request());
    let mut ends: Option<String> = None;
    for line in ran.log.lines() {
        if let Some(word) = line.strip_prefix("::stop-commands::") {
            ends = Some(format!("::{word}::"));
        } else if ends.as_deref() == Some(line) {
            ends = None;
        } else if ends.is_none() && line.starts_with("::") {
            // What the runner would obey: our own annotations, with any text behind them.
            let (command, _) = line[2..].split_once("::").expect("a command ends");
            assert!(
                command.starts_with("error file=") || command.contains("title=segctl"),
                "{line}"
            );
        }
    }
    assert!(ends.is_none() && ran.log.contains("::stop-commands::"), "{}", ran.log);
}

#[test]
fn the_token_of_the_run_does_not_reach_segctl() {
    // A document may name any variable as the secret of a target, and any address to send it to.
    let steps = super::runner::yaml("action.yml");
    let steps = steps["runs"]["steps"].as_array().expect("steps").clone();
    let run = steps.iter().find(|it| it["id"] == "run").expect("the step that runs segctl");
    assert!(!run["env"].to_string().contains("token"), "{}", run["env"]);
}

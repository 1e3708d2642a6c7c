//! A repository with segments on an embedded server, and the events of its pull requests.

use super::github::GitHub;
use super::runner::{Job, Ran};
use crate::support::admin::Admin;
use crate::support::scratch::{Scratch, clean};
use reqwest::Method;
use segctl::sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The server, the repository, and what they know of each other.
pub(super) struct Stage {
    pub(super) github: GitHub,
    scratch: Scratch,
}

const SEGMENT: &str = "apiVersion: segctl.dev/v1
kind: Segment
metadata: {name: beta}
spec:
  description: People who try things first.
  unleash:
    constraints:
      - {contextName: plan, operator: IN, values: [VALUES]}
";

impl Stage {
    /// A repository whose base has one segment, which is live, and whose checkout is the merge of a
    /// pull request that changes nothing yet.
    pub(super) fn new() -> Self {
        let stage = Self { github: GitHub::new(), scratch: Scratch::new() };
        let workspace = "apiVersion: segctl.dev/v1
kind: Workspace
metadata: {name: acme-web}
spec:
  targets:
    - {name: local, provider: unleash, url: \"sandbox:flags.yaml\"}
";
        stage.write("segctl.yaml", workspace);
        stage.write("flags.yaml", "{}\n");
        stage.write(".gitignore", ".segctl/\n.runner/\n*.plan\n");
        stage.values("pro");
        stage.git(&["init", "-q", "-b", "main"]);
        stage.commit();
        let applied = stage.scratch.segctl(&["apply", "--auto-approve"]);
        assert!(applied.status.success(), "{applied:?}");
        stage
    }

    pub(super) fn folder(&self) -> &Path {
        &self.scratch.path
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        self.scratch.write(path, text);
    }

    /// Applies so many values that a change to one of them trips the guard; gives them.
    pub(super) fn with_many_values(&self) -> [&'static str; 12] {
        let many = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "pro"];
        self.values(&many.join(", "));
        assert_eq!(self.code(&["apply", "--auto-approve"]), Some(0));
        many
    }

    /// Writes the segment with these values.
    pub(super) fn values(&self, values: &str) {
        self.write("segments/beta.yaml", &SEGMENT.replace("VALUES", values));
    }

    pub(super) fn segctl(&self, arguments: &[&str]) -> String {
        let output = self.scratch.segctl(arguments);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(super) fn code(&self, arguments: &[&str]) -> Option<i32> {
        self.scratch.segctl(arguments).status.code()
    }

    pub(super) fn git(&self, arguments: &[&str]) -> String {
        self.run("git", arguments)
    }

    /// What a program prints in this folder; one that fails fails the test.
    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder());
        let clean = clean(&mut command).env("GIT_CONFIG_GLOBAL", "/dev/null").envs([
            ("GIT_AUTHOR_NAME", "Ada"),
            ("GIT_AUTHOR_EMAIL", "ada@example.com"),
            ("GIT_COMMITTER_NAME", "Ada"),
            ("GIT_COMMITTER_EMAIL", "ada@example.com"),
        ]);
        let output = clean.output().expect("a program that can be started");
        assert!(output.status.success(), "{program} {arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub(super) fn commit(&self) -> String {
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "Change segments"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Commits what was written on a branch, checks out its merge, and gives the event.
    pub(super) fn pull_request(&self) -> Value {
        self.git(&["checkout", "-q", "-B", "change"]);
        let head = self.commit();
        self.git(&["checkout", "-q", "-B", "merge", "main"]);
        self.git(&["merge", "-q", "--no-ff", "-m", "Merge", "change"]);
        let base = self.git(&["rev-parse", "main"]);
        json!({"pull_request": {
            "number": 7,
            "title": "Change segments",
            "head": {"sha": head, "ref": "change", "repo": {"id": 1}},
            "base": {"sha": base, "ref": "main", "repo": {"id": 1}},
        }})
    }

    /// A run for `event`, of a pull request, with the segctl that was built with this test.
    pub(super) fn job(&self, event: &Value) -> Job<'_> {
        Job {
            folder: self.folder(),
            api: &self.github.url,
            inputs: BTreeMap::from([("version", "installed")]),
            event_name: "pull_request",
            event: event.clone(),
            reference: "refs/pull/7/merge",
            sha: self.git(&["rev-parse", "HEAD"]),
            env: vec![],
            artifact: None,
            path: vec![],
        }
    }

    /// The action as it is without any input, on a pull request.
    pub(super) fn plan(&self, event: &Value) -> Ran {
        self.job(event).run()
    }

    /// Merges the pull request, and has GitHub know of it: its number and the run that planned it.
    pub(super) fn merge(&self, event: &Value) -> String {
        self.git(&["checkout", "-q", "main"]);
        self.git(&["merge", "-q", "--no-ff", "-m", "Merge", "change"]);
        let sha = self.git(&["rev-parse", "HEAD"]);
        let mut pull = event["pull_request"].clone();
        pull["merge_commit_sha"] = sha.as_str().into();
        pull["merged_at"] = "2026-01-02T03:04:05Z".into();
        let run = |id: u32, head: &Value| {
            json!({"name": "segctl-plan", "expired": false, "created_at": "2026-01-02T03:00:00Z",
                "workflow_run": {"id": id, "head_sha": head, "repository_id": 1,
                    "head_repository_id": 1}})
        };
        let mut of_a_fork = run(66, &pull["head"]["sha"]);
        of_a_fork["workflow_run"]["head_repository_id"] = 2.into();
        of_a_fork["created_at"] = "2026-01-02T04:00:00Z".into();
        let mut held = self.github.held();
        held.artifacts = vec![run(64, &json!("0000")), run(65, &pull["head"]["sha"]), of_a_fork];
        held.pulls = vec![pull];
        sha
    }

    /// A run after the merge, that applies what was reviewed.
    pub(super) fn apply(&self, plan: Option<&Path>) -> Job<'_> {
        let before = self.git(&["rev-parse", "HEAD^1"]);
        let mut job = self.job(&json!({"before": before}));
        job.inputs.extend([("command", "apply"), ("plan-file", "reviewed"), ("targets", "local")]);
        job.event_name = "push";
        job.reference = "refs/heads/main";
        job.artifact = plan.map(PathBuf::from);
        job
    }

    /// Leaves of the repository what `actions/checkout` brings: the commit, and nothing before it. The
    /// whole is its origin from then on, whose folder this is.
    pub(super) fn cut_off(&self) -> PathBuf {
        let origin = self.folder().join(".runner/origin.git");
        let path = origin.to_str().expect("a path");
        self.git(&["clone", "-q", "--bare", ".", path]);
        std::fs::remove_dir_all(self.folder().join(".git")).expect("a repository");
        let url = format!("file://{path}");
        self.git(&[
            "clone",
            "-q",
            "--no-checkout",
            "--depth",
            "1",
            "-b",
            "main",
            &url,
            ".runner/cut",
        ]);
        let cut = self.folder().join(".runner/cut/.git");
        std::fs::rename(cut, self.folder().join(".git")).expect("a repository");
        self.git(&["reset", "-q"]);
        origin
    }

    /// Changes the values of the live segment as a person would, past segctl.
    pub(super) fn by_hand(&self, values: &[&str]) {
        self.on_server(async |admin| {
            let mut segment = admin.segments().await.remove(0);
            segment["constraints"][0]["values"] = json!(values);
            let path = format!("/api/admin/segments/{}", segment["id"]);
            admin.send(Method::PUT, &path, Some(&segment)).await.ok("changing");
        });
    }

    /// Makes a live segment as a person would.
    pub(super) fn by_hand_made(&self, name: &str) {
        self.on_server(async |admin| {
            admin.create_segment(&json!({"name": name, "constraints": []})).await;
        });
    }

    /// The values of the live segment.
    pub(super) fn live(&self) -> Value {
        self.on_server(async |admin| admin.segments().await[0]["constraints"][0]["values"].clone())
    }

    fn on_server<T>(&self, work: impl AsyncFnOnce(Admin) -> T) -> T {
        let runtime = tokio::runtime::Runtime::new().expect("there are threads");
        runtime.block_on(async {
            let data = self.folder().join(".segctl/sandbox/flags.yaml.db");
            let options = Options { fixture: None, data, port: 0, ..Options::default() };
            let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
            let admin = Admin::new(sandbox.url(), Sandbox::TOKEN);
            let done = work(admin).await;
            sandbox.stop().await;
            done
        })
    }
}

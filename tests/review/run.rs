//! What happens in the recorded run.

use std::collections::BTreeMap;
use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};

use super::repository::{REMOVED, applied, merged, proposed, workspace};
use crate::support::admin::Admin;
use crate::support::scratch::{SEGCTL, Scratch, clean};
use crate::support::servers::Server;

/// The flags that rules are of.
const FLAGS: [&str; 2] = ["new-checkout", "dark-mode"];

/// A run, and what it wrote so far.
pub(super) struct Run<'a> {
    server: &'a Server,
    admin: Admin,
    scratch: Scratch,
    outputs: BTreeMap<String, String>,
}

impl<'a> Run<'a> {
    /// Flags on the server, and a repository whose main branch was applied.
    pub(super) async fn begin(server: &'a Server) -> Self {
        let admin = Admin::new(&server.url, &server.token);
        for flag in FLAGS {
            admin.create_flag(flag).await;
            let parameters = json!({"rollout": "50", "stickiness": "default", "groupId": flag});
            let strategy = json!({
                "name": "flexibleRollout", "title": "Gradual rollout", "parameters": parameters
            });
            admin.create_strategy(flag, "production", &strategy).await;
        }
        let scratch = Scratch::new();
        scratch.write("segctl.yaml", workspace(&server.url));
        scratch.write(".gitignore", "*.md\n*.html\n*.sarif\nplan.json\n.segctl/\n");
        let mut run = Self { server, admin, scratch, outputs: BTreeMap::new() };
        run.change(&applied());
        run.shell("git init -q -b main");
        run.commit("Say what there is");
        run.record("1-apply.txt", "segctl apply --auto-approve");
        run.change(&merged());
        run.commit("Describe staff");
        run
    }

    /// The pull request, its merge, and the nights after it.
    pub(super) async fn until_the_last_night(mut self) -> BTreeMap<String, String> {
        self.shell("git switch -q -c early-birds");
        self.change(&proposed());
        self.shell(&format!("git rm -q {REMOVED}"));
        self.commit("Let early birds into dark mode");
        self.by_hand("enterprise", &["enterprise", "enterprise-trial"]).await;

        self.record("2-validate.txt", "segctl validate");
        self.record(
            "3-plan.txt",
            "segctl plan --base main --prune --out plan.json --report markdown=plan.md \
             --report html=plan.html --report sarif=plan.sarif",
        );
        for (name, file) in
            [("3-plan.md", "plan.md"), ("3-plan.html", "plan.html"), ("3-plan.sarif", "plan.sarif")]
        {
            self.keep(name, file);
        }
        self.record("3-plan-annotations.txt", "segctl plan --base main --prune -o github");

        self.shell("git switch -q main");
        self.shell("git merge -q --ff-only early-birds");
        self.record("4-apply.txt", "segctl apply plan.json --report markdown=apply.md");
        self.keep("4-apply.md", "apply.md");
        self.record("4-again.txt", "segctl plan --prune --detailed-exitcode");

        let drift = "segctl drift --detailed-exitcode --report markdown=drift.md";
        self.record("5-quiet-night.txt", drift);
        self.by_hand("beta-users", &["ada@acme.example", "mallory@evil.example"]).await;
        self.record("6-drift.txt", drift);
        self.keep("6-drift.md", "drift.md");
        self.record("7-apply.txt", "segctl apply --auto-approve");
        self.record("8-quiet-night.txt", drift);
        self.outputs
    }

    fn change(&self, files: &[(&str, String)]) {
        for (path, text) in files {
            self.scratch.write(path, text);
        }
    }

    fn commit(&self, message: &str) {
        self.shell("git add -A");
        self.shell(&format!("git commit -q -m '{message}'"));
    }

    /// Runs a line that must succeed.
    fn shell(&self, line: &str) {
        let (printed, status) = self.printed(line);
        assert_eq!(status, 0, "{line}\n{printed}");
    }

    /// Runs a line, and keeps what it printed and how it ended.
    fn record(&mut self, name: &str, line: &str) {
        let (printed, status) = self.printed(line);
        self.outputs.insert(name.to_owned(), format!("$ {line}\n{printed}# exit {status}\n"));
    }

    /// Keeps a file that was written.
    fn keep(&mut self, name: &str, file: &str) {
        let text = std::fs::read_to_string(self.scratch.path.join(file)).expect("it was written");
        self.outputs.insert(name.to_owned(), self.told(&text));
    }

    fn printed(&self, line: &str) -> (String, i32) {
        let script = format!("exec 2>&1; segctl() {{ \"$SEGCTL\" \"$@\"; }}; {line}");
        let mut command = Command::new("/bin/sh");
        clean(&mut command).args(["-c", &script]).current_dir(&self.scratch.path);
        command.env("SEGCTL", SEGCTL).env("UNLEASH_TOKEN", &self.server.token);
        // Steps that run side by side end in any order.
        command.env("SEGCTL_PARALLELISM", "1");
        for (name, value) in [("NAME", "Ada"), ("EMAIL", "ada@acme.example")] {
            command.env(format!("GIT_AUTHOR_{name}"), value);
            command.env(format!("GIT_COMMITTER_{name}"), value);
        }
        let output = command.output().expect("/bin/sh can be started");
        let printed = String::from_utf8(output.stdout).expect("segctl prints UTF-8");
        (self.told(&printed), output.status.code().unwrap_or(-1))
    }

    /// A text without what differs from run to run.
    fn told(&self, text: &str) -> String {
        text.replace(&self.server.url, "https://unleash.acme.example")
    }

    /// A person gives a segment other values in the UI.
    async fn by_hand(&self, name: &str, values: &[&str]) {
        let segments = self.admin.segments().await;
        let found = segments.iter().find(|it| it["name"] == *name);
        let mut segment = found.expect("the segment is there").clone();
        segment["constraints"][0]["values"] = json!(values);
        let fields = ["name", "description", "project", "constraints"];
        let body: Value =
            fields.iter().map(|it| ((*it).to_owned(), segment[*it].clone())).collect();
        let path = format!("/api/admin/segments/{}", segment["id"]);
        self.admin.send(Method::PUT, &path, Some(&body)).await.ok("editing a segment");
    }
}

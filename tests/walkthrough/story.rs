//! What the walkthrough does, and what it says about it.

use super::workspace::{self, ATTACHMENTS, SEGMENTS, TITLE};
use crate::support::admin::Admin;
use crate::support::http::Reply;
use crate::support::scratch::{SEGCTL, Scratch, clean};
use crate::support::servers::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long an Unleash may take to tell SDKs of a change; it looks once a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// Does it all and returns the page.
pub(super) async fn tell(server: &Server) -> String {
    let admin = Admin::new(&server.url, &server.token);
    for number in 1..=ATTACHMENTS {
        let flag = workspace::flag(number);
        admin.create_flag(&flag).await;
        let parameters = json!({"rollout": "50", "stickiness": "default", "groupId": flag});
        let strategy = json!({"name": "flexibleRollout", "title": TITLE, "parameters": parameters});
        admin.create_strategy(&flag, "development", &strategy).await;
        let on = format!("/api/admin/projects/default/features/{flag}/environments/development/on");
        admin.send(reqwest::Method::POST, &on, None).await.ok("switching a flag on");
    }
    let mut story =
        Story { scratch: workspace::write(&server.url), server, admin, page: String::new() };
    story.introduce();
    story.plan_and_apply().await;
    story.apply_again().await;
    story.change_a_value().await;
    story.page
}

struct Story<'a> {
    scratch: Scratch,
    server: &'a Server,
    admin: Admin,
    page: String,
}

impl Story<'_> {
    fn say(&mut self, text: &str) {
        self.page.push_str(text);
        self.page.push('\n');
    }

    /// Runs a line in the shell and writes down what it printed.
    fn run(&mut self, line: &str) {
        let script = format!("exec 2>&1; segctl() {{ \"$SEGCTL\" \"$@\"; }}; {line}");
        let mut command = Command::new("/bin/sh");
        clean(&mut command).args(["-c", &script]).current_dir(&self.scratch.path);
        command.env("SEGCTL", SEGCTL).env("UNLEASH_TOKEN", &self.server.token);
        let output = command.output().expect("/bin/sh can be started");
        let printed = String::from_utf8(output.stdout).expect("segctl prints UTF-8");
        let printed = printed.replace(&self.server.url, "http://127.0.0.1:4242");
        self.say(&format!("```console\n$ {line}\n{printed}```\n"));
    }

    fn introduce(&mut self) {
        let of = |path: String| {
            let text = fs::read_to_string(self.scratch.path.join(path));
            text.expect("a document was written")
        };
        let segment = of(workspace::segment_path(1));
        let attachment = of(workspace::attachment_path(1));
        self.say(&format!(
            "# A walkthrough on a real server

Recorded by `tests/walkthrough` on a real Unleash {version}, and compared with what happens at every `cargo test`.
Only the port is not the real one, and `UNLEASH_TOKEN` holds an admin token.

The server has {ATTACHMENTS} flags with one strategy each, and no segment.
The workspace has {SEGMENTS} segments, as many as an Unleash takes unless its limit is raised, and {ATTACHMENTS} attachments of two segments each.
They look like this:

```yaml
{segment}---
{attachment}```
",
            version = self.server.version
        ));
    }

    async fn plan_and_apply(&mut self) {
        self.say("## From nothing\n");
        self.say("The end of the first plan, and the requests that it took, all of them reads:\n");
        self.run("segctl plan -v 2>&1 | tail -n 12");
        self.say("Applying it:\n");
        let before = self.admin.latest_event().await;
        self.run("segctl apply --auto-approve -q -v 2>&1 | tail -n 11");
        self.say("`GET` stands for the plan and for the second look, which compares the server with the documents once more.");
        self.say("This is what the audit log of the server has of it:\n");
        let events = self.admin.events_since(before).await;
        self.say(&table_of(&events));
    }

    async fn apply_again(&mut self) {
        self.say("## Again\n");
        self.say("There is nothing left to do, and nothing is written:\n");
        let before = self.admin.latest_event().await;
        self.run("segctl apply --auto-approve -v");
        let after = self.admin.latest_event().await;
        assert_eq!(before, after, "the audit log must not grow");
        self.say("Two requests and one for each flag that an attachment names.");
        self.say("The newest event in the audit log is the same as before.\n");
    }

    async fn change_a_value(&mut self) {
        self.say("## One value\n");
        self.run("sed -i.bak 's/\\[account-7\\]/[account-7, account-7-test]/' segments/customers-007.yaml");
        self.run("segctl plan");
        let etag = self.settled().await;
        let known = self.features(Some(&etag)).await;
        self.say("A plan changes nothing for applications: an SDK that asks with the ETag of what it has is told that nothing is new.\n");
        self.say(&answer("If-None-Match: the ETag it has", &known, "the same"));
        self.run("segctl apply --auto-approve");
        let fresh = self.news(&etag).await;
        let new_etag = fresh.header("etag").expect("an ETag").to_owned();
        let values = values_of(&fresh, "account-7");
        assert_ne!(new_etag, etag);
        self.say("Now the same request is answered with the new features, a new ETag and the new value:\n");
        self.say(&answer("If-None-Match: the ETag it has", &fresh, "another one"));
        self.say(&format!("```json\n{values}\n```"));
    }

    async fn features(&self, etag: Option<&str>) -> Reply {
        self.admin.client_features(&self.server.client_token, etag).await
    }

    /// The ETag once the server has told SDKs of everything.
    async fn settled(&self) -> String {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let reply = self.features(None).await;
            let etag = reply.header("etag").expect("an ETag").to_owned();
            tokio::time::sleep(Duration::from_millis(1500)).await;
            if self.features(Some(&etag)).await.status == 304 {
                return etag;
            }
        }
        panic!("the ETag goes on changing although nothing is written");
    }

    /// The first answer that is not 304.
    async fn news(&self, etag: &str) -> Reply {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let reply = self.features(Some(etag)).await;
            if reply.status != 304 {
                return reply;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("SDKs are not told of the change");
    }
}

/// How many events of each type.
fn table_of(events: &[Value]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events {
        *counts.entry(event["type"].as_str().expect("an event has a type")).or_default() += 1;
    }
    let mut table = "| event | times |\n| --- | --- |\n".to_owned();
    for (name, count) in counts {
        let _ = writeln!(table, "| `{name}` | {count} |");
    }
    table
}

fn answer(asked: &str, reply: &Reply, etag: &str) -> String {
    let status = reply.status;
    format!(
        "| `GET /api/client/features` | status | ETag |\n| --- | --- | --- |\n| {asked} | {status} | {etag} |\n"
    )
}

/// The constraint on that account, as SDKs get it.
fn values_of(reply: &Reply, account: &str) -> String {
    let segments = reply.json.as_ref().expect("features are JSON")["segments"].clone();
    let constraints =
        segments.as_array().into_iter().flatten().filter_map(|it| it["constraints"].as_array());
    let wanted = constraints.flatten().find(|it| it["values"][0] == account);
    wanted.expect("the segment is used").to_string()
}

//! The first day of a user on a real Unleash 8.2.0, told by the program alone.

use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

use crate::support::admin::Admin;
use crate::support::scratch::{SEGCTL, Scratch, clean};
use crate::support::servers::{Server, Version, unleash};

/// The rule that the attachment which `init` writes names.
const FLAG: &str = "new-checkout";

/// A person with a checkout and a server.
struct Tour<'a> {
    scratch: Scratch,
    server: &'a Server,
    admin: Admin,
}

/// What a run printed, and how it ended.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl<'a> Tour<'a> {
    /// A server with the flag and nothing else, and an empty folder.
    async fn begin(server: &'a Server) -> Self {
        let admin = Admin::new(&server.url, &server.token);
        admin.wipe().await;
        admin.create_flag(FLAG).await;
        let strategy = json!({
            "name": "flexibleRollout", "title": "Gradual rollout",
            "parameters": {"rollout": "50", "stickiness": "default", "groupId": FLAG},
        });
        admin.create_strategy(FLAG, "production", &strategy).await;
        Self { scratch: Scratch::new(), server, admin }
    }

    /// As [`Self::begin`], with what `init` writes for the server, under its name.
    async fn initialised(server: &'a Server) -> Self {
        let tour = Self::begin(server).await;
        tour.run("init --name acme .").ends(0);
        tour.points_at_the_server("segctl.yaml");
        tour
    }

    /// As [`Self::initialised`], and applied.
    async fn applied(server: &'a Server) -> Self {
        let tour = Self::initialised(server).await;
        tour.run("apply --auto-approve").ends(0);
        tour
    }

    /// Puts the server in the place of the embedded one.
    fn points_at_the_server(&self, config: &str) {
        let text = self.read(config);
        let url = format!("{}\n      auth: {{token: {{env: UNLEASH_TOKEN}}}}", self.server.url);
        assert!(text.contains("\"sandbox:fixtures/flags.yaml\""), "{text}");
        self.scratch.write(config, text.replace("\"sandbox:fixtures/flags.yaml\"", &url));
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.scratch.path.join(path)).expect("it is there")
    }

    fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{text}");
        self.scratch.write(path, text.replace(from, to));
    }

    fn run(&self, line: &str) -> Run {
        self.run_in("", line)
    }

    /// Runs segctl in a folder of the checkout.
    fn run_in(&self, folder: &str, line: &str) -> Run {
        let mut command = Command::new(SEGCTL);
        command.args(line.split_whitespace()).current_dir(self.scratch.path.join(folder));
        let output = clean(&mut command).env("UNLEASH_TOKEN", &self.server.token).output();
        let output = output.expect("segctl can be started");
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes).replace(&self.server.url, "http://unleash")
        };
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        Run { code: output.status.code(), stdout, stderr }
    }

    /// The segment of that name on the server.
    async fn segment(&self, name: &str) -> Value {
        let segments = self.admin.segments().await;
        segments.iter().find(|it| it["name"] == name).expect("it is on the server").clone()
    }

    /// A person gives the first list of ids of a segment these values, in the UI.
    async fn edits(&self, name: &str, values: &[&str]) {
        let mut segment = self.segment(name).await;
        let constraints = segment["constraints"].as_array_mut().expect("constraints");
        let users = constraints.iter_mut().find(|it| it["contextName"] == "userId");
        users.expect("a list of ids")["values"] = json!(values);
        let fields = ["name", "description", "project", "constraints"];
        let body: Value =
            fields.iter().map(|it| ((*it).to_owned(), segment[*it].clone())).collect();
        let path = format!("/api/admin/segments/{}", segment["id"]);
        self.admin.send(Method::PUT, &path, Some(&body)).await.ok("editing a segment");
    }
}

impl Run {
    #[track_caller]
    fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn says(self, words: &str) -> Self {
        let said = format!("{}\n{}", self.stdout, self.stderr);
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
        self
    }
}

fn segment(name: &str, users: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata:\n  name: {name}\nspec:\n  unleash:\n    constraints:\n      - {{contextName: userId, operator: IN, values: [{users}]}}\n"
    )
}

#[tokio::test]
async fn from_an_empty_folder_to_no_changes() {
    let server = unleash(Version::V8_2_0);
    let _turn = server.turn().await;
    let tour = Tour::initialised(server).await;
    tour.run("validate").ends(0);
    tour.run("fmt --check").ends(0);
    let plan = tour.run("plan --out p.json").ends(0);
    let plan = plan.says("+ create segment beta-users").says("~ attach new-checkout-production");
    plan.says("Plan: 1 to create, 1 to attach.").says("apply it with `segctl apply p.json`");
    assert_eq!(tour.admin.segments().await, Vec::<Value>::new(), "a plan only reads");

    let applied = tour.run("apply p.json").ends(0);
    let applied = applied.says("Applied: 1 created, 1 attached.");
    applied.says("Verified: read again, and the live system is as applied.");
    let segment = tour.segment("Beta users").await;
    let description = segment["description"].as_str().unwrap_or_default();
    let mark = "Users willing to help us test new features.\n\nManaged by segctl: acme/beta-users ";
    assert!(description.starts_with(mark), "{description}");
    let flag = tour.admin.flag(FLAG).await;
    let environments = flag["environments"].as_array().expect("environments");
    let production = environments.iter().find(|it| it["name"] == "production");
    assert_eq!(
        production.expect("it is there")["strategies"][0]["segments"],
        json!([segment["id"]])
    );

    tour.run("plan --detailed-exitcode").ends(0).says("No changes. 2 documents unchanged.");
    tour.run("drift --detailed-exitcode").ends(0).says("No drift. 2 documents unchanged.");
    let before = tour.admin.latest_event().await;
    tour.run("apply p.json").ends(0).says("No changes. 2 documents unchanged.");
    tour.run("apply --auto-approve").ends(0).says("No changes. 2 documents unchanged.");
    assert_eq!(tour.admin.latest_event().await, before, "nothing was written");
}

#[tokio::test]
async fn a_person_changes_a_segment_under_an_old_plan() {
    let server = unleash(Version::V8_2_0);
    let _turn = server.turn().await;
    let tour = Tour::applied(server).await;
    tour.replace("segments/beta-users.yaml", "grace@example.com", "linus@example.com");
    tour.scratch.write("segments/staff.yaml", segment("staff", "eve"));
    tour.run("plan --out p.json").ends(0).says("Plan: 1 to create, 1 to update.");
    tour.edits("Beta users", &["mallory@example.com"]).await;

    let drift = tour.run("drift --detailed-exitcode --show-values").ends(2);
    let drift =
        drift.says("~ segment beta-users (Beta users) [both, replaces]  segments/beta-users.yaml:");
    drift.says("+ mallory@example.com").says("used by new-checkout in production");
    let applied = tour.run("apply p.json").ends(5);
    let applied = applied.says("! update segment beta-users (Beta users) [both, replaces]");
    let moved = "refused[stale]: its live object changed after the plan was made";
    applied.says(moved).says("Applied: 1 created, 1 skipped.");
    tour.segment("staff").await;
    let beta = tour.segment("Beta users").await;
    assert!(beta.to_string().contains("mallory@example.com"), "it is left alone: {beta}");

    // A new plan, read and approved, sets it back.
    tour.run("plan --out p.json").ends(0).says("Plan: 1 to update.");
    let text = tour.read("p.json");
    tour.scratch.write("q.json", text.replace("linus@example.com", "trudy@example.com"));
    let refused = tour.run("apply q.json -v").ends(3).says("error[bad-plan-file]");
    assert!(!refused.says("its hash does not fit").stderr.contains("GET"), "nothing was sent");
    tour.run("apply p.json").ends(0).says("Applied: 1 updated.");
    tour.run("plan").ends(0).says("No changes. 3 documents unchanged.");
}

#[tokio::test]
async fn the_guard_holds_back_what_is_too_much() {
    let server = unleash(Version::V8_2_0);
    let _turn = server.turn().await;
    let tour = Tour::applied(server).await;
    let path = |number: usize| format!("segments/s{number}.yaml");
    let write = |numbers: std::ops::Range<usize>, users: &str| {
        for number in numbers {
            tour.scratch.write(&path(number), segment(&format!("s{number}"), users));
        }
    };
    write(0..9, "ada");
    tour.run("apply --auto-approve").ends(0).says("Applied: 9 created.");
    for number in 0..4 {
        fs::remove_file(tour.scratch.path.join(path(number))).expect("it is there");
    }
    let tripped =
        "warning[guard-tripped]: it would delete 4 of 10 managed segments; at most 30% may";
    tour.run("plan --prune --out p.json").ends(0).says(tripped);
    let held = "Nothing was applied: the guard is tripped (--force-guard applies all the same).";
    tour.run("apply p.json").ends(7).says(held);
    tour.run("apply --prune --auto-approve").ends(7).says(held);
    assert_eq!(tour.admin.segments().await.len(), 10);
    tour.run("apply p.json --force-guard").ends(0).says("Applied: 4 deleted.");
    assert_eq!(tour.admin.segments().await.len(), 6);
    tour.run("plan --prune").ends(0).says("No changes. 7 documents unchanged.");
}

#[tokio::test]
async fn another_folder_is_filled_from_the_server() {
    let server = unleash(Version::V8_2_0);
    let _turn = server.turn().await;
    let tour = Tour::applied(server).await;
    let config = tour.read("segctl.yaml");
    tour.scratch.write("again/segctl.yaml", &config);
    let imported = tour.run_in("again", "import").ends(0);
    imported.says("segments/beta-users.yaml");
    tour.run_in("again", "validate").ends(0);
    tour.run_in("again", "fmt --check").ends(0);
    tour.run_in("again", "plan --detailed-exitcode").ends(0).says("No changes.");
    let (here, there) =
        (tour.read("segments/beta-users.yaml"), tour.read("again/segments/beta-users.yaml"));
    assert!(here.contains("name: Beta users") && there.contains("name: Beta users"), "{there}");
}

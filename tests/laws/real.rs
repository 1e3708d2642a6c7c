//! Laws 1, 3 and 5 on real servers, through the program itself: `kill -9` at random moments.

use crate::support::admin::Admin;
use crate::support::scratch::{SEGCTL, Scratch, clean};
use crate::support::servers::{Server, Version, unleash_with};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Segments in Git, flags on the server, and rules on each that attachments name.
const SEGMENTS: usize = 60;
const FLAGS: usize = 5;
const RULES: usize = 4;

#[tokio::test]
async fn idempotent_crash_safe_and_foreign_safe_on_unleash_8_2_0() {
    killed_often(Version::V8_2_0, 20).await;
}

#[tokio::test]
async fn idempotent_crash_safe_and_foreign_safe_on_unleash_6_10_1() {
    killed_often(Version::V6_10_1, 4).await;
}

/// Kills so many applies, each from nothing or from what the last one left, and goes on each time.
async fn killed_often(version: Version, kills: usize) {
    let seed = std::env::var("SEGCTL_SEED").ok().and_then(|it| it.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    let mut chance = fastrand::Rng::with_seed(seed);
    let server = unleash_with(version, &[]);
    let world = World::set(&server).await;
    let foreign = world.foreign().await;
    assert_eq!(foreign.len(), 3 + FLAGS);
    let mut seen = world.admin.latest_event().await;

    world.write(0);
    let whole = world.converges("the first apply").await;
    let (mut round, mut killed) = (0, 0);
    while killed < kills {
        round += 1;
        let place = format!("SEGCTL_SEED={seed}, round {round}");
        assert!(round < 10 * kills, "{place}: applies are too fast to be killed");
        if chance.u8(..4) == 0 {
            world.clear().await;
        }
        // Half done, Git moves on, once or several times.
        loop {
            world.write(chance.u64(..1_000_000));
            killed += usize::from(world.kill_an_apply(whole.mul_f64(chance.f64())));
            if chance.bool() {
                break;
            }
        }
        world.converges(&place).await;
        assert!(world.foreign().await == foreign, "{place}: somebody else's was touched");
        seen = world.only_ours_was_written(seen).await;
    }
    world.converges("once more").await;
    assert_eq!(world.admin.latest_event().await, seen, "nothing to do, and written all the same");
}

/// A server with other people's things on it, and a workspace.
struct World {
    admin: Admin,
    scratch: Scratch,
    token: String,
    /// The ids of the strategies that attachments name, with their flags.
    rules: BTreeMap<String, String>,
}

impl World {
    async fn set(server: &Server) -> Self {
        let admin = Admin::new(&server.url, &server.token);
        let mut foreign = vec![];
        for number in 0..3 {
            let description = format!("By hand.\n\nManaged by segctl: other/s{number:02} 01234567");
            let segment = json!({
                "name": format!("Foreign {number}"), "description": description,
                "constraints": [{"contextName": "userId", "operator": "IN", "values": ["f"]}],
            });
            foreign.push(admin.create_segment(&segment).await["id"].clone());
        }
        let mut rules = BTreeMap::new();
        for flag in 0..FLAGS {
            let flag = format!("flag-{flag}");
            admin.create_flag(&flag).await;
            let rule = |title: &str, segments: &[Value]| {
                json!({
                    "name": "flexibleRollout", "title": title, "segments": segments,
                    "parameters": {"rollout": "50", "stickiness": "default", "groupId": flag},
                    "constraints": [{"contextName": "appName", "operator": "IN", "values": ["w"]}],
                })
            };
            for number in 0..RULES {
                let title = format!("Rule {number}");
                let id = admin.create_strategy(&flag, "development", &rule(&title, &[])).await;
                rules.insert(id, flag.clone());
            }
            admin.create_strategy(&flag, "development", &rule("Foreign", &foreign)).await;
        }
        let scratch = Scratch::new();
        let config = format!(
            "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {{name: acme}}\nspec:\n  targets:\n    - {{name: live, provider: unleash, url: \"{}\", auth: {{token: {{env: TOKEN}}}}}}\n",
            server.url
        );
        scratch.write("segctl.yaml", config);
        Self { admin, scratch, token: server.token.clone(), rules }
    }

    /// Writes documents that differ from those of any other generation, each one of them.
    fn write(&self, generation: u64) {
        for number in 0..SEGMENTS {
            self.scratch.write(
                &format!("segments/s{number:02}.yaml"),
                format!(
                    "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: s{number:02}}}\nspec:\n  description: Of generation {generation}.\n  unleash:\n    name: Segment {number}\n    constraints: [{{contextName: userId, operator: IN, values: [u{number}, g{generation}]}}]\n"
                ),
            );
        }
        let shift = usize::try_from(generation).unwrap_or_default();
        for number in 0..FLAGS * RULES {
            let (flag, rule) = (number / RULES, number % RULES);
            let (one, other) = ((number + shift) % SEGMENTS, (number + shift + 7) % SEGMENTS);
            self.scratch.write(
                &format!("attachments/a{number:02}.yaml"),
                format!(
                    "apiVersion: segctl.dev/v1\nkind: Attachment\nmetadata: {{name: a{number:02}}}\nspec:\n  segments: [s{one:02}, s{other:02}]\n  unleash: {{feature: flag-{flag}, environment: development, strategy: {{title: Rule {rule}}}}}\n"
                ),
            );
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(SEGCTL);
        clean(&mut command).args(arguments).current_dir(&self.scratch.path);
        command.env("TOKEN", &self.token);
        command
    }

    /// Starts an apply and kills it after `time`, with `KILL`; whether it was still running.
    fn kill_an_apply(&self, time: Duration) -> bool {
        let mut command = self.command(&["apply", "--auto-approve", "--force-guard", "-q"]);
        let mut apply = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("segctl can be started");
        std::thread::sleep(time);
        let running = apply.try_wait().expect("a child can be asked").is_none();
        apply.kill().expect("a child can be killed");
        apply.wait().expect("it ends");
        running
    }

    /// Applies; then a plan is empty, every segment is there once, and every rule has its two. Gives
    /// how long the apply took.
    async fn converges(&self, place: &str) -> Duration {
        let run = |arguments: &[&str]| self.command(arguments).output().expect("segctl runs");
        let start = Instant::now();
        let applied = run(&["apply", "--auto-approve", "--force-guard"]);
        let took = start.elapsed();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = format!("{}\n{}", text(&applied.stdout), text(&applied.stderr));
        assert_eq!(applied.status.code(), Some(0), "{place}: {said}");
        let plan = text(&run(&["plan"]).stdout);
        assert!(plan.contains("No changes."), "{place}: {plan}");

        let segments = self.admin.segments().await;
        let names: BTreeSet<&str> = segments.iter().filter_map(|it| it["name"].as_str()).collect();
        let expected = (SEGMENTS + 3, SEGMENTS + 3);
        assert_eq!((segments.len(), names.len()), expected, "{place}: a name twice, or lost");
        let rules = self.strategies().await;
        let filled = rules.iter().filter(|it| it["segments"].as_array().map(Vec::len) == Some(2));
        assert_eq!(filled.count(), FLAGS * RULES, "{place}");
        took
    }

    /// Everything that is not ours: segments, and strategies that no attachment names.
    async fn foreign(&self) -> Vec<Value> {
        let mut foreign = self.admin.segments().await;
        foreign.retain(|it| it["name"].as_str().is_some_and(|it| it.starts_with("Foreign")));
        let strategies = self.strategies().await.into_iter();
        foreign.extend(strategies.filter(|it| it["title"] == "Foreign"));
        foreign
    }

    async fn strategies(&self) -> Vec<Value> {
        let mut found = vec![];
        for flag in 0..FLAGS {
            let flag = self.admin.flag(&format!("flag-{flag}")).await;
            let environments = flag["environments"].as_array().into_iter().flatten();
            found.extend(
                environments.filter_map(|it| it["strategies"].as_array()).flatten().cloned(),
            );
        }
        found
    }

    /// Back to nothing of ours, by hand.
    async fn clear(&self) {
        for (id, flag) in &self.rules {
            let path = format!(
                "/api/admin/projects/default/features/{flag}/environments/development/strategies/{id}"
            );
            let body = json!([{"op": "replace", "path": "/segments", "value": []}]);
            self.admin.send(Method::PATCH, &path, Some(&body)).await.ok("clearing a rule");
        }
        for segment in self.admin.segments().await {
            if segment["name"].as_str().is_some_and(|it| it.starts_with("Segment")) {
                let id = segment["id"].as_u64().expect("a segment has an id");
                assert_eq!(self.admin.delete_segment(id).await, 204);
            }
        }
    }

    /// The server's own log since the event `seen` names nothing but our segments, and the rules that
    /// attachments name; gives its last event.
    async fn only_ours_was_written(&self, seen: u64) -> u64 {
        let events = self.admin.events_since(seen).await;
        assert!(!events.is_empty() && events.len() < 1_000, "the log is not read in whole");
        for event in &events {
            let data = if event["data"].is_null() { &event["preData"] } else { &event["data"] };
            let of = |field: &str| data[field].as_str().unwrap_or_default();
            let ours = match event["type"].as_str().unwrap_or_default() {
                "segment-created" | "segment-updated" | "segment-deleted" => {
                    of("name").starts_with("Segment ")
                }
                "feature-strategy-update" => self.rules.contains_key(of("id")),
                _ => false,
            };
            assert!(ours, "{event}");
        }
        events.last().and_then(|it| it["id"].as_u64()).unwrap_or(seen)
    }
}

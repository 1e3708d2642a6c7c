//! A server that fails, a guard that trips, people who change things, and Ctrl-C.

use super::{Desk, segment};
use segctl::sandbox::{Fault, FaultKind, Matching};
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

fn refuse(desk: &Desk, on: Matching) {
    let kind = FaultKind::Status { code: 401, retry_after: None, body: String::new() };
    desk.sandbox.faults().set(Some(Fault { on, after: 0, kind, times: usize::MAX }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_failed_is_tried_again_later_and_when_a_file_changes() {
    let desk = Desk::new().await;
    let watching = desk.watch(&[]);
    refuse(&desk, Matching::AnyWrite);
    let start = Instant::now();
    desk.write("segments/first.yaml", segment("first", "{values: [two]}"));
    let mut seen: Vec<String> = vec![];
    for _ in 0..3 {
        let pass = watching.pass();
        assert_eq!(pass["ok"], false);
        seen.push(pass["pass"]["reason"].as_str().expect("it has a reason").to_owned());
    }
    // After 1 s, then after 2 s more; at most, not at least, is left to the machine.
    assert_eq!(seen, ["files", "retry", "retry"]);
    assert!(start.elapsed() >= Duration::from_secs(3), "{:?}", start.elapsed());

    desk.sandbox.faults().set(None);
    // The next try would be 4 s away.
    desk.write("segments/second.yaml", segment("second", "{values: [x]}"));
    let pass = watching.pass();
    assert_eq!((&pass["ok"], &pass["pass"]["reason"]), (&json!(true), &json!("files")));
    assert_eq!(desk.values().await["first"], ["two"]);
    assert!(watching.is_silent(), "nothing is left to try again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_back_is_met_by_itself() {
    let desk = Desk::new().await;
    refuse(&desk, Matching::AnyRequest);
    let watching = desk.start(&["-o", "json"]);
    let pass = watching.pass();
    assert_eq!(pass["targets"][0]["failure"]["code"], "unauthorized", "{pass}");
    desk.sandbox.faults().set(None);
    assert_eq!(watching.good_pass()["pass"]["reason"], "retry");
    assert_eq!(desk.values().await["first"], ["one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_waits_for_the_user() {
    let desk = Desk::new().await;
    let values: Vec<String> = (0..20).map(|it| format!("u{it}")).collect();
    let document =
        |values: &[String]| segment("first", &format!("{{values: [{}]}}", values.join(", ")));
    desk.write("segments/first.yaml", document(&values));
    for number in 0..10 {
        let name = format!("s{number}");
        desk.write(&format!("segments/{name}.yaml"), segment(&name, "{values: [x]}"));
    }
    let watching = desk.watch(&[]);
    desk.sandbox.forget_requests();
    desk.write("segments/first.yaml", document(&values[..3]));
    let pass = watching.pass();
    assert_eq!(pass["ok"], false);
    assert_eq!(pass["targets"][0]["guard"][0]["limit"], "values", "{pass}");
    assert!(watching.is_silent(), "trying again would not help");
    assert_eq!(desk.writes(), 0);
    desk.write("segments/first.yaml", document(&values[..18]));
    watching.good_pass();
    assert_eq!(desk.values().await["first"].len(), 18);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interval_takes_back_what_people_changed() {
    let desk = Desk::new().await;
    let watching = desk.watch(&["--interval", "1s"]);
    let first = desk.admin.segments().await;
    let first = first.iter().find(|it| it["name"] == "first").expect("it was made");
    let edited = json!({"name": "first", "description": first["description"],
        "constraints": [{"contextName": "userId", "operator": "IN", "values": ["mallory"]}]});
    let path = format!("/api/admin/segments/{}", first["id"]);
    desk.admin.send(reqwest::Method::PUT, &path, Some(&edited)).await;
    // A file that is broken meanwhile does not stop that, and says nothing new.
    desk.write("segments/second.yaml", "oops: [\n");
    let healed = |pass: &Json| pass["targets"][0]["steps"][0]["outcome"] == "updated";
    let pass = loop {
        let pass = watching.pass();
        if healed(&pass) {
            break pass;
        }
    };
    assert_eq!(pass["targets"][0]["steps"][0]["cause"], "live");
    assert_eq!(desk.values().await["first"], ["one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing() {
    let desk = Desk::new().await;
    let watching = desk.watch(&["--dry-run"]);
    desk.write("segments/first.yaml", segment("first", "{values: [two]}"));
    let pass = watching.pass();
    assert_eq!(pass["summary"]["create"], 2, "{pass}");
    assert_eq!(pass["targets"][0]["steps"][0].get("outcome"), None);
    assert_eq!(desk.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_neither_adopts_nor_prunes() {
    let desk = Desk::new().await;
    desk.admin.create_segment(&json!({"name": "by-hand", "constraints": []})).await;
    let watching = desk.watch(&[]);
    desk.write("segments/by-hand.yaml", segment("by-hand", "{values: [x]}"));
    let pass = watching.pass();
    assert_eq!(pass["targets"][0]["steps"][0]["status"], "refused");
    std::fs::remove_file(desk.scratch.path.join("always.yml")).expect("it is there");
    std::fs::remove_file(desk.scratch.path.join("segments/by-hand.yaml")).expect("it is there");
    desk.write("b.yml", segment("other", "{values: [x]}"));
    watching.good_pass();
    let values = desk.values().await;
    assert_eq!(values["by-hand"], Vec::<String>::new());
    assert_eq!(values["always"], ["here"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_with_what_is_in_flight() {
    let desk = Desk::new().await;
    for number in 0..150 {
        let name = format!("s{number}");
        desk.write(&format!("segments/{name}.yaml"), segment(&name, "{values: [x]}"));
    }
    // So that there is much to do yet when Ctrl-C comes, however long that takes.
    let kind = FaultKind::Late(100);
    let late = Fault { on: Matching::AnyWrite, after: 10, kind, times: usize::MAX };
    desk.sandbox.faults().set(Some(late));
    let watching = desk.start(&["-o", "json", "--parallelism", "2"]);
    while desk.writes() < 10 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    watching.interrupt();
    let pass = watching.pass();
    let steps = pass["targets"][0]["steps"].as_array().expect("it has steps").clone();
    let created: Vec<&str> = steps
        .iter()
        .filter(|it| it["outcome"] == "created")
        .filter_map(|it| it["key"].as_str())
        .collect();
    let live = desk.values().await;
    assert!(created.len() >= 10 && created.len() < 152, "{} were created", created.len());
    assert_eq!(live.keys().len(), created.len(), "what is said is what is there");
    assert_eq!(watching.stop().0.code(), Some(130));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_beside_the_workspace_does_not_call_for_passes() {
    let desk = Desk::new().await;
    let watching = desk.watch(&[]);
    refuse(&desk, Matching::AnyWrite);
    desk.write("segments/first.yaml", segment("first", "{values: [two]}"));
    assert_eq!(watching.pass()["ok"], false);
    let start = Instant::now();
    // Somebody who writes into the folder all the time, and never a document.
    while start.elapsed() < Duration::from_millis(800) {
        desk.write("watch.log", format!("{:?}", start.elapsed()));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let passes = watching.passes();
    let retries = passes.iter().filter(|it| it["pass"]["reason"] == "retry").count();
    assert!(passes.len() == retries && retries <= 2, "{retries} of {}", passes.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_fails_is_tried_again_beside_one_that_is_refused() {
    let desk = Desk::new().await;
    desk.admin.create_segment(&json!({"name": "first", "constraints": []})).await;
    let path = desk.scratch.path.join("segctl.yaml");
    let file = std::fs::read_to_string(path).expect("it is there");
    let dead = "    - {name: dead, provider: unleash, url: \"http://127.0.0.1:9\", auth: {token: {env: TOKEN}}}\n";
    desk.write("segctl.yaml", file + dead);
    let watching = desk.start(&["-o", "json", "-t", "local,dead"]);
    let pass = watching.pass();
    assert_eq!(pass["targets"][0]["steps"][1]["status"], "refused", "{pass}");
    assert_eq!(pass["targets"][1]["failure"]["code"], "unreachable", "{pass}");
    assert_eq!(watching.pass()["pass"]["reason"], "retry");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_goes_from_the_workspace_is_said_once() {
    let desk = Desk::new().await;
    let watching = desk.watch(&["-t", "local"]);
    let path = desk.scratch.path.join("segctl.yaml");
    let file = std::fs::read_to_string(path).expect("it is there");
    desk.write("segctl.yaml", file.replace("name: local", "name: other"));
    let pass = watching.pass();
    assert_eq!(pass["failure"]["code"], "usage", "{pass}");
    desk.write("note.txt", "nothing new");
    assert!(watching.is_silent());
    desk.write("segments/first.yaml", segment("first", "{values: [two]}"));
    desk.write("segctl.yaml", file);
    watching.good_pass();
    assert_eq!(desk.values().await["first"], ["two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_holds_back_what_it_forbids() {
    let desk = Desk::new().await;
    let path = desk.scratch.path.join("segctl.yaml");
    let file = std::fs::read_to_string(path).expect("it is there");
    desk.write("segctl.yaml", file.clone() + "  policies: [{forbid: widening}]\n");
    let watching = desk.watch(&[]);
    desk.write("segments/first.yaml", segment("first", "{values: [one, two]}"));
    let step = watching.pass()["targets"][0]["steps"][0].clone();
    assert_eq!(step["reason"]["code"], "policy-widening", "{step}");
    assert_eq!(desk.values().await["first"], ["one"]);
    // Without the policy it goes on.
    desk.write("segctl.yaml", file);
    watching.good_pass();
    assert_eq!(desk.values().await["first"], ["one", "two"]);
}

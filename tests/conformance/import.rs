//! Import of what people make of a server, and a plan of it.

use crate::protocol::{Kind, Subject};
use crate::support::admin::Admin;
use crate::support::scratch::Scratch;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Output;
use std::sync::Arc;

/// A description that ends with a mark of the workspace, of a document that is lost.
const OURS: &str = "Lost.\n\nManaged by segctl: acme/lost-document 01234567";

/// Fills the server with awkward segments and strategies, imports them, and plans.
pub(crate) async fn round_trip(subject: &Subject) {
    let admin = Admin::new(&subject.url, &subject.token);
    admin.wipe().await;
    let keys = fill(&admin, subject.kind).await;

    let scratch = Arc::new(Scratch::new());
    scratch.write("token", &subject.token);
    scratch.write("segctl.yaml", workspace(&subject.url));
    let before = admin.latest_event().await;
    let import = run(&scratch, 4).await;
    let left_out: Vec<&Value> = list(&import["leftOut"]).iter().map(|it| &it["code"]).collect();
    assert_eq!(left_out, ["flag-archived"], "{import:#}");
    let documents = list(&import["documents"]);
    let segments = documents.iter().filter(|it| it["kind"] == "Segment");
    let imported: BTreeSet<&str> = segments.filter_map(|it| it["key"].as_str()).collect();
    assert_eq!(imported, keys.iter().map(String::as_str).collect());
    let external = documents.iter().filter(|it| it["external"].is_string()).count();
    assert_eq!(external, uncompilable(subject.kind).len());
    assert_eq!(documents.len() - keys.len(), 5, "the strategies");
    assert_eq!(admin.latest_event().await, before, "an import leaves no event");

    // One segment carries a mark of ours that tells of something else.
    let plan = segctl(&scratch, &["plan", "--detailed-exitcode"]).await;
    let printed = String::from_utf8_lossy(&plan.stdout);
    let unchanged = documents.len() - external - 1;
    let last = format!("Plan: 1 to update. {unchanged} documents unchanged.");
    assert!(plan.status.code() == Some(2) && printed.lines().last() == Some(&last), "{printed}");
    assert!(printed.contains("\n      /mark: \"01234567\" -> "), "{printed}");
    let again = run(&scratch, 0).await;
    assert_eq!(again["inGit"], documents.len(), "{again:#}");
    admin.send(Method::DELETE, "/api/admin/archive/gone", None).await.ok("deleting a flag");
    admin.wipe().await;
}

fn workspace(url: &str) -> String {
    let target = json!({"name": "live", "provider": "unleash", "url": url,
        "auth": {"token": {"file": "token"}}});
    let spec = json!({ "targets": [target] });
    json!({"apiVersion": "segctl.dev/v1", "kind": "Workspace", "metadata": {"name": "acme"}, "spec": spec})
        .to_string()
}

/// What an import comes to, which ends with `code`.
async fn run(scratch: &Arc<Scratch>, code: i32) -> Value {
    let output = segctl(scratch, &["import", "-o", "json"]).await;
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{printed}");
    let envelope: Value = serde_json::from_str(&printed).expect("an envelope");
    envelope["targets"][0]["import"].clone()
}

/// Runs segctl beside the sandbox, which may be in this very thread.
async fn segctl(scratch: &Arc<Scratch>, arguments: &'static [&'static str]) -> Output {
    let scratch = Arc::clone(scratch);
    let run = tokio::task::spawn_blocking(move || scratch.segctl(arguments));
    run.await.expect("segctl can be run")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Constraints that this kind of server takes, and that segctl would not send.
fn uncompilable(kind: Kind) -> Vec<Value> {
    let everywhere = [
        json!({"contextName": "currentTime", "operator": "DATE_AFTER", "value": "2024-01-31"}),
        json!({"contextName": "age", "operator": "NUM_GT", "value": ".5"}),
        json!({"contextName": "path", "operator": "IN", "values": ["c\\"]}),
    ];
    let old = [
        json!({"contextName": "userId", "operator": "NUM_EQ", "value": "abc"}),
        json!({"contextName": "userId", "operator": "IN", "values": []}),
        json!({"contextName": "userId", "operator": "SEMVER_EQ"}),
    ];
    let old = old.into_iter().filter(|_| kind == Kind::Real6);
    everywhere.into_iter().chain(old).collect()
}

/// Makes segments and strategies, and gives the names of the segments.
async fn fill(admin: &Admin, kind: Kind) -> Vec<String> {
    let users =
        |values: &[&str]| json!([{"contextName": "userId", "operator": "IN", "values": values}]);
    let many: Vec<String> = (0..1_000).map(|it| format!("user-{it}@acme.example")).collect();
    let many = json!([{"contextName": "userId", "operator": "NOT_IN", "values": many}]);
    let odd = [
        "yes",
        "1.0",
        "null",
        "~",
        "0x1",
        "2024-01-31",
        "#a",
        "a: b",
        " a ",
        "é\u{1f680}",
        "\"",
        "\n",
    ];
    let flags = json!([{"contextName": "a 'field' of #1:", "operator": "STR_CONTAINS",
        "values": ["A, b"], "inverted": true, "caseInsensitive": true}]);
    let mut segments = vec![
        json!({"name": "Beta users", "description": "One.\r\n\r\n  Two: #2\n", "constraints": users(&odd)}),
        json!({"name": "beta users", "constraints": []}),
        json!({"name": " Beta users", "constraints": users(&["ada"])}),
        json!({"name": "../../etc/passwd", "description": "", "constraints": many}),
        json!({"name": "x".repeat(10_000), "constraints": users(&["ada"])}),
        json!({"name": "\u{65e5}\u{672c}\n\u{1f680}", "constraints": flags}),
        json!({"name": "CON", "project": "default", "constraints": users(&["\u{feff}bom", "\u{202e}"])}),
        json!({"name": "true", "description": OURS, "constraints": users(&["ada"])}),
    ];
    for (at, constraint) in uncompilable(kind).into_iter().enumerate() {
        segments.push(json!({"name": format!("old {at}"), "constraints": [constraint]}));
    }
    let mut ids = vec![];
    for segment in &segments {
        ids.push(admin.create_segment(segment).await["id"].clone());
    }
    for (flag, environment, title, segments) in [
        ("checkout", "development", Some("a: \"b\"\n\u{202e}# c"), json!([ids[0], ids[4]])),
        ("checkout", "development", Some("twice"), json!([ids[5]])),
        ("checkout", "development", Some("twice"), json!([ids[1], ids[8]])),
        ("checkout", "production", None, json!([ids[0]])),
        ("con", "production", None, json!([ids[0]])),
        ("gone", "development", None, json!([ids[7]])),
    ] {
        if !admin.flags().await.iter().any(|it| it == flag) {
            admin.create_flag(flag).await;
        }
        let strategy = json!({"name": "flexibleRollout", "title": title, "segments": segments,
            "constraints": [], "parameters": {"rollout": "50", "stickiness": "default", "groupId": "g"}});
        admin.create_strategy(flag, environment, &strategy).await;
    }
    let archived = "/api/admin/projects/default/features/gone";
    admin.send(Method::DELETE, archived, None).await.ok("archiving a flag");
    segments.iter().map(|it| it["name"].as_str().expect("a name").to_owned()).collect()
}

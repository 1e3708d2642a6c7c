//! Changes on a real Unleash server.

use crate::Size;
use crate::bare::{Request, Script};
use crate::corpus;
use crate::sandbox::{IN_FLIGHT, Written, look};
use crate::segctl::Segctl;
use crate::support::servers::{Server, Version, unleash_with};
use crate::table::{Pair, Row};
use serde_json::{Value, json};

const APPLY: [&str; 3] = ["apply", "--auto-approve", "-q"];

pub(crate) fn measure(size: Size) {
    let server = unleash_with(Version::V8_2_0, &[("UNLEASH_SEGMENTS_LIMIT", "100000")]);
    creates(size, &server);
    attachments(size, &server);
}

/// New segments.
fn creates(size: Size, server: &Server) {
    let count = size.creates;
    let segctl = Segctl::new(corpus::segments(&server.url, (count, 0)), &server.token);
    let requests = segctl.requests(&APPLY);
    let bodies: Vec<Value> = list(server).iter().map(body).collect();
    assert_eq!(bodies.len(), count, "every segment was made");
    let creations = bodies.into_iter().map(|it| Request::new("POST", "segments", Some(it)));
    let script =
        script(server, vec![look(0), vec![Request::get("context")], creations.collect(), look(0)]);
    assert_eq!(requests, script.requests(), "both send the same");
    let bare = Written::of(&segctl.workspace, &script);
    let pair = Pair::measure(
        size.rounds,
        || {
            wipe(server);
            segctl.run(&APPLY)
        },
        || {
            wipe(server);
            vec![bare.send()]
        },
    );
    let what = format!("apply of {count} new segments, Unleash 8.2.0; bare: the same requests");
    Row { requests: requests.to_string(), ..pair.row(&what, Some(1.2)) }.print();
    wipe(server);
}

/// The content that a segment was made with.
fn body(segment: &Value) -> Value {
    let field = |name: &str| segment[name].clone();
    json!({
        "name": field("name"),
        "description": field("description"),
        "project": null,
        "constraints": field("constraints"),
    })
}

/// Segments that are put on flags.
fn attachments(size: Size, server: &Server) {
    let count = size.attachments;
    let strategies = make_flags(server, count);
    let workspace = corpus::attachments(&server.url, count, count);
    let segctl = Segctl::new(workspace, &server.token);
    segctl.run(&APPLY);
    let wanted = attached(server, count);
    let nothing = vec![json!([]); count];
    let attach =
        script(server, vec![look(count), patches(&strategies, &nothing, &wanted), look(count)]);
    let detach = script(server, vec![patches(&strategies, &wanted, &nothing)]);
    detach.send();
    let requests = segctl.requests(&APPLY);
    assert_eq!(requests, attach.requests(), "both send the same");
    assert_eq!(attached(server, count), wanted, "every rule has its segment");
    let bare = Written::of(&segctl.workspace, &attach);
    let pair = Pair::measure(
        size.rounds,
        || {
            detach.send();
            segctl.run(&APPLY)
        },
        || {
            detach.send();
            vec![bare.send()]
        },
    );
    let what = format!("apply of {count} attachments, Unleash 8.2.0; bare: the same requests");
    Row { requests: requests.to_string(), ..pair.row(&what, Some(1.2)) }.print();
}

fn script(server: &Server, stages: Vec<Vec<Request>>) -> Script {
    Script { url: server.url.clone(), token: server.token.clone(), in_flight: IN_FLIGHT, stages }
}

fn list(server: &Server) -> Vec<Value> {
    let answers = script(server, vec![vec![Request::get("segments")]]).send();
    answers[0][0]["segments"].as_array().expect("a list").clone()
}

/// Deletes every segment.
fn wipe(server: &Server) {
    let paths = list(server).into_iter().map(|it| format!("segments/{}", it["id"]));
    let deletions = paths.map(|path| Request::new("DELETE", &path, None)).collect();
    script(server, vec![deletions]).send();
}

/// Makes flags with one strategy each, and gives the paths of the strategies.
fn make_flags(server: &Server, count: usize) -> Vec<String> {
    let flags: Vec<String> = (0..count).map(corpus::flag).collect();
    let flag = |name: &String| {
        Request::new("POST", "projects/default/features", Some(json!({"name": name})))
    };
    let strategies = |name: &String| {
        format!("projects/default/features/{name}/environments/production/strategies")
    };
    let strategy = |name: &String| {
        let body = json!({"name": "flexibleRollout", "title": "Rollout"});
        Request::new("POST", &strategies(name), Some(body))
    };
    let stages = vec![flags.iter().map(flag).collect(), flags.iter().map(strategy).collect()];
    let answers = script(server, stages).send();
    let made = flags.iter().zip(&answers[1]);
    made.map(|(name, strategy)| {
        format!("{}/{}", strategies(name), strategy["id"].as_str().expect("a strategy has an id"))
    })
    .collect()
}

/// The segments on the strategy of each flag.
fn attached(server: &Server, count: usize) -> Vec<Value> {
    let answers = script(server, vec![look(count).split_off(2)]).send();
    let segments = |flag: &Value| {
        let mut all = flag["environments"].as_array().into_iter().flatten();
        let production = all.find(|it| it["name"] == "production").expect("the environment");
        production["strategies"][0]["segments"].clone()
    };
    answers[0].iter().map(segments).collect()
}

/// Gives each strategy the segments in `then` in place of those in `now`.
fn patches(strategies: &[String], now: &[Value], then: &[Value]) -> Vec<Request> {
    let changes = strategies.iter().zip(now.iter().zip(then));
    changes
        .map(|(path, (now, then))| {
            let operations = json!([
                {"op": "test", "path": "/segments", "value": now},
                {"op": "replace", "path": "/segments", "value": then},
            ]);
            Request::new("PATCH", path, Some(operations))
        })
        .collect()
}

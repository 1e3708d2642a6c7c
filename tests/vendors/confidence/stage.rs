//! All that is in an account.

use super::super::seen::Seen;
use super::super::vendor::Server;
use serde_json::{Value, json};

/// What changes by itself, or says when and by whom.
const STAMPS: [&str; 5] = ["createTime", "updateTime", "creator", "updater", "usageMetadata"];

/// Sees every segment, flag and rule.
pub(super) async fn look(server: &Server) -> Seen {
    let mut seen = Seen::default();
    // An archived segment is gone for good, and its id with it.
    let all = pages(server, "segments").await.into_iter();
    for mut segment in all.filter(|it| it["state"] != "ARCHIVED") {
        strip(&mut segment, &STAMPS);
        seen.segments.insert(end_of(&segment["name"]).to_owned(), segment);
    }
    let mut flags = pages(server, "flags").await;
    flags.sort_by_key(|flag| flag["name"].to_string());
    for flag in &mut flags {
        strip(flag, &STAMPS);
        for rule in flag["rules"].as_array_mut().into_iter().flatten() {
            strip(rule, &STAMPS);
            let id = rule["name"].as_str().unwrap_or_default().to_owned();
            let segment = end_of(&rule["segment"]).to_owned();
            strip(rule, &["segment"]);
            seen.on.insert(id.clone(), [segment].into());
            seen.rules.insert(id, rule.clone());
        }
        strip(flag, &["rules"]);
    }
    seen.rest = json!(flags);
    seen
}

/// All of a list.
async fn pages(server: &Server, list: &str) -> Vec<Value> {
    let (mut all, mut token) = (vec![], String::new());
    loop {
        let page = server.get(&format!("/v1/{list}?pageSize=100&pageToken={token}")).await;
        all.extend(page[list].as_array().cloned().unwrap_or_default());
        page["nextPageToken"].as_str().unwrap_or_default().clone_into(&mut token);
        if token.is_empty() {
            return all;
        }
    }
}

fn end_of(name: &Value) -> &str {
    name.as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default()
}

fn strip(object: &mut Value, fields: &[&str]) {
    if let Value::Object(object) = object {
        object.retain(|name, _| !fields.contains(&name.as_str()));
    }
}

//! A random state as files of a workspace and as the fixture of a sandbox. Pure.

use super::states::{Content, RULES, Standing, State};
use crate::support::workspace::{File, WORKSPACE};
use segctl::desired::{Canonical, Mark};
use segctl::provider::unleash::FIELDS;
use serde_json::{Map, Value, json};

/// The name of a document.
pub(super) fn name(number: u8) -> String {
    format!("segment-{number}")
}

/// The name of its segment on the server.
pub(super) fn key(number: u8) -> String {
    format!("Segment {number}")
}

impl State {
    /// The documents, each in a file of its own.
    pub(super) fn files(&self) -> Vec<File> {
        let texts = self.documents();
        let files = texts.into_iter().enumerate();
        files.map(|(at, text)| (format!("segments/{at:02}.yaml"), text)).collect()
    }

    /// The documents.
    pub(super) fn documents(&self) -> Vec<String> {
        let segments = self.documents.iter();
        let segments = segments.map(|(number, content)| segment(*number, content));
        let wanted = self.wanted.iter().enumerate();
        let attachments = wanted.filter_map(|(at, wanted)| {
            let names: Vec<String> = wanted.as_ref()?.iter().copied().map(name).collect();
            Some(attachment(RULES[at], &names))
        });
        segments.chain(attachments).collect()
    }

    /// The fixture of a sandbox with everything that is live.
    pub(super) fn fixture(&self) -> String {
        let mut segments: Vec<Value> = vec![];
        for (number, standing) in &self.standing {
            segments.extend(live(*number, standing));
        }
        let strangers = self.strangers.iter().enumerate();
        segments.extend(strangers.map(|(at, it)| foreign(&format!("Stranger {at}"), it, "")));
        segments.push(json!({"name": "Neighbour", "constraints": []}));
        let strategy = |title: &str, segments: Vec<String>| {
            json!({"name": "flexibleRollout", "title": title, "segments": segments,
                "parameters": {"rollout": "50", "stickiness": "default", "groupId": "g"}})
        };
        let on = |at: usize| self.attached[at].iter().map(|it| self.live_key(*it)).collect();
        let strategies = [
            strategy(RULES[0], on(0)),
            strategy(RULES[1], on(1)),
            strategy(RULES[2], vec!["Neighbour".to_owned()]),
        ];
        let features = [json!({"name": "flag", "strategies": {"development": strategies}})];
        json!({"features": features, "segments": segments}).to_string()
    }

    /// The name that the segment of a document has now.
    fn live_key(&self, number: u8) -> String {
        match self.standing.get(&number) {
            Some(Standing::Moved(_)) => moved(number),
            _ => key(number),
        }
    }
}

fn moved(number: u8) -> String {
    format!("Moved {number}")
}

fn segment(number: u8, content: &Content) -> String {
    let mut unleash = json!({"name": key(number), "constraints": content.constraints()});
    if content.scoped {
        unleash["project"] = json!("default");
    }
    let mut spec = json!({ "unleash": unleash });
    if let Some(description) = &content.description {
        spec["description"] = json!(description);
    }
    document("Segment", &name(number), &spec)
}

fn attachment(title: &str, segments: &[String]) -> String {
    let place =
        json!({"feature": "flag", "environment": "development", "strategy": {"title": title}});
    let spec = json!({"segments": segments, "allow": ["matches-everyone"], "unleash": place});
    document("Attachment", &format!("rule-{title}"), &spec)
}

fn document(kind: &str, name: &str, spec: &Value) -> String {
    let document = json!({
        "apiVersion": "segctl.dev/v1", "kind": kind, "metadata": {"name": name}, "spec": spec,
    });
    serde_yaml::to_string(&document).expect("JSON can be written as YAML")
}

/// The segments on the server for one document.
fn live(number: u8, standing: &Standing) -> Vec<Value> {
    let key = key(number);
    match standing {
        Standing::Absent => vec![],
        Standing::Written(content) => vec![written(&name(number), &key, content)],
        Standing::Edited(then, now) => {
            let mark = mark(&name(number), &key, then);
            vec![foreign(&key, now, &mark)]
        }
        Standing::Moved(content) => {
            let mark = mark(&name(number), &key, content);
            vec![foreign(&moved(number), content, &mark)]
        }
        Standing::Copied(content) => {
            let original = written(&name(number), &key, content);
            let mut copy = original.clone();
            copy["name"] = json!(format!("Copy of {number}"));
            vec![copy, original]
        }
        Standing::OfOldName(content) => vec![written(&format!("old-{number}"), &key, content)],
        Standing::Foreign(content) => vec![foreign(&key, content, "")],
        Standing::Theirs(content) => {
            vec![foreign(&key, content, "Managed by segctl: other/segment 01234567")]
        }
    }
}

/// A segment as segctl has written it.
fn written(name: &str, key: &str, content: &Content) -> Value {
    foreign(key, content, &mark(name, key, content))
}

/// The mark that segctl gives a content.
fn mark(name: &str, key: &str, content: &Content) -> String {
    let segment = foreign(key, content, "");
    let fields: &Map<String, Value> = segment.as_object().expect("a segment is an object");
    Mark::new(WORKSPACE, name, &Canonical::new(FIELDS, fields.clone())).to_string()
}

/// A segment with that text below its description.
fn foreign(key: &str, content: &Content, below: &str) -> Value {
    let above = content.description.as_deref().unwrap_or_default().trim_end();
    let gap = if above.is_empty() || below.is_empty() { "" } else { "\n\n" };
    json!({
        "name": key,
        "description": format!("{above}{gap}{below}"),
        "project": content.scoped.then_some("default"),
        "constraints": content.constraints(),
    })
}

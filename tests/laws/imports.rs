//! Law 6: what import writes is what is live, so that a plan of it is empty.

use super::holds;
use crate::support::marks::is_of_mark;
use crate::support::scratch::Scratch;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::Index;
use segctl::desired::{Canonical, Mark};
use segctl::provider::unleash::FIELDS;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The name of the workspace.
const WORKSPACE: &str = "acme";

/// Texts that are read as something else, end a line, or make no name.
const HOSTILE: &[&str] = &[
    "yes",
    "NO",
    "null",
    "~",
    "1.0",
    "0x1",
    "012",
    "1e3",
    "2024-01-31",
    "#",
    "a: b",
    "- a",
    "'",
    "\"",
    "\\",
    "*a",
    "&a",
    "!x",
    "%",
    "@",
    "`",
    "{",
    "[a]",
    "a, b",
    " ",
    " a",
    "a ",
    "a\nb",
    "a\r\n",
    "\ta",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{202e}",
    "\u{1b}[2J",
    "\u{1f680}",
    "\u{65e5}\u{672c}",
    "é",
    "../../x",
    "/",
    "..",
    "con",
    "NUL",
    "Lpt1",
    "Beta",
    "beta",
    "BETA ",
    "segment",
    "x-1a2b3c4d",
    "---",
];

/// A segment on the server.
#[derive(Clone, Debug)]
struct Segment {
    description: String,
    constraints: Vec<Value>,
    scoped: bool,
    owner: Owner,
}

/// Who manages a segment.
#[derive(Clone, Debug)]
enum Owner {
    Nobody,
    /// This workspace, as it wrote the segment.
    Us,
    /// This workspace, before a person changed it.
    UsOnce,
    Others,
}

/// A strategy: its type, its title, and which segments it has.
type Rule = (&'static str, Option<String>, BTreeSet<usize>);

/// What is live: segments by name, and strategies by flag and environment.
#[derive(Clone, Debug)]
struct World {
    segments: BTreeMap<String, Segment>,
    rules: BTreeMap<(&'static str, &'static str), Vec<Rule>>,
}

fn texts() -> impl Strategy<Value = String> {
    let hostile = || proptest::sample::select(HOSTILE).prop_map(str::to_owned);
    let long = (1..400_usize).prop_map(|times| "long name ".repeat(times));
    let joined = vec(hostile(), 2..4).prop_map(|it| it.concat());
    prop_oneof![4 => hostile(), 2 => joined, 2 => "[A-Ca-c]{1,3}", 1 => "\\PC{1,8}", 1 => long]
}

fn worlds() -> impl Strategy<Value = World> {
    let flags = prop_oneof![Just("new-checkout"), Just("con"), Just("Beta.x_y~z")];
    let environments = prop_oneof![Just("development"), Just("production")];
    let kinds = prop_oneof![Just("default"), Just("flexibleRollout")];
    let rule = (kinds, proptest::option::of(texts()), btree_set(0..12_usize, 1..4));
    let rules = btree_map((flags, environments), vec(rule, 1..5), 0..5);
    (btree_map(texts(), segment(), 0..10), rules)
        .prop_map(|(segments, rules)| World { segments, rules })
}

fn segment() -> impl Strategy<Value = Segment> {
    let owner =
        prop_oneof![Just(Owner::Nobody), Just(Owner::Us), Just(Owner::UsOnce), Just(Owner::Others)];
    let text =
        prop_oneof![Just(String::new()), texts(), vec(texts(), 2..4).prop_map(|it| it.join("\n"))];
    (text, vec(constraint(), 0..4), any::<bool>(), owner).prop_map(
        |(description, constraints, scoped, owner)| Segment {
            description,
            constraints,
            scoped,
            owner,
        },
    )
}

fn constraint() -> impl Strategy<Value = Value> {
    let field = prop_oneof![Just("userId"), Just("a field"), Just("x: y"), Just("\"")];
    let list = prop_oneof![Just("IN"), Just("NOT_IN"), Just("STR_CONTAINS")];
    let numbered = (51..90_usize).prop_map(|count| (0..count).map(|it| format!("u{it}")).collect());
    let hostile = (vec(texts(), 0..3), 0..60_usize).prop_map(|(mut values, more)| {
        values.extend((0..more).map(|it| format!("{it}")));
        values
    });
    let values = prop_oneof![3 => vec(texts(), 1..4), 1 => numbered, 1 => hostile];
    let flags = (any::<bool>(), any::<bool>());
    let lists =
        (field.clone(), list, values, flags).prop_map(|(field, operator, values, flags)| {
            json!({"contextName": field, "operator": operator, "values": values,
            "inverted": flags.0, "caseInsensitive": flags.1})
        });
    let operators =
        prop_oneof![Just("NUM_EQ"), Just("DATE_AFTER"), Just("SEMVER_GT"), Just("IN_CIDR")];
    let value = prop_oneof![Just("5".to_owned()), Just("1.2.3".to_owned()), texts()];
    let singles = (field, operators, value).prop_map(|(field, operator, value)| {
        json!({"contextName": field, "operator": operator, "value": value, "values": []})
    });
    prop_oneof![4 => lists, 1 => singles]
}

impl World {
    /// The fixture of a sandbox.
    fn fixture(&self) -> String {
        let names: Vec<&String> = self.segments.keys().collect();
        let segments: Vec<Value> =
            self.segments.iter().zip(0..).map(|((name, it), at)| it.live(name, at)).collect();
        let mut features: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for ((flag, environment), rules) in &self.rules {
            let strategies = rules.iter().map(|(kind, title, on)| {
                let on: BTreeSet<&String> = on
                    .iter()
                    .filter(|_| !names.is_empty())
                    .map(|at| names[at % names.len()])
                    .collect();
                json!({"name": kind, "title": title, "segments": on})
            });
            let strategies = strategies.collect::<Vec<_>>().into();
            features.entry(flag).or_default().insert((*environment).to_owned(), strategies);
        }
        let features: Vec<Value> = features
            .into_iter()
            .map(|(name, strategies)| json!({"name": name, "strategies": strategies}))
            .collect();
        let fixture = json!({"features": features, "segments": segments}).to_string();
        // Read as YAML, which takes some characters for line breaks.
        let spelt = fixture.chars().map(|it| match u32::from(it) {
            code @ (0x7f..=0x9f | 0x2028..=0x2029 | 0xfeff) => format!("\\u{code:04x}"),
            _ => it.to_string(),
        });
        spelt.collect()
    }

    /// How many strategies have a segment.
    fn attached(&self) -> usize {
        if self.segments.is_empty() { 0 } else { self.rules.values().map(Vec::len).sum() }
    }
}

impl Segment {
    /// The segment as the server has it; `number` tells its mark from others.
    fn live(&self, name: &str, number: u8) -> Value {
        let segment = json!({
            "name": name, "description": self.description, "constraints": self.constraints,
            "project": self.scoped.then_some("default"),
        });
        let fields = segment.as_object().expect("an object");
        let document = Canonical::new(FIELDS, fields.clone());
        let mark = match self.owner {
            Owner::Nobody => return segment,
            Owner::Us => Mark::new(WORKSPACE, &format!("ours-{number}"), &document),
            Owner::UsOnce => {
                let before = Canonical::new(FIELDS, Map::new());
                Mark::new(WORKSPACE, &format!("once-{number}"), &before)
            }
            Owner::Others => Mark::new("other", "ours-1", &document),
        };
        let mut fields = fields.clone();
        fields.insert("description".to_owned(), mark.join(&self.description).into());
        Value::Object(fields)
    }
}

const SEGCTL_YAML: &str = "\
apiVersion: segctl.dev/v1
kind: Workspace
metadata: {name: acme}
spec:
  targets:
    - {name: local, provider: unleash, url: \"sandbox:flags.json\"}
";

/// Imported into an empty workspace, what is live is what Git says: a plan is empty but for marks of
/// ours that are out of date, and nothing is missing in it. So it is too when one segment was imported before the others.
#[test]
fn round_trip() {
    let cases = (worlds(), proptest::option::of(any::<Index>()));
    holds(cases, async |(world, first): (World, Option<Index>)| {
        let scratch = Scratch::new();
        scratch.write("segctl.yaml", SEGCTL_YAML);
        scratch.write("flags.json", world.fixture());
        let mut documents = vec![];
        if let Some(first) = first.filter(|_| !world.segments.is_empty()) {
            let keys: Vec<&String> = world.segments.keys().collect();
            let key = keys[first.index(keys.len())].as_str();
            documents = imported(&scratch, &["--", key], 0)?;
            if documents.iter().all(|it| it["key"] != key) {
                return Err(format!("{key:?} is missing: {documents:#?}"));
            }
        }
        let before = documents.len();
        documents.extend(imported(&scratch, &[], before)?);
        let of_kind = |kind: &'static str| documents.iter().filter(move |it| it["kind"] == kind);
        let keys: BTreeSet<&str> = of_kind("Segment").filter_map(|it| it["key"].as_str()).collect();
        let wanted: BTreeSet<&str> = world.segments.keys().map(String::as_str).collect();
        let all = wanted.len() + world.attached();
        if keys != wanted || documents.len() != all {
            return Err(format!("something is missing: {documents:#?}"));
        }
        // Each mark here names a document that can be written.
        if let Some(lost) = documents.iter().find(|it| it["external"] == "unusable-mark") {
            return Err(format!("its mark was not used: {lost:#}"));
        }
        if documents.is_empty() {
            return Ok(());
        }
        let planned = run(&scratch, &["plan", "-o", "json"])?;
        let external = documents.iter().filter(|it| it["external"].is_string()).count();
        let steps = planned["steps"].as_array().map_or(&[][..], Vec::as_slice);
        // A mark that tells of what was there once is written anew, and nothing else.
        let is_expected = |step: &Value| {
            let owner = step["key"].as_str().and_then(|key| world.segments.get(key));
            is_of_mark(step) && owner.is_some_and(|it| matches!(it.owner, Owner::UsOnce))
        };
        if !steps.iter().all(is_expected)
            || planned["orphans"] != json!([])
            || planned["unchanged"] != all - external - steps.len()
        {
            return Err(format!("the plan is not empty: {planned:#}"));
        }
        match imported(&scratch, &[], all)?.first() {
            None => Ok(()),
            Some(twice) => Err(format!("imported twice: {twice:#}")),
        }
    });
}

/// The documents that an import makes, which leaves nothing out and finds so many in Git.
fn imported(scratch: &Scratch, names: &[&str], in_git: usize) -> Result<Vec<Value>, String> {
    let target = run(scratch, &[&["import", "-o", "json"], names].concat())?;
    let import = &target["import"];
    if import["leftOut"] != json!([]) || import["warnings"] != json!([]) {
        return Err(format!("not all of it was written: {import:#}"));
    }
    if import["inGit"] != in_git && names.is_empty() {
        return Err(format!("{in_git} should be in Git: {import:#}"));
    }
    Ok(import["documents"].as_array().cloned().unwrap_or_default())
}

/// What a run prints about its target.
fn run(scratch: &Scratch, arguments: &[&str]) -> Result<Value, String> {
    let output = scratch.segctl(arguments);
    let envelope: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    if output.status.success() {
        Ok(envelope["targets"][0].clone())
    } else {
        Err(format!("{envelope:#}"))
    }
}

//! SARIF, held to the schema that is published for it.

use crate::support::packages::Package;
use crate::support::strange::{strange, texts};
use jsonschema::Validator;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use segctl::report::sarif;
use serde_json::{Value as Json, json};
use std::fs;
use std::sync::OnceLock;

/// Microsoft's own tools for SARIF carry the schema.
const FILES: [(&str, &str); 2] = [
    ("package.json", include_str!("schema/package.json")),
    ("package-lock.json", include_str!("schema/package-lock.json")),
];
const SCHEMA: &str = "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| {
        let path = Package::install("sarif-schema", &FILES).path(SCHEMA);
        let schema = fs::read_to_string(path).expect("the package holds the schema");
        // In one pattern stands a bracket that JavaScript takes for itself, and that others refuse.
        let schema = schema.replace("{2}]?$", r"{2}\\]?$");
        let schema: Json = serde_json::from_str(&schema).expect("the schema is JSON");
        let options = jsonschema::options().should_validate_formats(true);
        // The draft of JSON Schema that it is written in does not know this format yet.
        let options = options.with_format("uri-reference", is_path);
        options.build(&schema).expect("the schema compiles")
    })
}

/// Whether an address is a path, which is the only kind that is written.
fn is_path(address: &str) -> bool {
    let mut parts = address.split('%');
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-._~/".contains(it);
    let first = parts.next().unwrap_or_default();
    let coded = |part: &str| {
        part.get(..2).is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()))
            && part[2..].chars().all(is_plain)
    };
    !address.starts_with('/') && first.chars().all(is_plain) && parts.all(coded)
}

fn complaints(log: &Json) -> Vec<String> {
    validator().iter_errors(log).map(|it| format!("{}: {it}", it.instance_path())).collect()
}

/// A log that fits the schema, and what the schema cannot say of it.
pub(crate) fn checked(text: &str) -> Json {
    let log: Json = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(complaints(&log), Vec::<String>::new(), "{text}");
    let run = &log["runs"][0];
    for result in run["results"].as_array().expect("there are results") {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a rule")).expect("small");
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().expect("GitHub asks for a place");
        assert!(!uri.is_empty());
        assert!(place["region"]["startLine"].as_u64() >= Some(1));
    }
    log
}

#[test]
fn the_schema_sees_what_is_wrong() {
    let mut log = strange("plan", &["beta".to_owned()], |it| checked(&sarif::report(it)));
    let result = &mut log["runs"][0]["results"][0];
    result["level"] = json!("notice");
    result["message"] = json!({"texts": "x"});
    result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = json!("a b");
    let complaints = complaints(&log).join("\n");
    for path in ["/level", "/message", "/uri"] {
        assert!(complaints.contains(path), "{path} is not in\n{complaints}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_stands_in_a_log_that_fits_the_schema(texts in texts()) {
        for command in ["validate", "plan", "apply", "drift"] {
            let (text, count) = strange(command, &texts, |report| {
                (sarif::report(report), report.diagnostics.len())
            });
            let log = checked(&text);
            let results = log["runs"][0]["results"].as_array().expect("there are results");
            // What stopped the command and a target; what the other target would do, and what a
            // comment took out there.
            let others = if command == "drift" { 4 } else { 7 + 1 + 1 + 1 };
            prop_assert_eq!(results.len(), count + 2 + others + 1);
            for result in results {
                let said = result["message"]["text"].as_str().expect("it says something");
                let acts = said.contains(['\r', '\u{1b}', '\u{202e}', '\u{200b}', '\u{feff}']);
                prop_assert!(!acts, "{said:?}");
                prop_assert!(said.match_indices("](").all(|(at, _)| said[..at].ends_with('\\')), "{said}");
            }
        }
    }
}

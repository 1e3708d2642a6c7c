//! What people made in odd ways comes into Git as far as documents can say it.

use crate::support::scratch::Scratch;
use serde_json::Value;

const WORKSPACE: &str = "apiVersion: segctl.dev/v1
kind: Workspace
metadata: {name: acme}
spec:
  targets:
    - {name: live, provider: featuresignals, url: \"sandbox:fixture.yaml\"}
";

/// Segments and rules as only the API lets them be.
const ODD: &str = r#"
segments:
  - {key: plain, name: plain, rules: [{attribute: plan, operator: eq, values: [pro]}]}
  - {key: null_values, name: Null values, rules: [{attribute: a, operator: exists}]}
  - {key: everyone, rules: []}
  - {key: million, rules: [{attribute: n, operator: eq, values: ["1000000"]}]}
  - {key: unknown-operator, rules: [{attribute: a, operator: not_in, values: [x]}]}
  - {key: second-value, rules: [{attribute: a, operator: eq, values: [x, y]}]}
  - {key: nameless, name: "", rules: [{attribute: a, operator: eq, values: [x]}]}
  - {key: bad-regex, rules: [{attribute: a, operator: regex, values: ["(?=x)"]}]}
  - {key: any-of-one, match_type: any, description: "Two\nlines", rules: [{attribute: a, operator: in, values: [x, "y,z", "1.10"]}]}
flags:
  - key: checkout
    states:
      production:
        rules:
          - {id: r1, description: Staff, segment_keys: [plain]}
          - {id: r2, description: Twice, segment_keys: [everyone]}
          - {id: r3, description: Twice, segment_keys: [plain, million]}
          - {id: "", segment_keys: [plain]}
          - {id: r5, description: Gone, segment_keys: [gone, plain]}
"#;

fn import(scratch: &Scratch) -> Value {
    let output = scratch.segctl(&["import", "-o", "json"]);
    let printed = String::from_utf8_lossy(&output.stdout);
    let mut envelope: Value = serde_json::from_str(&printed).expect("JSON");
    envelope["targets"][0]["import"].take()
}

/// `name`, or `name external[code]`, or `name allow[codes]`.
fn words(document: &Value) -> String {
    let name = document["name"].as_str().unwrap_or_default();
    let allow: Vec<&str> =
        document["allow"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match (document["external"].as_str(), &allow[..]) {
        (Some(code), _) => format!("{name} external[{code}]"),
        (None, []) => name.to_owned(),
        (None, codes) => format!("{name} allow[{}]", codes.join(", ")),
    }
}

#[test]
fn odd_segments_and_rules_are_said_or_left_out_with_a_reason() {
    let scratch = Scratch::new();
    scratch.write("segctl.yaml", WORKSPACE);
    scratch.write("fixture.yaml", ODD);
    let import = import(&scratch);
    let documents = import["documents"].as_array().expect("documents");
    let mut said: Vec<String> = documents.iter().map(words).collect();
    said.sort();
    let left_out = import["leftOut"].as_array().expect("what is left out");
    let left_out: Vec<&str> = left_out.iter().filter_map(|it| it["code"].as_str()).collect();
    insta::assert_snapshot!(format!("{}\nleft out: {}", said.join("\n"), left_out.join(", ")), @r"
    any-of-one
    bad-regex external[bad-regex]
    checkout-production-staff
    checkout-production-twice-02301d95
    checkout-production-twice-12012cc6
    everyone allow[matches-everyone]
    million allow[never-matches]
    nameless external[bad-value]
    null-values
    plain
    second-value external[operator-arity]
    unknown-operator external[bad-value]
    left out: rule-ambiguous, missing-reference
    ");

    let plan = scratch.segctl(&["plan", "--detailed-exitcode"]);
    let printed = String::from_utf8_lossy(&plan.stdout);
    assert!(plan.status.success() && printed.contains("No changes."), "{printed}");
}

//! `-o json`: the envelope, also when a command fails, and its schema.

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::workspace::Run;
use super::{Workspace, attachment, segment, users};

/// The envelope, checked against the committed schema.
fn envelope(run: &Run) -> Json {
    let envelope: Json = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run}"));
    let schema = include_str!("../../schemas/output.schema.json");
    let schema: Json = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema compiles");
    let errors: Vec<String> = validator.iter_errors(&envelope).map(|it| it.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    envelope
}

#[test]
fn a_plan_and_its_apply() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/b.yaml", attachment("checkout", "beta"));
    let plan = workspace.run("plan -o json");
    assert_eq!((plan.code, plan.stderr.as_str()), (Some(0), ""));
    assert_snapshot!(serde_json::to_string_pretty(&envelope(&plan)).unwrap(), @r#"
    {
      "formatVersion": "1.0",
      "command": "plan",
      "ok": true,
      "segctl": "0.1.0",
      "workspace": "acme",
      "base": null,
      "diagnostics": [],
      "suppressed": [],
      "failure": null,
      "targets": [
        {
          "name": "local",
          "provider": "unleash",
          "serverVersion": "8.2.0",
          "status": "ok",
          "failure": null,
          "requests": 4,
          "steps": [
            {
              "id": "local/Segment/beta/create",
              "action": "create",
              "status": "planned",
              "reason": null,
              "cause": "git",
              "effect": null,
              "why": [
                "unknown"
              ],
              "kind": "Segment",
              "name": "beta",
              "key": "beta",
              "usedBy": [],
              "warnings": [],
              "changes": [],
              "before": null,
              "after": {
                "name": "beta",
                "description": "",
                "project": null,
                "constraints": [
                  {
                    "contextName": "userId",
                    "operator": "IN",
                    "values": [
                      "ada"
                    ],
                    "value": null,
                    "inverted": false,
                    "caseInsensitive": false
                  }
                ]
              },
              "origin": {
                "file": "docs/a.yaml",
                "line": 3,
                "column": 18
              },
              "place": null,
              "placeIn": null,
              "dependsOn": []
            },
            {
              "id": "local/Attachment/checkout/attach",
              "action": "attach",
              "status": "planned",
              "reason": null,
              "cause": null,
              "effect": "narrows",
              "why": [
                "unknown"
              ],
              "kind": "Attachment",
              "name": "checkout",
              "key": "strategy titled `Gradual rollout` of default/new-checkout in production",
              "usedBy": [],
              "warnings": [],
              "changes": [
                {
                  "path": "/segments",
                  "added": [
                    "beta"
                  ],
                  "removed": []
                }
              ],
              "before": {
                "segments": []
              },
              "after": {
                "segments": [
                  "beta"
                ]
              },
              "origin": {
                "file": "docs/b.yaml",
                "line": 3,
                "column": 18
              },
              "place": {
                "file": "docs/b.yaml",
                "line": 5,
                "column": 14
              },
              "placeIn": "checkout",
              "dependsOn": [
                "local/Segment/beta/create"
              ]
            }
          ],
          "orphans": [],
          "unchanged": 0,
          "foreign": [],
          "notes": [],
          "guard": [],
          "proof": null
        }
      ],
      "summary": {
        "create": 1,
        "update": 0,
        "adopt": 0,
        "delete": 0,
        "allocate": 0,
        "attach": 1,
        "refresh": 0,
        "refused": 0,
        "unchanged": 0,
        "drifted": 0,
        "unclear": 0
      }
    }
    "#);
    let applied = envelope(&workspace.run("apply -o json --auto-approve"));
    let outcomes: Vec<&Json> = applied["targets"][0]["steps"]
        .as_array()
        .expect("there are steps")
        .iter()
        .map(|step| &step["outcome"])
        .collect();
    assert_eq!(outcomes, ["created", "attached"]);
    assert_eq!(applied["targets"][0]["proof"]["converged"], true);
}

#[test]
fn invalid_documents() {
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("5")));
    for command in ["validate", "plan", "apply --auto-approve"] {
        let run = workspace.run(&format!("{command} -o json"));
        let envelope = envelope(&run);
        assert_eq!((run.code, &envelope["ok"]), (Some(3), &Json::Bool(false)), "{command}");
        let first = &envelope["diagnostics"][0];
        assert_eq!(first["code"], "wrong-type");
        assert_eq!(first["places"][0]["file"], "docs/a.yaml");
        assert_eq!(
            (&first["places"][0]["line"], &first["places"][0]["column"]),
            (&7.into(), &54.into())
        );
        assert_eq!(first["fix"]["replacement"], "\"5\"");
    }
}

#[test]
fn a_target_that_cannot_be_read() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("flags.yaml", "feetures: []\n");
    let run = workspace.run("plan -o json");
    let envelope = envelope(&run);
    assert_eq!(run.code, Some(1), "{run}");
    assert_eq!(envelope["targets"][0]["status"], "failed");
    assert_eq!(envelope["targets"][0]["failure"]["code"], "sandbox-failed");
}

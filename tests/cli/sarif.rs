//! `-o sarif`: what code scanning shows.

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::{Workspace, attachment, segment, users};
use crate::sarif::checked;

/// A workspace that is the whole of its repository.
fn workspace() -> Workspace {
    Workspace::sandbox().with(".git/HEAD", "ref: refs/heads/main\n")
}

/// The results of a run of the program, which fit the schema.
pub(super) fn results(workspace: &Workspace, arguments: &str) -> Vec<Json> {
    let run = workspace.run(&format!("{arguments} -o sarif"));
    let log = checked(&run.stdout);
    log["runs"][0]["results"].as_array().expect("there are results").clone()
}

/// One line for each of `results`.
pub(super) fn lines(results: &[Json]) -> String {
    let line = |it: &Json| {
        let place = &it["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().expect("an address");
        let text = it["message"]["text"].as_str().expect("a text").replace('\n', " | ");
        let (level, rule) = (it["level"].as_str(), it["ruleId"].as_str());
        let (level, rule) = (level.expect("a level"), rule.expect("a rule"));
        format!("{level} {rule} {uri}:{}: {text}\n", place["region"]["startLine"])
    };
    results.iter().map(line).collect()
}

#[test]
fn of_invalid_documents() {
    let workspace = workspace()
        .with("docs/é a.yaml", segment("beta", "", &users("\"😀\", 5")))
        .with("docs/b.yaml", segment("beta", "", &users("ada")));
    let run = workspace.run("validate -o sarif");
    assert_eq!(run.code, Some(3));
    let log = checked(&run.stdout);
    assert_snapshot!(serde_json::to_string_pretty(&log).expect("JSON"), @r#"
    {
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        {
          "tool": {
            "driver": {
              "name": "segctl",
              "version": "0.1.0",
              "semanticVersion": "0.1.0",
              "rules": [
                {
                  "id": "duplicate-document",
                  "shortDescription": {
                    "text": "Two documents of one kind have the same metadata.name."
                  },
                  "fullDescription": {
                    "text": "The name is the identity in Git: one of the two would win by chance."
                  },
                  "help": {
                    "text": "Rename one of them.",
                    "markdown": "The name is the identity in Git: one of the two would win by chance.\n\n**What to do:** Rename one of them.\n\n`segctl explain duplicate-document` shows an example.\n"
                  },
                  "defaultConfiguration": {
                    "level": "error"
                  }
                },
                {
                  "id": "wrong-type",
                  "shortDescription": {
                    "text": "A value is of another type than its field."
                  },
                  "fullDescription": {
                    "text": "Without quotes YAML reads 1.10 as the number 1.1 and true as a boolean; the API wants the text."
                  },
                  "help": {
                    "text": "Quote a text that looks like a number, a boolean or nothing.",
                    "markdown": "Without quotes YAML reads 1.10 as the number 1.1 and true as a boolean; the API wants the text.\n\n**What to do:** Quote a text that looks like a number, a boolean or nothing.\n\n`segctl explain wrong-type` shows an example.\n"
                  },
                  "defaultConfiguration": {
                    "level": "error"
                  }
                }
              ]
            }
          },
          "automationDetails": {
            "id": "segctl/validate/acme/"
          },
          "columnKind": "utf16CodeUnits",
          "originalUriBaseIds": {
            "%SRCROOT%": {
              "description": {
                "text": "The root of the repository."
              }
            }
          },
          "invocations": [
            {
              "executionSuccessful": false
            }
          ],
          "results": [
            {
              "ruleId": "duplicate-document",
              "ruleIndex": 0,
              "level": "error",
              "message": {
                "text": "two documents are the segment `beta`\nand again here\nhelp: the name is the identity in Git: give one of them another"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "docs/%C3%A9%20a.yaml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 3,
                      "startColumn": 18,
                      "endLine": 3,
                      "endColumn": 22
                    }
                  }
                }
              ],
              "relatedLocations": [
                {
                  "id": 1,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "docs/b.yaml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 3,
                      "startColumn": 18,
                      "endLine": 3,
                      "endColumn": 22
                    }
                  },
                  "message": {
                    "text": "first here"
                  }
                }
              ],
              "partialFingerprints": {
                "segctl/v1": "14d4b569042664626aeb86f84e14e695"
              }
            },
            {
              "ruleId": "wrong-type",
              "ruleIndex": 1,
              "level": "error",
              "message": {
                "text": "each of `values` must be a text, and this is a number\na number\nhelp: YAML reads it without quotes as something else\nhelp: quote it: \"5\""
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "docs/%C3%A9%20a.yaml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 7,
                      "startColumn": 60,
                      "endLine": 7,
                      "endColumn": 61
                    }
                  }
                }
              ],
              "partialFingerprints": {
                "segctl/v1": "acadf0a7082424fb6406d2ab8f5fab39"
              }
            }
          ]
        }
      ]
    }
    "#);
}

#[test]
fn of_a_plan_and_its_apply() {
    let workspace = workspace()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/g.yaml", segment("gone", "", &users("x")))
        .with("docs/r.yaml", attachment("checkout", "beta"));
    assert_eq!(workspace.run("apply --auto-approve").code, Some(0));
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, bob")));
    workspace.write("docs/l.yaml", segment("legacy", "", &users("new")));
    workspace.write("docs/n.yaml", segment("new", "", &users("eve")));
    workspace.write("docs/r.yaml", attachment("checkout", "beta, new"));
    workspace.remove("docs/g.yaml");
    assert_snapshot!(lines(&results(&workspace, "plan")), @r#"
    error would-overwrite docs/l.yaml:5: local: adopt segment legacy is refused: the live segment `legacy` is not managed by segctl, and differs | help: take it over with `--adopt legacy`, or give the document another name in its block | why: without a base nothing tells this change, earlier ones and drift apart | /description: "Made by hand." -> "" | /constraints/0/values: +1 -1 of 1 values |   + new |   - old
    warning step/update docs/a.yaml:7: local: update segment beta, which widens the audience | why: Git moved: without a base nothing tells this change from earlier ones | /constraints/0/values: +1 of 2 values |   + bob | used by new-checkout in production
    warning step/attach docs/r.yaml:5: local: attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production) | why: without a base nothing tells this change, earlier ones and drift apart | /segments: +1 of 2 values |   + new
    note step/create docs/n.yaml:3: local: create segment new | why: Git moved: without a base nothing tells this change from earlier ones | name: new | constraints |   {contextName: userId, operator: IN, values: [eve]}
    note orphan segctl.yaml:1: local: segment gone is managed and no longer in Git | why: without a base nothing tells whether this change took its document away | help: `--prune` deletes it
    "#);
    assert_snapshot!(lines(&results(&workspace, "plan --prune --adopt legacy")), @r#"
    warning step/update docs/a.yaml:7: local: update segment beta, which widens the audience | why: Git moved: without a base nothing tells this change from earlier ones | /constraints/0/values: +1 of 2 values |   + bob | used by new-checkout in production
    warning step/adopt docs/l.yaml:5: local: adopt segment legacy, which replaces the audience | why: without a base nothing tells this change, earlier ones and drift apart | /description: "Made by hand." -> "" | /constraints/0/values: +1 -1 of 1 values |   + new |   - old
    warning step/attach docs/r.yaml:5: local: attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production) | why: without a base nothing tells this change, earlier ones and drift apart | /segments: +1 of 2 values |   + new
    warning step/delete segctl.yaml:1: local: delete segment gone | why: Git moved: without a base nothing tells this change from earlier ones | name: gone | constraints |   {contextName: userId, operator: IN, values: [x]}
    note step/create docs/n.yaml:3: local: create segment new | why: Git moved: without a base nothing tells this change from earlier ones | name: new | constraints |   {contextName: userId, operator: IN, values: [eve]}
    "#);
    let applied = results(&workspace, "apply --prune --adopt legacy --auto-approve");
    assert_snapshot!(lines(&applied), @r#"
    warning step/update docs/a.yaml:7: local: updated segment beta, which widens the audience | why: Git moved: without a base nothing tells this change from earlier ones | /constraints/0/values: +1 of 2 values |   + bob | used by new-checkout in production
    warning step/adopt docs/l.yaml:5: local: adopted segment legacy, which replaces the audience | why: without a base nothing tells this change, earlier ones and drift apart | /description: "Made by hand." -> "" | /constraints/0/values: +1 -1 of 1 values |   + new |   - old
    warning step/attach docs/r.yaml:5: local: attached checkout (strategy titled `Gradual rollout` of default/new-checkout in production) | why: without a base nothing tells this change, earlier ones and drift apart | /segments: +1 of 2 values |   + new
    warning step/delete segctl.yaml:1: local: deleted segment gone | why: Git moved: without a base nothing tells this change from earlier ones | name: gone | constraints |   {contextName: userId, operator: IN, values: [x]}
    note step/create docs/n.yaml:3: local: created segment new | why: Git moved: without a base nothing tells this change from earlier ones | name: new | constraints |   {contextName: userId, operator: IN, values: [eve]}
    "#);
    assert_snapshot!(lines(&results(&workspace, "plan")), @"");
}

#[test]
fn of_a_command_that_cannot_begin() {
    let workspace = Workspace::empty().with(".git/HEAD", "ref: refs/heads/main\n");
    assert_snapshot!(lines(&results(&workspace, "plan")), @"error no-workspace segctl.yaml:1: there is no segctl.yaml here or above | help: run inside a workspace, or name its folder with `-f` | help: without one: `-f DIR --provider unleash --url URL --workspace NAME`");
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let document = segment("beta", "", &users("5, 6"));
    let workspace = workspace().with("docs/a.yaml", &document);
    let of = |results: &[Json]| -> Vec<(Json, Json)> {
        let one = |it: &Json| {
            let region = &it["locations"][0]["physicalLocation"]["region"];
            (it["partialFingerprints"]["segctl/v1"].clone(), region["startLine"].clone())
        };
        results.iter().map(one).collect()
    };
    let before = of(&results(&workspace, "validate"));
    workspace.write("docs/a.yaml", format!("# One.\n# Two.\n{document}"));
    let after = of(&results(&workspace, "validate"));
    assert_eq!(before.len(), 2);
    assert_ne!(before[0].0, before[1].0);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.0, after.0);
        assert_ne!(before.1, after.1);
    }
}

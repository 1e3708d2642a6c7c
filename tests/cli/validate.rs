//! `segctl validate`: what a writer of YAML reads when something is wrong.

use insta::assert_snapshot;

use super::{Workspace, attachment, segment, users};

#[test]
fn says_that_all_is_well() {
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("ada")));
    assert_snapshot!(workspace.run("validate"), @"
    --- stdout
    Valid: 1 document for local.
    --- exit 0
    ");
}

#[test]
fn says_everything_at_once() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "  descripton: Typo.\n", &users("ada")))
        .with("docs/b.yaml", segment("gamma", "", &users("4.10, true")))
        .with("docs/c.yaml", attachment("checkout", "beta, gama"))
        .with("docs/d.yaml", segment("gamma", "", &users("x")));
    assert_snapshot!(workspace.run("validate"), @r#"
    --- stderr
    error[unknown-field]: unknown field `descripton`
     --> docs/a.yaml:5:3
      |
    5 |   descripton: Typo.
      |   ^^^^^^^^^^ did you mean `description`?
      |
    help: write `description`
      |
    5 |   description: Typo.
      |           +

    error[wrong-type]: each of `values` must be a text, and this is a number
     --> docs/b.yaml:7:54
      |
    7 |       - {contextName: userId, operator: IN, values: [4.10, true]}
      |                                                      ^^^^ a number
      |
      = help: YAML reads it without quotes as something else
    help: quote it
      |
    7 -       - {contextName: userId, operator: IN, values: [4.10, true]}
    7 +       - {contextName: userId, operator: IN, values: ["4.10", true]}
      |

    error[wrong-type]: each of `values` must be a text, and this is a boolean
     --> docs/b.yaml:7:60
      |
    7 |       - {contextName: userId, operator: IN, values: [4.10, true]}
      |                                                            ^^^^ a boolean
      |
      = help: YAML reads it without quotes as something else
    help: quote it
      |
    7 -       - {contextName: userId, operator: IN, values: [4.10, true]}
    7 +       - {contextName: userId, operator: IN, values: [4.10, "true"]}
      |

    error[missing-reference]: target `local` has no segment `gama`
     --> docs/c.yaml:5:20
      |
    5 |   segments: [beta, gama]
      |                    ^^^^ no document has this metadata.name
      |
      = help: a segment that is owned elsewhere needs a document with `external: true`

    error[duplicate-document]: two documents are the segment `gamma`
     --> docs/d.yaml:3:18
      |
    3 | metadata: {name: gamma}
      |                  ^^^^^ and again here
      |
     ::: docs/b.yaml:3:18
      |
    3 | metadata: {name: gamma}
      |                  ----- first here
      |
      = help: the name is the identity in Git: give one of them another

    5 errors; `segctl explain unknown-field` says more
    --- exit 3
    "#);
}

#[test]
fn a_number_where_the_api_wants_a_text_is_to_be_quoted() {
    let constraint = "{contextName: age, operator: NUM_GT, value: 5}";
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", constraint));
    assert_snapshot!(workspace.run("validate"), @r#"
    --- stderr
    error[wrong-type]: `value` must be a text, and this is a number
     --> docs/a.yaml:7:53
      |
    7 |       - {contextName: age, operator: NUM_GT, value: 5}
      |                                                     ^ a number
      |
      = help: YAML reads it without quotes as something else
    help: quote it
      |
    7 -       - {contextName: age, operator: NUM_GT, value: 5}
    7 +       - {contextName: age, operator: NUM_GT, value: "5"}
      |

    1 error; `segctl explain wrong-type` says more
    --- exit 3
    "#);
}

#[test]
fn a_dangling_reference_names_the_nearest_segment() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta-users", "", &users("ada")))
        .with("docs/b.yaml", attachment("checkout", "beta-user, beta-users"));
    assert_snapshot!(workspace.run("validate"), @"
    --- stderr
    error[missing-reference]: target `local` has no segment `beta-user`
     --> docs/b.yaml:5:14
      |
    5 |   segments: [beta-user, beta-users]
      |              ^^^^^^^^^ did you mean `beta-users`?
      |
    help: write `beta-users`
      |
    5 |   segments: [beta-users, beta-users]
      |                       +

    1 error; `segctl explain missing-reference` says more
    --- exit 3
    ");
}

#[test]
fn one_identity_twice_shows_both_places() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/b.yaml", segment("beta", "", &users("bob")));
    assert_snapshot!(workspace.run("validate"), @"
    --- stderr
    error[duplicate-document]: two documents are the segment `beta`
     --> docs/b.yaml:3:18
      |
    3 | metadata: {name: beta}
      |                  ^^^^ and again here
      |
     ::: docs/a.yaml:3:18
      |
    3 | metadata: {name: beta}
      |                  ---- first here
      |
      = help: the name is the identity in Git: give one of them another

    1 error; `segctl explain duplicate-document` says more
    --- exit 3
    ");
}

#[test]
fn a_value_that_no_sdk_compiles_is_an_error() {
    let date = "{contextName: currentTime, operator: DATE_AFTER, value: \"2024-01-31\"}";
    let backslash = "{contextName: path, operator: IN, values: ['c\\']}";
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("dated", "", date))
        .with("docs/b.yaml", segment("paths", "", backslash));
    assert_snapshot!(workspace.run("validate"), @r#"
    --- stderr
    error[not-a-date]: `2024-01-31` is not a full time with a zone
     --> docs/a.yaml:7:65
      |
    7 |       - {contextName: currentTime, operator: DATE_AFTER, value: "2024-01-31"}
      |                                                                 ^^^^^^^^^^^^
      |
      = help: write it as "2024-01-31T10:00:00Z"; no SDK compiles anything less

    error[engine-cannot-compile]: Unleash would store this, and its SDKs could not compile it
     --> docs/b.yaml:7:10
      |
    7 |       - {contextName: path, operator: IN, values: ['c\']}
      |          ^^^^^^^^^^^ every flag that uses this would be off
      |
      = help: known causes: a backslash at the end of a value, a quote in `contextName`

    2 errors; `segctl explain not-a-date` says more
    --- exit 3
    "#);
}

#[test]
fn a_mistake_in_a_file_of_values_shows_that_file() {
    let constraint = "{contextName: userId, operator: IN, valuesFrom: ids.txt}";
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", constraint))
        .with("docs/ids.txt", format!("ada\n\n{}\nada\n", "x".repeat(101)));
    assert_snapshot!(workspace.run("validate"), @"
    --- stderr
    error[bad-value]: each of `values` is longer than 100 characters
     --> docs/ids.txt:3:1
      |
    3 | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    1 error; `segctl explain bad-value` says more
    --- exit 3
    ");
}

#[test]
fn a_patch_for_one_target_is_checked_as_that_target_sees_it() {
    let patched = segment(
        "beta",
        "  perTarget:\n    local: {unleash: {constraints: [{contextName: userId, operator: INN}]}}\n    prod: {}\n",
        &users("ada"),
    );
    let workspace = Workspace::sandbox().with("docs/a.yaml", patched);
    assert_snapshot!(workspace.run("validate"), @"
    --- stderr
    error[bad-value]: `operator` cannot be `INN`
     --> docs/a.yaml:6:69
      |
    6 |     local: {unleash: {constraints: [{contextName: userId, operator: INN}]}}
      |                                                                     ^^^ did you mean `IN`?
      |
      = help: it can be `IN`, `NOT_IN`, `STR_ENDS_WITH`, `STR_STARTS_WITH`, `STR_CONTAINS`, `NUM_EQ`, `NUM_GT`, `NUM_GTE`, `NUM_LT`, `NUM_LTE`, `DATE_AFTER`, `DATE_BEFORE`, `SEMVER_EQ`, `SEMVER_GT`, `SEMVER_LT`, `SEMVER_GTE`, `SEMVER_LTE`, `REGEX`
    help: write `IN`
      |
    6 -     local: {unleash: {constraints: [{contextName: userId, operator: INN}]}}
    6 +     local: {unleash: {constraints: [{contextName: userId, operator: IN}]}}
      |

    error[unknown-target]: the workspace has no target `prod`
     --> docs/a.yaml:7:5
      |
    7 |     prod: {}
      |     ^^^^
      |
      = help: its targets: local

    2 errors; `segctl explain bad-value` says more
    --- exit 3
    ");
}

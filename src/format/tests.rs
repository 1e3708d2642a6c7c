//! Documents before and after.

use insta::assert_snapshot;

use super::{Formatted, format};
use crate::source::Files;

fn outcome(text: &str) -> Option<Formatted> {
    let mut files = Files::default();
    let file = files.add("a.yaml", text);
    format(file, text, &mut vec![])
}

/// The canonical form of `text`, and that it is one.
fn formatted(text: &str) -> String {
    let Some(Formatted::Changed(formatted)) = outcome(text) else {
        panic!("{:?}", outcome(text));
    };
    assert_eq!(outcome(&formatted), Some(Formatted::Unchanged), "{formatted}");
    formatted
}

#[test]
fn fields_take_the_order_of_the_types_and_comments_go_with_them() {
    let text = "\
# yaml-language-server: $schema=../schemas/segctl.schema.json
kind: Segment # the kind
spec:
  # Staging has a project of its own.
  perTarget:
    staging: {unleash: {constraints: [], project: staging}}

  unleash:
    constraints:
      # Those who asked.
      - operator: IN
        # Their names.
        values:
          - grace # second
          # first
          - ada
        contextName: userId
      - {values: [web, \"ios\"], operator: IN, contextName: appName} # apps
      # no more
    name: 'Beta users'
  # Shown in the UI.
  description: |
    Two

    lines.
    # not a comment
  # At the end.
metadata: {labels: {team: growth}, name: beta}
apiVersion: segctl.dev/v1
# The end.";
    assert_snapshot!(formatted(text), @r#"
    # yaml-language-server: $schema=../schemas/segctl.schema.json
    apiVersion: segctl.dev/v1
    kind: Segment # the kind
    metadata: {name: beta, labels: {team: growth}}
    spec:
      # Shown in the UI.
      description: |
        Two

        lines.
        # not a comment

      unleash:
        name: 'Beta users'
        constraints:
          # Those who asked.
          - contextName: userId
            operator: IN
            # Their names.
            values:
              # first
              - ada
              - grace # second
          - {contextName: appName, operator: IN, values: ["ios", web]} # apps
          # no more
      # Staging has a project of its own.
      perTarget:
        staging: {unleash: {project: staging, constraints: []}}
      # At the end.
    # The end.
    "#);
}

#[test]
fn values_sort_in_every_style() {
    let head = "apiVersion: segctl.dev/v1\nkind: Attachment\nmetadata: {name: a}\nspec:\n";
    let text = format!(
        "{head}  segments: [\n    # b is first\n    b, # beside b\n    \"a\"\n    # above the end\n  ]\n  allow: [zed,\n    'x',   y] # both\n"
    );
    assert_snapshot!(&formatted(&text)[head.len()..], @r#"
    allow: ['x',
      y,   zed] # both
    segments: [
      "a",
      # b is first
      b # beside b
      # above the end
    ]
    "#);
}

#[test]
fn what_cannot_move_stays() {
    let head = "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: a}\nspec:\n";
    for body in [
        // The alias would come before its anchor.
        "  unleash: {name: &n Beta}\n  description: *n\n",
        // Nothing says where a merge stands.
        "  unleash: &u\n    constraints: []\n  perTarget:\n    x:\n      unleash: {project: x, <<: *u, name: y}\n",
        // The blank line would become part of the text.
        "  unleash: {}\n\n  description: |+\n    Text\n",
        // A tag belongs to what follows it, and an anchor to what it names.
        "  allow: [!!str b, a]\n",
        "  allow:\n  - &b b\n  - *b\n  - a\n",
        // Nothing tells whose comment this is.
        "  allow: [b, # whose\n    c, a]\n",
        "  ? unleash\n  : {}\n  ? description\n  : text\n",
    ] {
        assert_eq!(outcome(&format!("{head}{body}")), Some(Formatted::Unchanged), "{body}");
    }
}

#[test]
fn an_anchor_may_move_where_no_alias_minds() {
    let head = "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: a}\nspec:\n";
    let text = format!("{head}  unleash: {{name: *n}}\n  description: &n Beta\n");
    assert_eq!(outcome(&text), None, "an alias needs its anchor before it");
    let text = format!(
        "{head}  perTarget:\n    b: {{allow: [x]}}\n  unleash: {{name: &n Beta, description: *n}}\n"
    );
    assert_snapshot!(&formatted(&text)[head.len()..], @"
    unleash: {name: &n Beta, description: *n}
    perTarget:
      b: {allow: [x]}
    ");
}

#[test]
fn what_is_no_document_of_ours_is_left_alone() {
    let text = "kind: Pod\napiVersion: v1\n---\nb: 1\na: 2\n---\nkind: Segment\napiVersion: v2\n";
    assert_eq!(outcome(text), Some(Formatted::Unchanged));
}

#[test]
fn line_breaks_stay_of_their_kind_and_the_last_one_is_added() {
    let text = "kind: Segment\r\napiVersion: segctl.dev/v1 # x\r\nspec:\r\n  allow: [b, a]";
    assert_eq!(
        formatted(text),
        "apiVersion: segctl.dev/v1 # x\r\nkind: Segment\r\nspec:\r\n  allow: [a, b]\r\n"
    );
}

#[test]
fn a_text_that_cannot_be_read_is_diagnosed() {
    let mut diagnostics = vec![];
    let file = Files::default().add("a.yaml", "");
    assert_eq!(format(file, "a: [", &mut diagnostics), None);
    assert_eq!(diagnostics[0].code.name(), "syntax");
}

#[test]
fn what_would_mean_something_else_is_kept() {
    // Sorted as a set, and the same list elsewhere as a list.
    let text =
        "apiVersion: segctl.dev/v1\nkind: Segment\nspec:\n  allow: &list [b, a]\n  other: *list\n";
    assert_eq!(outcome(text), Some(Formatted::Kept));
}

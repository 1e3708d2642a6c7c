//! The workspaces of the benchmark.

use crate::support::scratch::Scratch;

/// How many segments are planned and created.
pub(crate) const SEGMENTS: usize = 1_000;
/// How many attachments are planned and applied, of as many flags.
pub(crate) const ATTACHMENTS: usize = 200;
/// How many values a segment has.
const VALUES: usize = 20;

/// A workspace of segments alone.
pub(crate) fn segments(url: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("segctl.yaml", workspace(url));
    for number in 0..SEGMENTS {
        scratch.write(&format!("segments/segment-{number}.yaml"), segment(number));
    }
    scratch
}

/// A workspace of attachments, with a segment for each.
pub(crate) fn attachments(url: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("segctl.yaml", workspace(url));
    for number in 0..ATTACHMENTS {
        scratch.write(&format!("segments/segment-{number}.yaml"), segment(number));
        scratch.write(&format!("attachments/flag-{number}.yaml"), attachment(number));
    }
    scratch
}

fn workspace(url: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1
kind: Workspace
metadata: {{name: bench}}
spec:
  targets:
    - name: production
      provider: unleash
      url: {url}
      auth: {{token: {{env: UNLEASH_TOKEN}}}}
"
    )
}

fn segment(number: usize) -> String {
    let values: Vec<String> =
        (0..VALUES).map(|it| format!("user-{number}-{it}@example.com")).collect();
    let values = values.join(", ");
    format!(
        "apiVersion: segctl.dev/v1
kind: Segment
metadata: {{name: segment-{number}}}
spec:
  description: Users of group {number}.
  unleash:
    constraints:
      - {{contextName: email, operator: IN, values: [{values}]}}
"
    )
}

fn attachment(number: usize) -> String {
    format!(
        "apiVersion: segctl.dev/v1
kind: Attachment
metadata: {{name: flag-{number}}}
spec:
  segments: [segment-{number}]
  unleash: {{feature: flag-{number}, environment: production, strategy: {{title: Rollout}}}}
"
    )
}

//! The workspace of the walkthrough: generated, so that it can be large.

use crate::support::scratch::Scratch;

/// As many segments as an Unleash takes unless its limit is raised.
pub(super) const SEGMENTS: usize = 300;
/// As many flags, with one strategy each, as attachments.
pub(super) const ATTACHMENTS: usize = 60;
/// The title of the strategy of every flag.
pub(super) const TITLE: &str = "Gradual rollout";

/// The path of a segment's document, the first being number 1.
pub(super) fn segment_path(number: usize) -> String {
    format!("segments/customers-{number:03}.yaml")
}

/// The path of an attachment's document.
pub(super) fn attachment_path(number: usize) -> String {
    format!("attachments/feature-{number:02}.yaml")
}

/// The flag of an attachment.
pub(super) fn flag(number: usize) -> String {
    format!("feature-{number:02}")
}

/// Writes every document for the server at `url`.
pub(super) fn write(url: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("segctl.yaml", workspace(url));
    for number in 1..=SEGMENTS {
        scratch.write(&segment_path(number), segment(number));
    }
    for number in 1..=ATTACHMENTS {
        scratch.write(&attachment_path(number), attachment(number));
    }
    scratch
}

fn workspace(url: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1
kind: Workspace
metadata: {{name: acme-web}}
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
    format!(
        "apiVersion: segctl.dev/v1
kind: Segment
metadata: {{name: customers-{number:03}}}
spec:
  description: Customers of account {number}.
  unleash:
    constraints:
      - {{contextName: account, operator: IN, values: [account-{number}]}}
      - {{contextName: appVersion, operator: SEMVER_GTE, value: \"4.{number}.0\"}}
"
    )
}

fn attachment(number: usize) -> String {
    let (first, second) = (number, number + ATTACHMENTS);
    let flag = flag(number);
    format!(
        "apiVersion: segctl.dev/v1
kind: Attachment
metadata: {{name: {flag}}}
spec:
  segments: [customers-{first:03}, customers-{second:03}]
  unleash: {{feature: {flag}, environment: development, strategy: {{title: {TITLE}}}}}
"
    )
}

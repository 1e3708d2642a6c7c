//! The workspaces that are measured. All of them are the same at every run.

use crate::support::scratch::Scratch;

/// Values of a small segment and of a large one. A large one must fit into the 100 kB that Unleash
/// takes.
const FEW: usize = 20;
const MANY: usize = 1_000;

/// A workspace of segments alone: so many with few values, and so many with many.
pub(crate) fn segments(url: &str, (small, large): (usize, usize)) -> Scratch {
    let scratch = workspace(url);
    for number in 0..small + large {
        // Spread out, as large ones are among others.
        let is_large = large > 0 && number % ((small + large) / large) == 0;
        write_segment(&scratch, number, if is_large { MANY } else { FEW });
    }
    scratch
}

/// A workspace of small segments, and of attachments that each put one of them on a flag of its own.
pub(crate) fn attachments(url: &str, segments: usize, attachments: usize) -> Scratch {
    let scratch = workspace(url);
    (0..segments).for_each(|number| write_segment(&scratch, number, FEW));
    for number in 0..attachments {
        scratch.write(&format!("attachments/{}.yaml", flag(number)), attachment(number));
    }
    scratch
}

/// The name of a flag.
pub(crate) fn flag(number: usize) -> String {
    format!("flag-{number}")
}

fn workspace(url: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write(
        "segctl.yaml",
        format!(
            "\
apiVersion: segctl.dev/v1
kind: Workspace
metadata:
  name: bench
spec:
  targets:
    - name: production
      provider: unleash
      url: {url}
      auth:
        token:
          env: UNLEASH_TOKEN
"
        ),
    );
    scratch
}

/// Writes a segment with so many values.
pub(crate) fn write_segment(scratch: &Scratch, number: usize, values: usize) {
    let value = |it: usize| format!("          - user-{number}-{it}@example.com\n");
    let values = (0..values).map(value).collect::<Vec<String>>().concat();
    scratch.write(
        &format!("segments/segment-{number}.yaml"),
        format!(
            "\
apiVersion: segctl.dev/v1
kind: Segment
metadata:
  name: segment-{number}
spec:
  description: Users of group {number}.
  unleash:
    constraints:
      - contextName: userId
        operator: IN
        values:
{values}"
        ),
    );
}

fn attachment(number: usize) -> String {
    let flag = flag(number);
    format!(
        "\
apiVersion: segctl.dev/v1
kind: Attachment
metadata:
  name: {flag}
spec:
  segments:
    - segment-{number}
  unleash:
    feature: {flag}
    environment: production
    strategy:
      title: Rollout
"
    )
}

//! Lists that fill their pages exactly, or nearly.

use super::stage::{STAGE, attach, plan};
use crate::vendors::story::{Group, group, step};
use std::fmt::Write as _;

pub(super) fn groups() -> Vec<Group> {
    let counts = [49, 50, 51, 99, 100, 101, 200, 201];
    let mut groups: Vec<Group> = counts.map(segments).into();
    groups.extend([99, 100, 101].map(states));
    groups
}

/// With the segments of the fixture there are so many; the last one by key is used and changed.
fn segments(count: usize) -> Group {
    let mut fixture = STAGE.to_owned();
    let planted: String = (0..count - 2).fold(String::new(), |mut all, number| {
        let rule = "{attribute: plan, operator: eq, values: [x]}";
        write!(all, "\n  - {{key: filler-{number:03}, rules: [{rule}]}}").expect("a text");
        all
    });
    fixture = fixture.replace("\nflags:", &format!("{planted}\nflags:"));
    group(
        format!("{count} segments"),
        fixture,
        [
            step("the last one is made", [plan("zz-last"), attach("closed", &["zz-last"])])
                .creates(1)
                .attaches(1)
                .then(move |_, after| {
                    let is = after.segments.len();
                    if is == count { Ok(()) } else { Err(format!("there are {is}")) }
                }),
            step("and found again", [plan("zz-last"), attach("closed", &["zz-last"])]),
            step("and deleted", [attach("closed", &[])]).prune().attaches(1).deletes(1),
        ],
    )
}

/// So many flags have a state, and the last one by key uses a segment.
fn states(count: usize) -> Group {
    let mut fixture = STAGE.to_owned();
    // The stage has two flags with a state in production.
    let flags: String = (0..count - 2).fold(String::new(), |mut all, number| {
        let keys = if number == count - 3 { "[theirs]" } else { "[]" };
        let rule = format!("{{id: only, segment_keys: {keys}, description: Only}}");
        let states = format!("{{production: {{rules: [{rule}]}}}}");
        write!(all, "\n  - {{key: filler-{number:03}, states: {states}}}").expect("a text");
        all
    });
    fixture = fixture.replace("\noptions:", &format!("{flags}\noptions:"));
    let theirs = super::stage::segment_with(
        "theirs",
        &serde_json::json!({"name": "Changed", "rules": [super::stage::rule("plan", "eq", &["gold"])]}),
    );
    group(
        format!("{count} states of flags"),
        fixture,
        [step("a segment that the last one uses", [theirs]).adopt("theirs").adopts(1).refreshes(1)],
    )
}

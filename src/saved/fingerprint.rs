//! What a step was planned on and what it would make of it, in one hash.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::live::{Live, LiveSegment};
use crate::plan::{SegmentRef, Step, Work};

/// The fingerprint of the live object of `step`, and of what the step would make of it.
///
/// Equal fingerprints mean: the same object, unchanged, and the same change to it. None when the
/// step sends nothing.
pub(super) fn fingerprint(step: &Step, live: &Live) -> Option<String> {
    let moved = |id: &String| live.segment(id).map(segment);
    let facts = match &step.work {
        Work::Create { document, mark } => {
            json!({"absent": step.key, "then": [document.identity(), mark.to_string()]})
        }
        Work::Replace { id, document, mark } => {
            json!({"now": moved(id), "then": [document.identity(), mark.to_string()]})
        }
        Work::Delete { id } => json!({"now": moved(id), "then": null}),
        Work::Attach { rule, .. } => {
            let place = [&rule.place.project, &rule.place.flag, &rule.place.environment];
            let now = json!([rule.id, place, rule.segments, rule.not_in, rule.conditions]);
            json!({"now": now, "then": step.after})
        }
        Work::Allocate { segment } => match segment {
            SegmentRef::Live(id) => json!({"now": moved(id), "then": "allocated"}),
            SegmentRef::Made(name) => json!({"absent": name, "then": "allocated"}),
        },
        Work::Refresh { environment, .. } => json!({"then": ["refreshed", environment.id]}),
        Work::Nothing => return None,
    };
    Some(hash(&facts.to_string()))
}

fn segment(segment: &LiveSegment) -> Json {
    let mark = segment.mark.as_ref().map(ToString::to_string);
    json!([segment.id, segment.key, segment.document.identity(), mark])
}

/// The SHA-256 of a text.
pub(super) fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold("sha256:".to_owned(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

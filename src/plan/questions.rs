//! What a first look leaves open: asked only when a step needs to know.

use serde_json::Value as Json;

use super::{Draft, Work};
use crate::live::Questions;

/// What must be known before `draft`, the plan without answers, can be trusted.
///
/// A plan without steps and orphans asks nothing.
pub(super) fn questions(draft: &Draft<'_>) -> Questions {
    let Draft { live, orphans, .. } = draft;
    let mut questions = Questions::default();
    for step in &draft.steps {
        match &step.work {
            Work::Create { document, .. } | Work::Replace { document, .. } => {
                let field = |name: &str| document.document().get(name);
                let known = step.before.as_ref().and_then(|before| before.get("project"));
                let project = field("project").filter(|it| !it.is_null());
                questions.projects |= project.is_some() && project != known;
                let constraints = field("constraints").and_then(Json::as_array);
                questions.legal_values |= constraints.is_some_and(|it| !it.is_empty());
            }
            // A flag that is revived without its segment would match everyone.
            Work::Delete { .. } => questions.archived = true,
            Work::Attach { .. } | Work::Nothing => {}
        }
        if let Work::Replace { id, .. } | Work::Delete { id } = &step.work
            && live.segment(id).is_some_and(|segment| segment.used)
        {
            questions.uses.insert(id.clone());
        }
    }
    let used = orphans.iter().filter(|it| live.segment(&it.id).is_some_and(|it| it.used));
    questions.uses.extend(used.map(|orphan| orphan.id.clone()));
    questions
}

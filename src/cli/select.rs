//! `-l` and `-f`: which documents the steps are narrowed to.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::{Desired, Origin};
use crate::plan::ObjectKind;

/// One condition on labels.
#[derive(Debug, PartialEq, Eq)]
enum Condition {
    Is(String, String),
    IsNot(String, String),
    Has(String),
    HasNot(String),
}

/// Conditions on labels, all of which hold.
#[derive(Debug, Default)]
pub(super) struct Selector {
    conditions: Vec<Condition>,
}

impl Selector {
    /// Reads `team=growth,env!=test,owner,!legacy`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let conditions: Result<_, _> = text.split(',').map(|it| condition(it.trim())).collect();
        Ok(Self { conditions: conditions? })
    }

    fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.conditions.iter().all(|condition| match condition {
            Condition::Is(key, value) => labels.get(key) == Some(value),
            Condition::IsNot(key, value) => labels.get(key) != Some(value),
            Condition::Has(key) => labels.contains_key(key),
            Condition::HasNot(key) => !labels.contains_key(key),
        })
    }
}

fn condition(text: &str) -> Result<Condition, String> {
    let own = |text: &str| text.trim().to_owned();
    let condition = if let Some((key, value)) = text.split_once("!=") {
        Condition::IsNot(own(key), own(value))
    } else if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        Condition::Is(own(key), own(value))
    } else if let Some(key) = text.strip_prefix('!') {
        Condition::HasNot(own(key))
    } else {
        Condition::Has(own(text))
    };
    let (Condition::Is(key, _)
    | Condition::IsNot(key, _)
    | Condition::Has(key)
    | Condition::HasNot(key)) = &condition;
    if key.is_empty() {
        return Err(format!("-l: `{text}` names no label"));
    }
    Ok(condition)
}

/// The documents of `desired` that both `selector` and `paths` let through; none when neither is
/// given.
pub(super) fn selected(
    desired: &Desired,
    selector: Option<&Selector>,
    paths: &[String],
) -> Option<BTreeSet<(ObjectKind, String)>> {
    if selector.is_none() && paths.is_empty() {
        return None;
    }
    let fits = |labels: &BTreeMap<String, String>, origin: &Origin| {
        selector.is_none_or(|it| it.matches(labels))
            && (paths.is_empty() || paths.iter().any(|path| is_under(&origin.file, path)))
    };
    let segments = desired.segments.iter().filter(|(_, it)| fits(&it.labels, &it.origin));
    let attachments = desired.attachments.iter().filter(|(_, it)| fits(&it.labels, &it.origin));
    let segments = segments.map(|(name, _)| (ObjectKind::Segment, name.clone()));
    let attachments = attachments.map(|(name, _)| (ObjectKind::Attachment, name.clone()));
    Some(segments.chain(attachments).collect())
}

/// Whether `file` is `path`, or lies under it.
pub(super) fn is_under(file: &str, path: &str) -> bool {
    path.is_empty()
        || file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Selector, is_under};

    #[test]
    fn all_conditions_hold() {
        let labels = BTreeMap::from([("team".to_owned(), "growth".to_owned())]);
        let fits = |text: &str| Selector::parse(text).unwrap().matches(&labels);
        assert!(fits("team=growth") && fits("team==growth, !legacy") && fits("team,env!=test"));
        assert!(!fits("team=core") && !fits("team!=growth") && !fits("!team") && !fits("team,env"));
        assert!(Selector::parse("team=growth,").is_err() && Selector::parse("=x").is_err());
    }

    #[test]
    fn a_path_is_a_file_or_a_folder() {
        assert!(is_under("a/b.yaml", "a") && is_under("a/b.yaml", "a/b.yaml"));
        assert!(!is_under("ab/c.yaml", "a") && is_under("x", ""));
    }
}

//! What differs between two canonical documents, field by field, as people read it.

use serde_json::{Map, Value as Json};

use super::tree;
use crate::desired::Canonical;
use crate::provider::{Field, Shape};

/// One field that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The JSON pointer of the field: of the document after the change, or before it where the
    /// change removes the place.
    pub path: String,
    /// What becomes of it.
    pub kind: ChangeKind,
}

impl Change {
    /// The change that takes it back; its path stays.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let kind = match self.kind.clone() {
            ChangeKind::Value { from, to } => ChangeKind::Value { from: to, to: from },
            ChangeKind::Set { added, removed, total } => {
                ChangeKind::Set { added: removed, removed: added, total }
            }
        };
        Self { path: self.path.clone(), kind }
    }

    /// Whether there is something afterwards that was not there before.
    pub(super) fn says_something(&self) -> bool {
        match &self.kind {
            ChangeKind::Value { to, .. } => !to.is_null(),
            ChangeKind::Set { added, .. } => !added.is_empty(),
        }
    }
}

/// What becomes of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum ChangeKind {
    /// A value becomes another one; null stands for none.
    Value {
        /// As it is.
        from: Json,
        /// As it will be.
        to: Json,
    },
    /// A set gains and loses texts.
    Set {
        /// What it gains.
        added: Vec<String>,
        /// What it loses.
        removed: Vec<String>,
        /// How many it has before or afterwards, whichever is more.
        total: usize,
    },
}

/// What turns `before` into `after`.
pub(super) fn changes(fields: &[Field], before: &Canonical, after: &Canonical) -> Vec<Change> {
    let mut found = vec![];
    compare(fields, &before.shown_beside(after), &after.shown_beside(before), "", &mut found);
    found
}

fn compare(
    fields: &[Field],
    before: &Map<String, Json>,
    after: &Map<String, Json>,
    path: &str,
    found: &mut Vec<Change>,
) {
    for field in fields {
        let path = format!("{path}/{}", field.name);
        let (before, after) = (&before[field.name], &after[field.name]);
        match field.shape {
            Shape::Set => found.extend(set_change(path, &texts(before), &texts(after))),
            Shape::Objects(fields) => compare_objects(fields, before, after, &path, found),
            Shape::Tree => tree::compare(path, before, after, found),
            Shape::Exact | Shape::Prose | Shape::Flag if before != after => {
                let kind = ChangeKind::Value { from: before.clone(), to: after.clone() };
                found.push(Change { path, kind });
            }
            Shape::Exact | Shape::Prose | Shape::Flag => {}
        }
    }
}

/// The change from one set of texts to another; none when they are equal.
pub(super) fn set_change(path: String, before: &[&str], after: &[&str]) -> Option<Change> {
    let only = |these: &[&str], those: &[&str]| {
        let those: std::collections::HashSet<&str> = those.iter().copied().collect();
        let mut only: Vec<String> =
            these.iter().filter(|it| !those.contains(*it)).map(|&it| it.to_owned()).collect();
        only.sort();
        only
    };
    let (added, removed) = (only(after, before), only(before, after));
    if added.is_empty() && removed.is_empty() {
        return None;
    }
    Some(Change {
        path,
        kind: ChangeKind::Set { added, removed, total: before.len().max(after.len()) },
    })
}

fn texts(value: &Json) -> Vec<&str> {
    value.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Json::as_str).collect()
}

/// An object and its place in its list.
type Placed<'a> = (usize, &'a Map<String, Json>);
type Objects<'a> = Vec<Placed<'a>>;

/// Pairs objects that are equal, then those that differ in one set only, and compares the rest as
/// gone and new.
fn compare_objects(
    fields: &[Field],
    before: &Json,
    after: &Json,
    path: &str,
    found: &mut Vec<Change>,
) {
    let mut gone = objects(before);
    let mut new = objects(after);
    pair_off(&mut gone, &mut new, |a, b| differing(fields, a, b).is_empty());
    let alike = |a: &Map<String, Json>, b: &Map<String, Json>| {
        let name = fields.first().map_or("", |field| field.name);
        let differing = differing(fields, a, b);
        a[name] == b[name] && differing.len() == 1 && matches!(differing[0].shape, Shape::Set)
    };
    let mut changed = pair_off(&mut gone, &mut new, alike);
    changed.sort_by_key(|(_, (at, _))| *at);
    for ((_, before), (at, after)) in changed {
        compare(fields, before, after, &format!("{path}/{at}"), found);
    }
    let whole = |at: usize, from: Json, to: Json| Change {
        path: format!("{path}/{at}"),
        kind: ChangeKind::Value { from, to },
    };
    let object = |it: &Map<String, Json>| Json::Object(it.clone());
    found.extend(gone.into_iter().map(|(at, it)| whole(at, object(it), Json::Null)));
    found.extend(new.into_iter().map(|(at, it)| whole(at, Json::Null, object(it))));
}

fn objects(value: &Json) -> Objects<'_> {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    items.iter().enumerate().filter_map(|(at, it)| Some((at, it.as_object()?))).collect()
}

/// Takes the pairs that fit out of both lists.
fn pair_off<'a>(
    gone: &mut Objects<'a>,
    new: &mut Objects<'a>,
    fits: impl Fn(&Map<String, Json>, &Map<String, Json>) -> bool,
) -> Vec<(Placed<'a>, Placed<'a>)> {
    let mut pairs = vec![];
    gone.retain(|&(at, old)| {
        let Some(partner) = new.iter().position(|(_, new)| fits(old, new)) else {
            return true;
        };
        pairs.push(((at, old), new.remove(partner)));
        false
    });
    pairs
}

/// The fields in which two objects differ.
fn differing<'f>(
    fields: &'f [Field],
    a: &Map<String, Json>,
    b: &Map<String, Json>,
) -> Vec<&'f Field> {
    let differs = |field: &&Field| {
        let mut found = vec![];
        compare(std::slice::from_ref(*field), a, b, "", &mut found);
        !found.is_empty()
    };
    fields.iter().filter(differs).collect()
}

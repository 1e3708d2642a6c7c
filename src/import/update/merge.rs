//! What a document should say, so that it means what is live: as it is, but for what differs.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::desired::Canonical;
use crate::document::VALUE_LISTS;
use crate::edit::alike;
use crate::provider::{Field, Shape};

/// Any JSON in which order means nothing.
static TREE: Field = Field::new("it", Shape::Tree);

/// The values of files of values, by the path that the document gives.
pub(super) type Values = BTreeMap<String, Vec<String>>;

/// Brings what a person wrote to what is live.
#[derive(Debug, Default)]
pub(super) struct Merge {
    /// What the files of values should hold.
    pub(super) values: Values,
}

impl Merge {
    /// `written` as it should be; `from` is what it means in the vendor's words, and `to` what it
    /// should mean.
    pub(super) fn object(
        &mut self,
        fields: &'static [Field],
        written: &Map<String, Json>,
        from: &Map<String, Json>,
        to: &Map<String, Json>,
    ) -> Map<String, Json> {
        let mut out = written.clone();
        for field in fields {
            let (from, to) = (from.get(field.name), to.get(field.name));
            if same(field, from, to) || self.in_file(field, &mut out, to) {
                continue;
            }
            let value = self.field(field, written.get(field.name), from, to);
            place(&mut out, field.name, value, fields.iter().map(|it| it.name));
        }
        out
    }

    /// Whether the list is in a file of its own, of which is noted what it should hold.
    fn in_file(&mut self, field: &Field, out: &mut Map<String, Json>, to: Option<&Json>) -> bool {
        let key = format!("{}From", field.name);
        let Some(path) = out.get(&key).and_then(Json::as_str).map(str::to_owned) else {
            return false;
        };
        if !VALUE_LISTS.contains(&field.name) {
            return false;
        }
        if to.is_none() {
            out.shift_remove(&key);
        } else {
            self.values.insert(path, texts(to));
        }
        true
    }

    fn field(
        &mut self,
        field: &'static Field,
        written: Option<&Json>,
        from: Option<&Json>,
        to: Option<&Json>,
    ) -> Option<Json> {
        let to = to?;
        Some(match (field.shape, written, from) {
            (Shape::Set, Some(Json::Array(written)), _) => set(written, to),
            (Shape::Objects(fields), Some(Json::Array(written)), Some(Json::Array(from))) => {
                self.objects(fields, written, from, to)
            }
            (Shape::Tree, Some(written), Some(from)) => tree(written, from, to),
            (Shape::Prose, Some(Json::String(written)), _) => prose(written, to),
            _ => to.clone(),
        })
    }

    fn objects(
        &mut self,
        fields: &'static [Field],
        written: &[Json],
        from: &[Json],
        to: &Json,
    ) -> Json {
        let to_items = to.as_array().map_or(&[][..], Vec::as_slice);
        let mut each: Vec<&Json> = vec![];
        for item in written {
            if !each.contains(&item) {
                each.push(item);
            }
        }
        // What was written says the same in the same order, each once.
        if each.len() != from.len() {
            return to.clone();
        }
        let identity = |item: &Json| {
            Canonical::new(fields, item.as_object().cloned().unwrap_or_default()).identity()
        };
        let pairs = pairs(from, to_items, identity);
        let mut out = vec![];
        for ((written, from), pair) in each.into_iter().zip(from).zip(&pairs.of) {
            let Some(at) = pair else { continue };
            let objects = (written.as_object(), from.as_object(), to_items[*at].as_object());
            out.push(match objects {
                (Some(written), Some(from), Some(to)) => {
                    Json::Object(self.object(fields, written, from, to))
                }
                _ => to_items[*at].clone(),
            });
        }
        out.extend(pairs.rest.into_iter().map(|at| to_items[at].clone()));
        Json::Array(out)
    }
}

/// Which item becomes which: those that mean the same, then those that have most in common.
struct Pairs {
    of: Vec<Option<usize>>,
    /// The items that nothing becomes.
    rest: Vec<usize>,
}

fn pairs(from: &[Json], to: &[Json], identity: impl Fn(&Json) -> String) -> Pairs {
    let mut rest: Vec<usize> = (0..to.len()).collect();
    let goals: Vec<String> = to.iter().map(&identity).collect();
    let mut of: Vec<Option<usize>> = from
        .iter()
        .map(|item| {
            let item = identity(item);
            let found = rest.iter().position(|at| goals[*at] == item)?;
            Some(rest.remove(found))
        })
        .collect();
    for (at, item) in from.iter().enumerate().filter(|_| !to.is_empty()) {
        if of[at].is_none() {
            let likely =
                rest.iter().enumerate().map(|(place, to_at)| (alike(item, &to[*to_at]), place));
            let best = likely.filter(|it| it.0 > 0).max_by_key(|it| (it.0, usize::MAX - it.1));
            of[at] = best.map(|(_, place)| rest.remove(place));
        }
    }
    Pairs { of, rest }
}

/// Whether two values of a field mean the same.
pub(super) fn same(field: &'static Field, one: Option<&Json>, other: Option<&Json>) -> bool {
    let of = |value: Option<&Json>| {
        let value = value.cloned().map(|it| (field.name.to_owned(), it));
        Canonical::new(std::slice::from_ref(field), value.into_iter().collect())
    };
    one == other || of(one) == of(other)
}

/// A list with the texts of `to`: those that stay keep their place, and new ones go to the end, or
/// to where they belong in a list that is sorted.
pub(super) fn set(written: &[Json], to: &Json) -> Json {
    let goal = texts(Some(to));
    let holds = |text: &str| goal.iter().any(|it| it == text);
    let is_sorted = written.is_sorted_by_key(|it| it.as_str().unwrap_or_default());
    let mut out: Vec<Json> =
        written.iter().filter(|it| it.as_str().is_some_and(holds)).cloned().collect();
    let new: Vec<&String> =
        goal.iter().filter(|text| !written.iter().any(|it| it.as_str() == Some(text))).collect();
    for text in new {
        let at = if is_sorted && !out.is_empty() {
            out.partition_point(|it| it.as_str() < Some(text.as_str()))
        } else {
            out.len()
        };
        out.insert(at, text.clone().into());
    }
    Json::Array(out)
}

fn texts(value: Option<&Json>) -> Vec<String> {
    let items = value.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// A text that ends as the one that was written does.
fn prose(written: &str, to: &Json) -> Json {
    let text = to.as_str().unwrap_or_default().trim_end();
    let end = if written.ends_with('\n') && !text.is_empty() { "\n" } else { "" };
    format!("{text}{end}").into()
}

fn tree(written: &Json, from: &Json, to: &Json) -> Json {
    if same(&TREE, Some(from), Some(to)) {
        return written.clone();
    }
    match (written, from, to) {
        (Json::Object(written), Json::Object(from), Json::Object(to)) => {
            let mut out = written.clone();
            let gone = from.keys().filter(|it| !to.contains_key(*it));
            gone.for_each(|key| drop(out.shift_remove(key)));
            for (key, goal) in to {
                if same(&TREE, from.get(key), Some(goal)) {
                    continue;
                }
                let value = match (written.get(key), from.get(key)) {
                    (Some(written), Some(from)) => tree(written, from, goal),
                    _ => goal.clone(),
                };
                place(&mut out, key, Some(value), to.keys().map(String::as_str));
            }
            Json::Object(out)
        }
        (Json::Array(written), Json::Array(from), Json::Array(to))
            if written.len() == from.len() =>
        {
            let identity = |it: &Json| {
                let item = Map::from_iter([("it".to_owned(), it.clone())]);
                Canonical::new(std::slice::from_ref(&TREE), item).identity()
            };
            let pairs = pairs(from, to, identity);
            let kept = written.iter().zip(from).zip(&pairs.of);
            let kept = kept.filter_map(|((one, from), at)| Some(tree(one, from, &to[(*at)?])));
            let rest = pairs.rest.iter().map(|at| to[*at].clone());
            Json::Array(kept.chain(rest).collect())
        }
        _ => to.clone(),
    }
}

/// Gives a field its value: in its place or, when it is new, behind the one that goes before it in
/// `order`; none takes it away.
pub(super) fn place<'a>(
    out: &mut Map<String, Json>,
    key: &str,
    value: Option<Json>,
    order: impl Iterator<Item = &'a str>,
) {
    let Some(value) = value else {
        out.shift_remove(key);
        return;
    };
    if let Some(known) = out.get_mut(key) {
        *known = value;
        return;
    }
    let before: Vec<&str> = order.take_while(|it| *it != key).collect();
    let last = out.keys().rposition(|it| {
        before.iter().any(|name| it.strip_suffix("From").unwrap_or(it) == *name || it == name)
    });
    out.shift_insert(last.map_or(0, |at| at + 1), key.to_owned(), value);
}

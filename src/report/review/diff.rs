//! What changes of an object, line by line, as a diff shows it.

use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

use crate::plan::{Change, ChangeKind};
use crate::report::text::value::{SHOWN, is_default, one_line, quoted};

/// The most lines of one object; the rest is counted.
const LINES: usize = 60;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It comes.
    Added,
    /// It goes.
    Removed,
    /// It stays, or says where the next ones stand.
    Same,
}

impl Sign {
    /// The character before the line.
    pub(crate) fn character(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '-',
            Self::Same => ' ',
        }
    }
}

/// A line of a diff; its text is as it came, unsafe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) sign: Sign,
    pub(crate) text: String,
}

impl Line {
    fn new(sign: Sign, text: impl Into<String>) -> Self {
        Self { sign, text: text.into() }
    }
}

/// What turns `before` into `after`: `changes` where both are there, else all that there is.
pub(super) fn lines(changes: &[Change], before: Option<&Json>, after: Option<&Json>) -> Vec<Line> {
    let mut lines = match (before, after) {
        (None, Some(after)) => document(Sign::Added, after),
        (Some(before), None) => document(Sign::Removed, before),
        _ => vec![],
    };
    lines.extend(changes.iter().flat_map(|it| change(it, before, after)));
    if lines.len() > LINES {
        let rest = lines.len() - LINES;
        lines.truncate(LINES);
        lines.push(Line::new(Sign::Same, format!("… {rest} more lines")));
    }
    lines
}

/// Every field of a document that comes or goes.
fn document(sign: Sign, document: &Json) -> Vec<Line> {
    let mut lines = vec![];
    for (name, value) in document.as_object().into_iter().flatten() {
        match value {
            Json::Array(items) if items.iter().any(Json::is_object) => {
                lines.push(Line::new(sign, format!("{name}:")));
                lines.extend(items.iter().map(|it| Line::new(sign, format!("  {}", one_line(it)))));
            }
            Json::String(text) if text.contains('\n') => {
                lines.push(Line::new(sign, format!("{name}: |")));
                lines.extend(text.lines().map(|it| Line::new(sign, format!("  {it}"))));
            }
            _ if is_default(value) => {}
            _ => lines.push(Line::new(sign, format!("{name}: {}", one_line(value)))),
        }
    }
    lines
}

fn change(change: &Change, before: Option<&Json>, after: Option<&Json>) -> Vec<Line> {
    let path = &change.path;
    match &change.kind {
        ChangeKind::Set { added, removed, total } => {
            let of = owner(path, after).or_else(|| owner(path, before)).unwrap_or_default();
            let counts = counts(added.len(), removed.len());
            let head = Line::new(Sign::Same, format!("{path}{of}: {counts} of {total} values"));
            let members = members(Sign::Removed, removed).chain(members(Sign::Added, added));
            std::iter::once(head).chain(members).collect()
        }
        ChangeKind::Value { from: Json::String(from), to: Json::String(to) }
            if from.contains('\n') || to.contains('\n') =>
        {
            let mut lines = vec![Line::new(Sign::Same, format!("{path}:"))];
            lines.extend(text(from, to));
            lines
        }
        ChangeKind::Value { from, to } => {
            let line = |sign, value: &Json| {
                (!value.is_null()).then(|| Line::new(sign, format!("{path}: {}", one_line(value))))
            };
            line(Sign::Removed, from).into_iter().chain(line(Sign::Added, to)).collect()
        }
    }
}

/// The object that a set belongs to, such as the constraint whose values change.
fn owner(path: &str, document: Option<&Json>) -> Option<String> {
    let (owner, field) = path.rsplit_once('/')?;
    let mut object = document?.pointer(owner)?.as_object()?.clone();
    object.retain(|name, value| name != field && !is_default(value));
    // At the top stands the whole document, which says nothing of the set.
    (!owner.is_empty() && !object.is_empty())
        .then(|| format!(" of {}", one_line(&Json::Object(object))))
}

fn counts(added: usize, removed: usize) -> String {
    let plus = (added > 0).then(|| format!("+{added}"));
    let minus = (removed > 0).then(|| format!("-{removed}"));
    [plus, minus].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn members(sign: Sign, members: &[String]) -> impl Iterator<Item = Line> {
    let rest = members.len().saturating_sub(SHOWN);
    let more = (rest > 0).then(|| Line::new(sign, format!("  … {rest} more")));
    let shown = members.iter().take(SHOWN);
    shown.map(move |it| Line::new(sign, format!("  {}", quoted(it)))).chain(more)
}

fn text(from: &str, to: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(from, to);
    let line = |change: similar::Change<&str>| {
        let sign = match change.tag() {
            ChangeTag::Delete => Sign::Removed,
            ChangeTag::Insert => Sign::Added,
            ChangeTag::Equal => Sign::Same,
        };
        Line::new(sign, format!("  {}", change.value().trim_end_matches('\n')))
    };
    diff.iter_all_changes().map(line).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text_of(lines: &[Line]) -> String {
        let line = |it: &Line| format!("{} {}\n", it.sign.character(), it.text);
        lines.iter().map(line).collect()
    }

    #[test]
    fn a_set_is_shown_with_what_it_belongs_to() {
        let added: Vec<String> = (0..12).map(|at| format!("user{at:02}")).collect();
        let kind = ChangeKind::Set { added, removed: vec!["a b".to_owned()], total: 20 };
        let change = Change { path: "/constraints/0/values".to_owned(), kind };
        let after = json!({"constraints": [{"contextName": "userId", "values": ["x"]}]});
        let lines = lines(&[change], Some(&after), Some(&after));
        insta::assert_snapshot!(text_of(&lines), @r#"
          /constraints/0/values of {contextName: userId}: +12 -1 of 20 values
        -   "a b"
        +   user00
        +   user01
        +   user02
        +   user03
        +   user04
        +   user05
        +   user06
        +   user07
        +   user08
        +   user09
        +   … 2 more
        "#);
    }

    #[test]
    fn what_comes_is_shown_whole_and_what_is_long_is_counted() {
        let constraints: Vec<Json> = (0..80).map(|at| json!({"at": at, "no": false})).collect();
        let document = json!({"name": "beta", "description": "", "constraints": constraints});
        let lines = lines(&[], None, Some(&document));
        assert_eq!(lines.len(), LINES + 1);
        assert_eq!(text_of(&lines[..3]), "+ name: beta\n+ constraints:\n+   {at: 0}\n");
        assert_eq!(lines[LINES].text, "… 22 more lines");
    }
}

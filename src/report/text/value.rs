//! Values and changes of values, one line each.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};
use similar::TextDiff;

use super::{ADDED, FAINT, REMOVED, styled};
use crate::plan::{Change, ChangeKind};
use crate::report::{judged, safe};

/// How many members of a set are shown before the rest is counted.
pub(in crate::report) const SHOWN: usize = 10;

/// The fields of a document that does not exist yet, or goes.
pub(in crate::report) fn document(document: &Json, indent: &str) -> String {
    let mut out = String::new();
    for (name, value) in document.as_object().into_iter().flatten() {
        match value {
            Json::Array(items) if items.iter().any(Json::is_object) => {
                let _ = writeln!(out, "{indent}{name}");
                for item in items {
                    let _ = writeln!(out, "{indent}  {}", one_line(item));
                }
            }
            _ if is_default(value) => {}
            _ => {
                let _ = writeln!(out, "{indent}{name}: {}", one_line(value));
            }
        }
    }
    out
}

/// What becomes of one field.
pub(in crate::report) fn change(change: &Change, indent: &str) -> String {
    let mut out = String::new();
    let path = safe(&change.path);
    match &change.kind {
        ChangeKind::Set { added, removed, total } => {
            let counts = counts(added.len(), removed.len());
            let _ = writeln!(out, "{indent}{path}: {counts} of {total} values");
            out.push_str(&members('+', added, indent));
            out.push_str(&members('-', removed, indent));
        }
        ChangeKind::Value { from: Json::String(from), to: Json::String(to) }
            if from.contains('\n') || to.contains('\n') =>
        {
            let _ = writeln!(out, "{indent}{path}:");
            out.push_str(&text_diff(from, to, indent));
        }
        ChangeKind::Value { from, to } => {
            let gone = (!from.is_null()).then(|| styled(REMOVED, one_line(from)));
            let new = (!to.is_null()).then(|| styled(ADDED, one_line(to)));
            let _ = match (gone, new) {
                (Some(gone), Some(new)) => writeln!(out, "{indent}{path}: {gone} -> {new}"),
                (Some(gone), None) => writeln!(out, "{indent}{path}: - {gone}"),
                (None, Some(new)) => writeln!(out, "{indent}{path}: + {new}"),
                (None, None) => Ok(()),
            };
        }
    }
    out
}

fn counts(added: usize, removed: usize) -> String {
    let plus = (added > 0).then(|| styled(ADDED, format!("+{added}")));
    let minus = (removed > 0).then(|| styled(REMOVED, format!("-{removed}")));
    [plus, minus].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn members(sign: char, members: &[String], indent: &str) -> String {
    let style = if sign == '+' { ADDED } else { REMOVED };
    let mut out = String::new();
    for member in members.iter().take(SHOWN) {
        let _ = writeln!(out, "{indent}  {}", styled(style, format!("{sign} {}", quoted(member))));
    }
    if members.len() > SHOWN {
        let rest = format!("{sign} {} more", members.len() - SHOWN);
        let _ = writeln!(out, "{indent}  {}", styled(FAINT, rest));
    }
    out
}

fn text_diff(from: &str, to: &str, indent: &str) -> String {
    let mut out = String::new();
    let diff = TextDiff::from_lines(from, to);
    for change in diff.iter_all_changes() {
        let line = safe(change.value().trim_end_matches('\n')).into_owned();
        let line = match change.tag() {
            similar::ChangeTag::Delete => styled(REMOVED, format!("- {line}")),
            similar::ChangeTag::Insert => styled(ADDED, format!("+ {line}")),
            similar::ChangeTag::Equal => format!("  {line}"),
        };
        let _ = writeln!(out, "{indent}  {line}");
    }
    out
}

/// A value on one line, in the manner of YAML, with what is default left out.
pub(in crate::report) fn one_line(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        Json::Array(items) => {
            let shown: Vec<String> = items.iter().take(SHOWN).map(one_line).collect();
            let rest = items.len().saturating_sub(SHOWN);
            let more = if rest > 0 { format!(", … {rest} more") } else { String::new() };
            format!("[{}{more}]", shown.join(", "))
        }
        Json::Object(object) => one_line_object(object),
        _ => value.to_string(),
    }
}

fn one_line_object(object: &Map<String, Json>) -> String {
    let fields: Vec<String> = object
        .iter()
        .filter(|(_, value)| !is_default(value))
        .map(|(name, value)| format!("{name}: {}", one_line(value)))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

pub(in crate::report) fn is_default(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// A text as YAML would have it: bare where nothing in it could be misread.
pub(in crate::report) fn quoted(text: &str) -> String {
    // Of what has to be spelt out some are letters: the fillers of Hangul.
    let is_plain =
        |(it, acts): (char, bool)| !acts && (it.is_alphanumeric() || "-_./@+".contains(it));
    let plain = !text.is_empty()
        && judged(text).all(is_plain)
        && text.parse::<f64>().is_err()
        && !["true", "false", "null"].contains(&text);
    if plain { text.to_owned() } else { format!("\"{}\"", safe(&text.replace('"', "\\\""))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_spelt_out_also_where_it_is_a_letter() {
        let acting = ('\0'..=char::MAX).map(String::from);
        let acting: Vec<String> = acting.filter(|it| judged(it).any(|(_, acts)| acts)).collect();
        assert!(acting.iter().any(|it| it.chars().all(char::is_alphanumeric)));
        for character in acting {
            let shown = quoted(&format!("a{character}"));
            assert!(judged(&shown).all(|(_, acts)| !acts), "{}", character.escape_unicode());
        }
        assert_eq!(quoted("日本語"), "日本語");
    }
}

//! A scalar in the style of another one.

use std::ops::Range;

use granit_parser::ScalarStyle;
use serde_json::Value as Json;

use super::yaml;
use crate::format::tree::{Content, Item};
use crate::format::units::{Edit, Source};

/// `value` in quotes like those of `style`, where that style can hold it.
pub(super) fn styled(value: &Json, style: Option<ScalarStyle>, is_flow: bool) -> String {
    match (value, style) {
        (Json::String(text), Some(ScalarStyle::SingleQuoted)) if is_one_line(text) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        (Json::String(text), Some(ScalarStyle::DoubleQuoted)) => yaml::quoted(text),
        (Json::String(text), _) if !is_flow => {
            yaml::one_line(value, 0).unwrap_or_else(|| yaml::quoted(text))
        }
        _ => yaml::flow(value),
    }
}

fn is_one_line(text: &str) -> bool {
    !text.contains('\n') && !yaml::is_odd(text)
}

/// How an item is quoted, when it is a scalar.
pub(super) fn style_of(item: &Item) -> Option<ScalarStyle> {
    match &item.content {
        Content::Scalar { style, .. } => Some(*style),
        _ => None,
    }
}

/// A text in block style with other lines, under the header that it has; none where that header
/// would make something else of them.
pub(super) fn block(source: &Source<'_>, from: usize, item: &Item, value: &Json) -> Option<Edit> {
    let text = value.as_str()?;
    let head = source.line_end(from);
    let comment = source.comments_in(from..head).first().map_or(head, |it| it.start);
    let header = source.text.get(from..comment)?.trim().trim_start_matches(':').trim();
    let content = match header {
        "|-" => text,
        "|" => text.strip_suffix('\n')?,
        _ => return None,
    };
    let prose = format!("{content}\n.");
    let range: Range<usize> = head..item.range.end;
    if content.is_empty() || !yaml::is_prose(&prose) || range.is_empty() {
        return None;
    }
    let old = &source.text[range.clone()];
    let first = old.lines().find(|it| !it.trim().is_empty())?;
    let indent = &first[..first.len() - first.trim_start_matches(' ').len()];
    let lines = content.split('\n');
    let lines: Vec<String> = lines
        .map(|it| if it.is_empty() { String::new() } else { format!("{indent}{it}") })
        .collect();
    Some(Edit { range, text: lines.join("\n") })
}

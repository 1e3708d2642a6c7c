//! What `ConfigCat`, or its SDKs, would make nothing of. What is sensitive is not quoted.

use std::collections::HashMap;

use semver::Version;

use super::super::comparator::{Takes, is_sensitive, name, takes};
use super::super::{ATTRIBUTE_LENGTH, NAME_LENGTH, VALUE_LENGTH, number};
use super::{BLOCK, COMMA};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Comparator, ConfigCatSegment};
use crate::workspace::SegmentDocument;

/// Says what is wrong with a segment.
pub(super) fn segment(
    document: &SegmentDocument,
    block: Option<&ConfigCatSegment>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(block) = block else { return };
    lengths(document, block, found);
    let missing = [
        ("comparisonAttribute", block.comparison_attribute.is_none()),
        ("comparator", block.comparator.is_none()),
    ];
    for (field, _) in missing.into_iter().filter(|(_, is_missing)| *is_missing) {
        let message = format!("a segment of ConfigCat needs `{field}`");
        found.push(
            Diagnostic::new(Code::MissingField, message)
                .at(document.span_at(BLOCK), "")
                .help("one that is owned elsewhere says `external: true`"),
        );
    }
    let Some(comparator) = block.comparator else { return };
    let check = Check { document, comparator, takes: takes(comparator) };
    check.arity(block, found);
    for (at, value) in block.comparison_values.iter().flatten().enumerate() {
        check.item(at, value, found);
    }
    check.repeats(block, found);
    if let Some(value) = &block.comparison_value {
        check.value(value, found);
    }
    check.length(block, found);
}

/// The schema counts characters and the server UTF-16 units, of which an emoji has two.
fn lengths(document: &SegmentDocument, block: &ConfigCatSegment, found: &mut Vec<Diagnostic>) {
    let name = block.name.as_deref().map(|it| ("name", it, NAME_LENGTH));
    let attribute = block.comparison_attribute.as_deref();
    let attribute = attribute.map(|it| ("comparisonAttribute", it, ATTRIBUTE_LENGTH));
    for (field, text, most) in [name, attribute].into_iter().flatten() {
        let units = text.encode_utf16().count();
        if units > most && text.chars().count() <= most {
            let message = format!("it has {units} UTF-16 units; ConfigCat takes {most}");
            let place = document.span_at(&format!("{BLOCK}/{field}"));
            found.push(Diagnostic::new(Code::BadValue, message).at(place, ""));
        }
    }
}

struct Check<'a> {
    document: &'a SegmentDocument,
    comparator: Comparator,
    takes: Takes,
}

impl Check<'_> {
    fn wrong(&self, code: Code, field: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, message).at(self.document.span_at(&format!("{BLOCK}/{field}")), "")
    }

    /// A value as messages may quote it.
    fn quoted(&self, value: &str) -> String {
        if is_sensitive(self.comparator) { "the value".to_owned() } else { format!("`{value}`") }
    }

    /// A list, or one value: never both, and never the other.
    fn arity(&self, block: &ConfigCatSegment, found: &mut Vec<Diagnostic>) {
        let comparator = name(self.comparator);
        let (wanted, other) = if self.takes.is_list() {
            ("comparisonValues", "comparisonValue")
        } else {
            ("comparisonValue", "comparisonValues")
        };
        let has = |field: &str| match field {
            "comparisonValue" => block.comparison_value.is_some(),
            _ => block.comparison_values.is_some(),
        };
        if has(other) {
            let message = format!("{comparator} compares with `{wanted}`, not with `{other}`");
            found.push(self.wrong(Code::OperatorArity, other, message));
        }
        let is_empty = block.comparison_values.as_ref().is_some_and(Vec::is_empty);
        if !has(wanted) && !has(other) || self.takes.is_list() && is_empty {
            let message = format!("{comparator} needs `{wanted}`");
            let field = if is_empty { wanted } else { "comparator" };
            found.push(self.wrong(Code::OperatorArity, field, message));
        }
    }

    fn item(&self, at: usize, value: &str, found: &mut Vec<Diagnostic>) {
        let field = format!("comparisonValues/{at}");
        let quoted = self.quoted(value);
        if value.contains(COMMA) {
            let message =
                format!("{quoted} holds a comma, which ConfigCat takes for the end of it");
            let wrong = self.wrong(Code::BadValue, &field, message);
            found.push(wrong.help("there is no way to write a comma inside of a value"));
        } else if value.trim().is_empty() {
            let message = "the value is empty, and ConfigCat drops it";
            found.push(self.wrong(Code::BadValue, &field, message));
        } else if value.trim() != value {
            let message = format!("{quoted} has blanks at an end, which ConfigCat cuts off");
            found.push(self.wrong(Code::BadValue, &field, message).help("remove them"));
        } else if self.takes == Takes::Versions {
            found.extend(self.version(&field, value));
        }
    }

    fn version(&self, field: &str, value: &str) -> Option<Diagnostic> {
        let problem = Version::parse(value).err()?;
        let message = format!("`{value}` is not a semantic version: {problem}");
        let wrong = self.wrong(Code::NotASemver, field, message);
        let help = "write it as \"1.2.3\"; with one that is none, SDKs find nobody";
        Some(wrong.help(help))
    }

    fn value(&self, value: &str, found: &mut Vec<Diagnostic>) {
        let field = "comparisonValue";
        match self.takes {
            _ if value.trim().is_empty() => {
                let message = "the value is blank, and ConfigCat takes none that is";
                found.push(self.wrong(Code::BadValue, field, message));
            }
            Takes::Version => found.extend(self.version(field, value)),
            Takes::Number => found.extend(self.number(value)),
            Takes::Text | Takes::Texts | Takes::Versions => {}
        }
    }

    fn number(&self, value: &str) -> Option<Diagnostic> {
        let (message, help) = match number::parse(value).map(number::canonical) {
            Some(canonical) if canonical == value => return None,
            Some(canonical) => {
                let message = format!("`{value}` is not how ConfigCat writes that number");
                (message, format!("write \"{canonical}\""))
            }
            None => {
                let help = "write digits with an optional sign and fraction, such as \"0.5\"";
                (format!("`{value}` is not a number"), help.to_owned())
            }
        };
        Some(self.wrong(Code::NotANumber, "comparisonValue", message).help(help))
    }

    fn repeats(&self, block: &ConfigCatSegment, found: &mut Vec<Diagnostic>) {
        let place = |at: usize| self.document.span_at(&format!("{BLOCK}/comparisonValues/{at}"));
        let mut first = HashMap::new();
        for (at, value) in block.comparison_values.iter().flatten().enumerate() {
            if let Some(before) = first.insert(value, at) {
                found.push(
                    Diagnostic::new(Code::RepeatedValue, "the value stands twice")
                        .at(place(at), "again here")
                        .at(place(before), "first here"),
                );
            }
        }
    }

    /// All values of a list are one text.
    fn length(&self, block: &ConfigCatSegment, found: &mut Vec<Diagnostic>) {
        let units = |text: &String| text.encode_utf16().count();
        let (field, length) = match (&block.comparison_values, &block.comparison_value) {
            (Some(values), _) => {
                let commas = values.len().saturating_sub(1);
                ("comparisonValues", values.iter().map(units).sum::<usize>() + commas)
            }
            (None, Some(value)) => ("comparisonValue", units(value)),
            (None, None) => return,
        };
        if length > VALUE_LENGTH {
            let message = format!(
                "the values are one text of {length} characters; ConfigCat takes {VALUE_LENGTH}"
            );
            let wrong = self.wrong(Code::SegmentTooLarge, field, message);
            found.push(wrong.help("split the segment in two, with a rule for each"));
        }
    }
}

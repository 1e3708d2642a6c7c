//! The operands of one constraint: which values each operator accepts.

use regex::Regex;
use semver::Version;

use super::errors::Refusal;
use super::{dates, numbers};

/// All operators of 8.2.0, in the order in which its error message lists them.
pub(super) const OPERATORS: [&str; 18] = [
    "NOT_IN",
    "IN",
    "STR_ENDS_WITH",
    "STR_STARTS_WITH",
    "STR_CONTAINS",
    "NUM_EQ",
    "NUM_GT",
    "NUM_GTE",
    "NUM_LT",
    "NUM_LTE",
    "DATE_AFTER",
    "DATE_BEFORE",
    "SEMVER_EQ",
    "SEMVER_GT",
    "SEMVER_LT",
    "SEMVER_GTE",
    "SEMVER_LTE",
    "REGEX",
];

/// The largest version number that the server's semver library accepts.
const VERSION_NUMBER_MAX: u64 = (1 << 53) - 1;
const VERSION_LENGTH_MAX: usize = 256;

/// What an operator compares with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    List,
    Number,
    Date,
    Version,
    Pattern,
}

/// The kind of a known operator.
pub(super) fn kind_of(operator: &str) -> Kind {
    match operator.split('_').next() {
        Some("NUM") => Kind::Number,
        Some("DATE") => Kind::Date,
        Some("SEMVER") => Kind::Version,
        Some("REGEX") => Kind::Pattern,
        _ => Kind::List,
    }
}

/// Checks the operands of a constraint.
pub(super) fn check(
    kind: Kind,
    values: &[String],
    value: Option<&str>,
    inverted: bool,
) -> Result<(), Refusal> {
    match (kind, value) {
        (Kind::List, _) if values.is_empty() => {
            Err(Refusal::bad_value("\"value\" must contain at least 1 items. You provided []."))
        }
        (Kind::List, _) => Ok(()),
        (Kind::Pattern, value) => check_pattern(value, inverted),
        (_, None) => {
            Err(Refusal::bad_data("Single-value constraint operators require a non-empty value."))
        }
        (Kind::Number, Some(value)) => match numbers::complaint(value) {
            Some(complaint) => Err(Refusal::bad_value(&complaint)),
            None => Ok(()),
        },
        (Kind::Date, Some(value)) if dates::is_date(value) => Ok(()),
        (Kind::Date, Some(value)) => {
            let shown = serde_json::Value::from(value);
            let complaint = format!("\"value\" must be a valid date. You provided {shown}.");
            Err(Refusal::bad_value(&complaint))
        }
        (Kind::Version, Some(value)) if is_version(value) => Ok(()),
        (Kind::Version, Some(value)) => Err(Refusal::bad_data(&format!(
            "the provided value is not a valid semver format. The value provided was: {value}"
        ))),
    }
}

fn is_version(text: &str) -> bool {
    text.len() <= VERSION_LENGTH_MAX
        && Version::parse(text).is_ok_and(|version| {
            [version.major, version.minor, version.patch].iter().all(|n| *n <= VERSION_NUMBER_MAX)
        })
}

/// The server compiles the pattern with an RE2 clone; the crate `regex` has nearly the same syntax
/// (no look-around, no back-references), but other words for what is wrong.
fn check_pattern(value: Option<&str>, inverted: bool) -> Result<(), Refusal> {
    let Some(value) = value else {
        return Err(Refusal::bad_data("the provided value is not a valid regex string."));
    };
    if let Err(error) = Regex::new(value) {
        return Err(Refusal::bad_data(&format!(
            "the provided value is not a valid regex string. Error: error parsing regexp: {}",
            pattern_complaint(&error.to_string(), value)
        )));
    }
    if inverted {
        return Err(Refusal::bad_data("REGEX operator cannot be inverted."));
    }
    Ok(())
}

/// The words of RE2 for the mistakes that people make, and our own for the rest.
fn pattern_complaint(error: &str, pattern: &str) -> String {
    let reason = error.lines().last().unwrap_or_default();
    let reason = reason.trim_start_matches("error: ");
    match reason {
        "unclosed group" => format!("missing closing ): `{pattern}`"),
        "unopened group" => format!("unexpected ): `{pattern}`"),
        "unclosed character class" => format!("missing closing ]: `{pattern}`"),
        "repetition operator missing expression" => {
            let operator = pattern.chars().find(|c| "*+?".contains(*c));
            let operator = operator.unwrap_or('*');
            format!("missing argument to repetition operator: `{operator}`")
        }
        _ if reason.starts_with("incomplete escape sequence") => {
            "trailing backslash at end of expression".to_owned()
        }
        _ if reason.starts_with("look-around") => {
            "invalid or unsupported Perl syntax: `(?=`".to_owned()
        }
        _ => format!("{reason}: `{pattern}`"),
    }
}

//! Constraints: which operator takes what, and values that no SDK could read.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use chrono::DateTime;
use regex::Regex;
use semver::Version;
use serde_json::{Value as Json, json};

use super::super::VALUE_LENGTH;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Constraint, Node, Operator};

/// What an operator compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    /// Any of several texts.
    Values,
    /// One number.
    Number,
    /// One time.
    Date,
    /// One version.
    Semver,
    /// One expression.
    Regex,
}

fn takes(operator: Operator) -> Takes {
    match operator {
        Operator::In
        | Operator::NotIn
        | Operator::StrEndsWith
        | Operator::StrStartsWith
        | Operator::StrContains => Takes::Values,
        Operator::NumEq
        | Operator::NumGt
        | Operator::NumGte
        | Operator::NumLt
        | Operator::NumLte => Takes::Number,
        Operator::DateAfter | Operator::DateBefore => Takes::Date,
        Operator::SemverEq
        | Operator::SemverGt
        | Operator::SemverLt
        | Operator::SemverGte
        | Operator::SemverLte => Takes::Semver,
        Operator::Regex => Takes::Regex,
    }
}

/// The name of an operator in the API.
pub(super) fn name(operator: Operator) -> &'static str {
    match operator {
        Operator::In => "IN",
        Operator::NotIn => "NOT_IN",
        Operator::StrEndsWith => "STR_ENDS_WITH",
        Operator::StrStartsWith => "STR_STARTS_WITH",
        Operator::StrContains => "STR_CONTAINS",
        Operator::NumEq => "NUM_EQ",
        Operator::NumGt => "NUM_GT",
        Operator::NumGte => "NUM_GTE",
        Operator::NumLt => "NUM_LT",
        Operator::NumLte => "NUM_LTE",
        Operator::DateAfter => "DATE_AFTER",
        Operator::DateBefore => "DATE_BEFORE",
        Operator::SemverEq => "SEMVER_EQ",
        Operator::SemverGt => "SEMVER_GT",
        Operator::SemverLt => "SEMVER_LT",
        Operator::SemverGte => "SEMVER_GTE",
        Operator::SemverLte => "SEMVER_LTE",
        Operator::Regex => "REGEX",
    }
}

/// The first server that knows the operator of this name, where not all of them do.
pub(in crate::provider::unleash) fn since(operator: &str) -> Option<Version> {
    match operator {
        "REGEX" => Some(Version::new(7, 4, 2)),
        "SEMVER_GTE" | "SEMVER_LTE" => Some(Version::new(8, 0, 3)),
        _ => None,
    }
}

/// The constraint as the API has it.
pub(super) fn to_json(constraint: &Constraint) -> Json {
    json!({
        "contextName": constraint.context_name,
        "operator": name(constraint.operator),
        "values": constraint.values,
        "value": constraint.value,
        "inverted": constraint.inverted,
        "caseInsensitive": constraint.case_insensitive,
    })
}

/// Says what is wrong with one constraint, which stands at `pointer` in `node`.
pub(super) fn check(
    constraint: &Constraint,
    node: &Node,
    pointer: &str,
    found: &mut Vec<Diagnostic>,
) {
    let takes = takes(constraint.operator);
    check_arity(constraint, takes, node, pointer, found);
    if takes == Takes::Values {
        check_values(constraint, node, pointer, found);
    } else if let Some(value) = &constraint.value {
        let place = node.span_at(&format!("{pointer}/value"));
        found.extend(check_value(takes, value).map(|it| it.at(place, "")));
    }
    let operator = name(constraint.operator);
    if constraint.inverted && takes == Takes::Regex {
        found.push(
            Diagnostic::new(Code::BadRegex, "Unleash does not invert REGEX")
                .at(node.span_at(&format!("{pointer}/inverted")), "")
                .help("say the opposite in the expression, or use STR_CONTAINS"),
        );
    } else if constraint.inverted && constraint.operator != Operator::NotIn {
        let message =
            format!("users without `{}` satisfy this inverted {operator}", constraint.context_name);
        found.push(
            Diagnostic::new(Code::MatchesWhenMissing, message)
                .at(node.span_at(&format!("{pointer}/inverted")), "turned round last"),
        );
    }
    let honours_case = operator.starts_with("STR_") || takes == Takes::Regex;
    if constraint.case_insensitive && !honours_case {
        found.push(
            Diagnostic::new(
                Code::CaseInsensitiveIgnored,
                format!("{operator} ignores `caseInsensitive`"),
            )
            .at(node.span_at(&format!("{pointer}/caseInsensitive")), "the SDKs ignore it"),
        );
    }
}

fn check_arity(
    constraint: &Constraint,
    takes: Takes,
    node: &Node,
    pointer: &str,
    found: &mut Vec<Diagnostic>,
) {
    let operator = name(constraint.operator);
    let values = constraint.values.as_ref().map_or(0, Vec::len);
    let here = |field: &str| node.span_at(&format!("{pointer}/{field}"));
    let wrong = |message: String, field: &str| {
        Diagnostic::new(Code::OperatorArity, message).at(here(field), "")
    };
    if takes == Takes::Values {
        if values == 0 {
            let message = format!("{operator} needs at least one of `values`");
            let field = if constraint.values.is_some() { "values" } else { "operator" };
            found.push(wrong(message, field).help("without values it would match nobody"));
        }
        if constraint.value.is_some() {
            let message = format!("{operator} compares with `values` and ignores `value`");
            found.push(wrong(message, "value").help("put it into `values`"));
        }
    } else {
        if constraint.value.is_none() {
            let message = format!("{operator} needs a `value`");
            found.push(wrong(message, "operator").help("one text: `value: \"…\"`"));
        }
        if values > 0 {
            let message = format!("{operator} compares with `value` and ignores `values`");
            found.push(wrong(message, "values"));
        }
    }
}

fn check_values(constraint: &Constraint, node: &Node, pointer: &str, found: &mut Vec<Diagnostic>) {
    for (at, value) in constraint.values.iter().flatten().enumerate() {
        // The schema counts characters and the server UTF-16 units, of which an emoji has two.
        let units = || value.encode_utf16().count();
        if value.len() > VALUE_LENGTH
            && units() > VALUE_LENGTH
            && value.chars().count() <= VALUE_LENGTH
        {
            let units = units();
            let message =
                format!("the value has {units} UTF-16 units; Unleash takes {VALUE_LENGTH}");
            let place = node.span_at(&format!("{pointer}/values/{at}"));
            found.push(Diagnostic::new(Code::BadValue, message).at(place, ""));
        }
    }
    check_repeats(constraint, node, pointer, found);
}

fn check_repeats(constraint: &Constraint, node: &Node, pointer: &str, found: &mut Vec<Diagnostic>) {
    let mut sorted: Vec<&String> = constraint.values.iter().flatten().collect();
    sorted.sort_unstable();
    if sorted.windows(2).all(|pair| pair[0] != pair[1]) {
        return;
    }
    let place = |at: usize| node.span_at(&format!("{pointer}/values/{at}"));
    let mut first = HashMap::new();
    for (at, value) in constraint.values.iter().flatten().enumerate() {
        if let Some(before) = first.insert(value, at) {
            found.push(
                Diagnostic::new(Code::RepeatedValue, "the value stands twice")
                    .at(place(at), "again here")
                    .at(place(before), "first here"),
            );
        }
    }
}

fn check_value(takes: Takes, value: &str) -> Option<Diagnostic> {
    match takes {
        Takes::Values => None,
        Takes::Number => check_number(value),
        Takes::Date => check_date(value),
        Takes::Semver => check_semver(value),
        Takes::Regex => check_regex(value),
    }
}

/// What the server takes, an SDK can compile, and both read as the same number.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[+-]?\d+(\.\d*)?$").ok());
/// A full time with its zone, the fraction absent or of three digits.
static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?(Z|[+-]\d\d:\d\d)$").ok()
});

fn fits(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// The largest whole number that a double holds exactly: 2^53 - 1.
const SAFE: f64 = 9_007_199_254_740_991.0;

fn check_number(value: &str) -> Option<Diagnostic> {
    let wrong = |message: String| Some(Diagnostic::new(Code::NotANumber, message));
    if !fits(&NUMBER, value) {
        return wrong(format!("`{value}` is not a number that every SDK reads"))
            .map(|it| it.help("write digits with an optional sign and fraction, such as \"0.5\""));
    }
    match value.parse::<f64>() {
        Ok(number) if number.abs() <= SAFE => None,
        _ => wrong(format!("`{value}` is past 2^53, where numbers lose digits")),
    }
}

fn check_date(value: &str) -> Option<Diagnostic> {
    if fits(&DATE, value) && DateTime::parse_from_rfc3339(value).is_ok() {
        return None;
    }
    let message = format!("`{value}` is not a full time with a zone");
    let help = "write it as \"2024-01-31T10:00:00Z\"; no SDK compiles anything less";
    Some(Diagnostic::new(Code::NotADate, message).help(help))
}

fn check_semver(value: &str) -> Option<Diagnostic> {
    let problem = Version::parse(value).err()?;
    let message = format!("`{value}` is not a semantic version: {problem}");
    Some(Diagnostic::new(Code::NotASemver, message).help("write it as \"1.2.3\""))
}

fn check_regex(value: &str) -> Option<Diagnostic> {
    let problem = Regex::new(value).err()?;
    let reason = problem.to_string();
    let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
    let message = format!("the expression does not compile: {reason}");
    let help = "RE2 syntax: no look-around and no back-references";
    Some(Diagnostic::new(Code::BadRegex, message).help(help))
}

/// Says what is wrong with the constraints together: fields whose lists leave nothing over.
pub(super) fn check_together(
    constraints: &[Constraint],
    node: &Node,
    block: &str,
    found: &mut Vec<Diagnostic>,
) {
    let of_lists = [Operator::In, Operator::NotIn];
    let mut by_field: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, constraint) in constraints.iter().enumerate() {
        if of_lists.contains(&constraint.operator) && !constraint.inverted {
            by_field.entry(&constraint.context_name).or_default().push(at);
        }
    }
    // A list alone leaves itself over.
    for (field, places) in by_field.into_iter().filter(|(_, places)| places.len() > 1) {
        let is_in = |at: &usize| constraints[*at].operator == Operator::In;
        let (includes, excludes): (Vec<usize>, Vec<usize>) = places.into_iter().partition(is_in);
        let Some(&first) = includes.first() else { continue };
        let values = |at: usize| constraints[at].values.iter().flatten().map(String::as_str);
        let mut left: HashSet<&str> = values(first).collect();
        let has_values = !left.is_empty();
        for at in &includes[1..] {
            let values: HashSet<&str> = values(*at).collect();
            left.retain(|value| values.contains(value));
        }
        for value in excludes.into_iter().flat_map(values) {
            left.remove(value);
        }
        if left.is_empty() && has_values {
            let message = format!("no `{field}` can satisfy all constraints at once");
            let place = node.span_at(&format!("{block}/constraints/{first}"));
            found
                .push(Diagnostic::new(Code::NeverMatches, message).at(place, "leaves nobody over"));
        }
    }
}

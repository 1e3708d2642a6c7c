//! Errors of the JSON schema validator, said so that the writer of the YAML knows what to write.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value as Json;

use super::schema::properties_at;
use super::{Node, Value};
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::source::Span;

/// Adds what `error` says about `node` to `diagnostics`.
pub(super) fn describe<'a>(
    error: &ValidationError<'_>,
    schema: &Json,
    node: &Node,
    source: &dyn Fn(Span) -> &'a str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let pointer = error.instance_path().as_str();
    let span = node.span_at(pointer);
    let schema_path = error.schema_path().as_str();
    let parent = schema_path.rsplit_once('/').map_or("", |(parent, _)| parent);
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            let known = properties_at(schema, parent);
            let object = node.at(pointer).unwrap_or(node);
            let fields = unexpected.iter();
            diagnostics.extend(fields.map(|name| unknown_field(name, object, &known)));
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            diagnostics.push(missing_field(name, pointer, span, schema.pointer(parent)));
        }
        Kind::Type { kind } => diagnostics.push(wrong_type(kind, pointer, node, span, source)),
        Kind::OneOfNotValid { .. } => {
            diagnostics.push(not_one_of(&constants(schema, schema_path), pointer, node, span));
        }
        Kind::Enum { options } => {
            let options = options.as_array().map_or(&[][..], Vec::as_slice);
            diagnostics.push(not_one_of(options, pointer, node, span));
        }
        Kind::Constant { expected_value } => {
            let expected = [(**expected_value).clone()];
            diagnostics.push(not_one_of(&expected, pointer, node, span));
        }
        _ => diagnostics.push(bad_value(error, pointer, span, schema.pointer(parent))),
    }
}

fn unknown_field(name: &str, object: &Node, known: &[&str]) -> Diagnostic {
    let span = object.entry(name).map_or(object.span, |entry| entry.key_span);
    let unused = known.iter().copied().filter(|known| object.entry(known).is_none());
    let diagnostic = Diagnostic::new(Code::UnknownField, format!("unknown field `{name}`"));
    match did_you_mean(name, unused) {
        Some(meant) => diagnostic.at(span, format!("did you mean `{meant}`?")).fix(
            format!("write `{meant}`"),
            span,
            meant,
        ),
        None => diagnostic.at(span, "not known here").help(format!("known here: {}", list(known))),
    }
}

fn missing_field(name: &str, pointer: &str, span: Span, schema: Option<&Json>) -> Diagnostic {
    let message = format!("the field `{name}` is missing{}", within(pointer));
    let diagnostic =
        Diagnostic::new(Code::MissingField, message).at(span, format!("no `{name}` here"));
    let property = schema.and_then(|it| it.pointer(&format!("/properties/{name}")));
    match property.and_then(|it| it.get("description")).and_then(Json::as_str) {
        Some(description) => diagnostic.help(format!("`{name}`: {}", one_line(description))),
        None => diagnostic,
    }
}

fn wrong_type<'a>(
    wanted: &TypeKind,
    pointer: &str,
    node: &Node,
    span: Span,
    source: &dyn Fn(Span) -> &'a str,
) -> Diagnostic {
    let wanted: Vec<String> = match wanted {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(set) => set.iter().map(|one| one.to_string()).collect(),
    };
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).filter(|it| *it != "null").collect();
    let found = node.at(pointer);
    let found_name = found.map_or("something else", Node::kind_name);
    let names: Vec<&str> = wanted.iter().map(|it| type_name(it)).collect();
    let message =
        format!("{} must be {}, and this is {found_name}", field(pointer), names.join(" or "));
    let diagnostic = Diagnostic::new(Code::WrongType, message).at(span, found_name);
    let scalar =
        matches!(found.map(|it| &it.value), Some(Value::Number(_) | Value::Bool(_) | Value::Null));
    if wanted.contains(&"string") && scalar && !source(span).is_empty() {
        let text = source(span);
        return diagnostic.help("YAML reads it without quotes as something else").fix(
            "quote it",
            span,
            format!("\"{text}\""),
        );
    }
    if wanted.contains(&"boolean") {
        let yes = found
            .and_then(Node::as_str)
            .is_some_and(|it| ["yes", "on", "y", "true"].contains(&it.to_lowercase().as_str()));
        return diagnostic.help(format!("write `{yes}` without quotes, or `{}`", !yes));
    }
    if wanted.contains(&"array") && found.is_some_and(|it| !it.is_container()) {
        return diagnostic.fix("make it a list", span, format!("[{}]", source(span)));
    }
    diagnostic
}

fn not_one_of(options: &[Json], pointer: &str, node: &Node, span: Span) -> Diagnostic {
    let known: Vec<&str> = options.iter().filter_map(Json::as_str).collect();
    let found = node.at(pointer);
    let given = found.and_then(Node::as_str);
    let shown = given.map_or_else(
        || found.map_or("it", Node::kind_name).to_owned(),
        |given| format!("`{given}`"),
    );
    let message = format!("{} cannot be {shown}", field(pointer));
    let diagnostic = Diagnostic::new(Code::BadValue, message);
    let diagnostic = match given.and_then(|given| did_you_mean(given, known.iter().copied())) {
        Some(meant) => diagnostic.at(span, format!("did you mean `{meant}`?")).fix(
            format!("write `{meant}`"),
            span,
            meant,
        ),
        None => diagnostic.at(span, "not one of the known values"),
    };
    diagnostic.help(format!("it can be {}", list(&known)))
}

fn bad_value(
    error: &ValidationError<'_>,
    pointer: &str,
    span: Span,
    schema: Option<&Json>,
) -> Diagnostic {
    let field = field(pointer);
    let message = match error.kind() {
        Kind::MinLength { .. } | Kind::MinProperties { .. } => format!("{field} is empty"),
        Kind::MaxLength { limit } => format!("{field} is longer than {limit} characters"),
        Kind::MinItems { limit } => format!("{field} needs at least {limit}"),
        Kind::Minimum { limit } => format!("{field} must be at least {limit}"),
        Kind::Maximum { limit } => format!("{field} must be at most {limit}"),
        Kind::MaxProperties { .. } => format!("{field} says more than one thing"),
        Kind::Pattern { pattern } => format!("{field} does not fit `{pattern}`"),
        _ => format!("{field} is not valid: {error}"),
    };
    let diagnostic = Diagnostic::new(Code::BadValue, message).at(span, "");
    let description = schema.and_then(|it| it.get("description")).and_then(Json::as_str);
    match description {
        Some(description) => diagnostic.help(one_line(description)),
        None => diagnostic,
    }
}

/// The constants that a `oneOf` of documented constants allows.
fn constants(schema: &Json, path: &str) -> Vec<Json> {
    let cases = schema.pointer(path).and_then(Json::as_array);
    cases.map_or(vec![], |cases| {
        cases
            .iter()
            .flat_map(|case| match (case.get("const"), case.get("enum")) {
                (Some(constant), _) => vec![constant.clone()],
                (None, Some(several)) => several.as_array().cloned().unwrap_or_default(),
                (None, None) => vec![],
            })
            .collect()
    })
}

/// The last name in a pointer, as the subject of a sentence.
fn field(pointer: &str) -> String {
    let mut parts = pointer.rsplit('/').filter(|part| !part.is_empty());
    match parts.next() {
        None => "the document".to_owned(),
        Some(last) if last.bytes().all(|byte| byte.is_ascii_digit()) => {
            let list = parts.next().unwrap_or("the list");
            format!("each of `{list}`")
        }
        Some(last) => format!("`{last}`"),
    }
}

fn within(pointer: &str) -> String {
    let path: Vec<&str> = pointer.split('/').filter(|part| !part.is_empty()).collect();
    if path.is_empty() { String::new() } else { format!(" in `{}`", path.join(".")) }
}

fn type_name(json_type: &str) -> &'static str {
    match json_type {
        "string" => "a text",
        "boolean" => "a boolean",
        "array" => "a list",
        "object" => "a mapping",
        "integer" => "a whole number",
        "number" => "a number",
        _ => "nothing",
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

//! What a document says of itself before its schema is known: version, kind, name.

use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::document::{Kind, Node, Value};

/// The version of the document format.
const API_VERSION: &str = "segctl.dev/v1";

/// The kind of `node` or, when it has none that exists, why not.
pub(super) fn kind_of(node: &Node) -> Result<Kind, Diagnostic> {
    let wrong = |message: String, at: &str| {
        Diagnostic::new(Code::UnknownKind, message).at(node.span_at(at), "")
    };
    if !matches!(node.value, Value::Map(_)) {
        let message = format!("a document is a mapping, and this is {}", node.kind_name());
        return Err(wrong(message, ""));
    }
    let names = "it can be `Segment` or `Attachment`; a `Workspace` stands in segctl.yaml";
    let Some(kind) = node.get("kind") else {
        return Err(wrong("the document says no `kind`".to_owned(), "").help(names));
    };
    let given = kind.as_str().unwrap_or_default();
    let Some(kind) = Kind::of_name(given) else {
        let known = Kind::ALL.map(Kind::name);
        let diagnostic = wrong(format!("there is no kind `{given}`"), "/kind").help(names);
        return Err(match did_you_mean(given, known) {
            Some(meant) => diagnostic.fix(format!("write `{meant}`"), kind.span, meant),
            None => diagnostic,
        });
    };
    match node.get("apiVersion") {
        Some(version) if version.as_str() == Some(API_VERSION) => Ok(kind),
        Some(version) => Err(wrong(
            "this version of the format does not exist".to_owned(),
            "/apiVersion",
        )
        .fix("write the one that does", version.span, API_VERSION)),
        None => Err(
            wrong("the document says no `apiVersion`".to_owned(), "").help(format!(
                "write `apiVersion: {API_VERSION}` as its first line"
            )),
        ),
    }
}

/// The name of a document, when it has one.
pub(super) fn name_of(node: &Node) -> Option<&str> {
    node.at("/metadata/name").and_then(Node::as_str)
}

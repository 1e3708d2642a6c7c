//! What a document says of itself before its schema is known: version, kind, name.

use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::document::{Kind, Node, Value};

/// The version of the document format.
const API_VERSION: &str = "segctl.dev/v1";
/// What there is to choose from.
const KINDS: &str = "it can be `Segment` or `Attachment`; a `Workspace` stands in segctl.yaml";

/// The kind of `node` or, when it has none that exists, why not.
pub(super) fn kind_of(node: &Node) -> Result<Kind, Box<Diagnostic>> {
    if !matches!(node.value, Value::Map(_)) {
        let message = format!("a document is a mapping, and this is {}", node.kind_name());
        return Err(wrong(node, "", message).into());
    }
    let Some(kind) = node.get("kind") else {
        let unsaid = "the document says no `kind`".to_owned();
        return Err(wrong(node, "", unsaid).help(KINDS).into());
    };
    let given = kind.as_str().unwrap_or_default();
    let Some(known) = Kind::of_name(given) else {
        let unknown = wrong(node, "/kind", format!("there is no kind `{given}`")).help(KINDS);
        return Err(Box::new(match did_you_mean(given, Kind::ALL.map(Kind::name)) {
            Some(meant) => unknown.fix(format!("write `{meant}`"), kind.span, meant),
            None => unknown,
        }));
    };
    match node.get("apiVersion") {
        Some(version) if version.as_str() == Some(API_VERSION) => Ok(known),
        Some(version) => {
            let other = "this version of the format does not exist".to_owned();
            let other = wrong(node, "/apiVersion", other);
            Err(other.fix("write the one that does", version.span, API_VERSION).into())
        }
        None => {
            let unsaid = wrong(node, "", "the document says no `apiVersion`".to_owned());
            Err(unsaid.help(format!("write `apiVersion: {API_VERSION}` as its first line")).into())
        }
    }
}

fn wrong(node: &Node, at: &str, message: String) -> Diagnostic {
    Diagnostic::new(Code::UnknownKind, message).at(node.span_at(at), "")
}

/// The name of a document, when it has one.
pub(super) fn name_of(node: &Node) -> Option<&str> {
    node.at("/metadata/name").and_then(Node::as_str)
}

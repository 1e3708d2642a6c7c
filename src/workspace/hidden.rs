//! Places of documents that nobody is to see: what a vendor's table of fields hides.

use crate::document::{Node, Provider, Value};
use crate::provider::{self, Field};
use crate::source::Span;

/// What an excerpt of a document must not show, and the files of values that are hidden as a whole,
/// as they are written.
#[derive(Debug, Default)]
pub(crate) struct Hidden {
    pub(crate) places: Vec<Span>,
    pub(crate) files: Vec<String>,
}

/// What is hidden in a document: where it is hidden once, it is in every `perTarget` too.
pub(crate) fn hidden(document: &Node) -> Hidden {
    let mut hidden = Hidden::default();
    for field in Provider::ALL.iter().flat_map(|it| provider::segment_fields(*it)) {
        if hides(field, document) {
            collect(field.name, document, &mut hidden);
        }
    }
    hidden
}

/// Whether any mapping hides the field.
fn hides(field: &Field, node: &Node) -> bool {
    let Some(when) = field.hidden else { return false };
    let own = node.get(when.field).and_then(Node::as_str);
    own.is_some_and(|text| text.starts_with(when.begins))
        || node.entries().iter().any(|entry| hides(field, &entry.node))
        || node.items().iter().any(|item| hides(field, item))
}

fn collect(name: &str, node: &Node, hidden: &mut Hidden) {
    for entry in node.entries() {
        if entry.key == name {
            leaves(&entry.node, &mut hidden.places);
        } else if entry.key.strip_suffix("From") == Some(name) {
            hidden.files.extend(entry.node.as_str().map(str::to_owned));
        } else {
            collect(name, &entry.node, hidden);
        }
    }
    node.items().iter().for_each(|item| collect(name, item, hidden));
}

fn leaves(node: &Node, places: &mut Vec<Span>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|it| leaves(it, places)),
        Value::Map(entries) => entries.iter().for_each(|it| leaves(&it.node, places)),
        _ => places.push(node.span),
    }
}

#[cfg(test)]
mod tests {
    use super::hidden;
    use crate::document::parse;
    use crate::source::Files;

    #[test]
    fn what_is_sensitive_is_masked_wherever_it_stands() {
        let text = "a: {comparator: sensitiveIsOneOf, comparisonValues: [ada, grace], x: [kept]}\n\
                    b: {comparisonValuesFrom: ids.txt}\nc: [{comparisonValues: [lin]}]\n";
        let mut files = Files::default();
        let file = files.add("a.yaml", text);
        let nodes = parse(file, text, &mut vec![]);
        let found = hidden(&nodes[0]);
        assert_eq!(found.files, ["ids.txt"]);
        let said: Vec<&str> = found.places.iter().map(|it| &text[it.range()]).collect();
        assert_eq!(said, ["ada", "grace", "lin"]);
        let plain = text.replace("sensitiveIsOneOf", "isOneOf");
        let nodes = parse(file, &plain, &mut vec![]);
        assert!(hidden(&nodes[0]).places.is_empty());
    }
}

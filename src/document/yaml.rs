//! Text to spanned nodes: anchors, merge keys and many documents in one file, with limits.

use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Tag};

use super::scalar;
use super::{Entry, Node, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Files, Span};

/// The most nodes one file may hold once its aliases are followed.
///
/// A few lines of nested aliases can mean billions of nodes; this many is far above any document.
const MAX_NODES: usize = 500_000;

/// Reads every YAML document of a file.
///
/// What could be read before a mistake in the syntax is kept. Documents without content between
/// two `---` are left out; a file with no content at all is a mistake.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let mut builder = Builder::new(file);
    let mut options = Options::default();
    options.set_emit_comments(false);
    for event in Parser::new_from_str_with_options(text, options) {
        let result = match event {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or_default();
                builder.event(event, builder.span(range.start, range.end))
            }
            Err(error) => Err(Box::new(syntax_error(file, text, &error))),
        };
        if let Err(diagnostic) = result {
            diagnostics.push(*diagnostic);
            return builder.documents;
        }
    }
    let clean = builder.diagnostics.is_empty();
    diagnostics.append(&mut builder.diagnostics);
    if builder.documents.is_empty() && clean {
        let empty = Diagnostic::new(Code::EmptyFile, "the file holds no document");
        diagnostics.push(
            empty
                .at(Files::start_of(file), "nothing here")
                .help("write a document, or remove the file"),
        );
    }
    builder.documents
}

fn syntax_error(file: FileId, text: &str, error: &ScanError) -> Diagnostic {
    let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let indent = &line[..line.len() - line.trim_start().len()];
    let here = |start: usize, end: usize| Span::new(file, start..end);
    if let Some(tab) = indent.find('\t') {
        let start = line_start + tab;
        return Diagnostic::new(Code::Tab, "a tab where YAML wants spaces")
            .at(here(start, start + 1), "this is a tab")
            .help("YAML forbids tabs in indentation: write two spaces")
            .fix("replace the tab", here(start, start + 1), "  ");
    }
    let next = text[at..].chars().next().map_or(0, char::len_utf8);
    Diagnostic::new(Code::Syntax, format!("this is not YAML: {}", error.info()))
        .at(here(at, at + next), "")
        .help("nothing after this point of the file was read")
}

type Step = Result<(), Box<Diagnostic>>;

/// Turns parser events into nodes, without recursion.
struct Builder {
    file: FileId,
    documents: Vec<Node>,
    open: Vec<Open>,
    /// The items so far of every list that is open, the innermost last. So each list is made once,
    /// and no larger than it is.
    items: Vec<Node>,
    /// The entries so far of every mapping that is open, likewise.
    entries: Vec<Entry>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    diagnostics: Vec<Diagnostic>,
}

/// A container whose end has not come yet.
struct Open {
    start: Span,
    anchor: usize,
    nodes_before: usize,
    content: Content,
}

enum Content {
    /// Its items stand in [`Builder::items`] from this place on.
    List(usize),
    Map(OpenMap),
}

/// What a key of a mapping is.
enum Key {
    /// A text.
    Text(String),
    /// `<<`.
    Merge,
    /// Something that cannot be a key, which has been said; its value is left out.
    Wrong,
}

/// A mapping whose end has not come yet.
struct OpenMap {
    /// Its entries stand in [`Builder::entries`] from this place on.
    first: usize,
    /// The values of `<<`.
    merges: Vec<Node>,
    /// A key whose value has not come yet, and its place.
    key: Option<(Key, Span)>,
}

impl OpenMap {
    /// Takes the next node, which is a key or the value of one; says what is wrong with it.
    fn place(
        &mut self,
        entries: &mut Vec<Entry>,
        node: Node,
        used_at: Span,
        plain: bool,
    ) -> Option<Diagnostic> {
        let Some((key, key_span)) = self.key.take() else {
            let (key, wrong) = match text_of_key(&node) {
                Some(text) if plain && text == "<<" => (Key::Merge, None),
                Some(text) => (Key::Text(text), None),
                None => {
                    let message = format!("a key must be a text, and this is {}", node.kind_name());
                    let wrong = Diagnostic::new(Code::BadKey, message).at(used_at, "used as a key");
                    (Key::Wrong, Some(wrong))
                }
            };
            self.key = Some((key, used_at));
            return wrong;
        };
        let key = match key {
            Key::Text(key) => key,
            Key::Merge => {
                self.merges.push(node);
                return None;
            }
            Key::Wrong => return None,
        };
        let mut own = entries[self.first..].iter();
        let first = own.find(|entry| entry.key == key).map(|entry| entry.key_span);
        let Some(first) = first else {
            entries.push(Entry { key, key_span, node });
            return None;
        };
        let twice = Diagnostic::new(Code::DuplicateKey, format!("the key `{key}` stands twice"));
        let twice = twice.at(key_span, "and again here").at(first, "first here");
        Some(twice.help("keep one of them; YAML would silently take the last"))
    }
}

impl Builder {
    fn new(file: FileId) -> Self {
        Self {
            file,
            documents: vec![],
            open: vec![],
            items: vec![],
            entries: vec![],
            anchors: HashMap::new(),
            nodes: 0,
            diagnostics: vec![],
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start..end)
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Step {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = self.scalar(&text, style, tag.as_deref(), span);
                let node = Node { span, value };
                self.remember(anchor, &node, 1);
                self.place(node, 1, span, style == ScalarStyle::Plain)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_custom_tag(tag.as_deref(), span);
                self.start(span, anchor, Content::List(self.items.len()));
                Ok(())
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_custom_tag(tag.as_deref(), span);
                let first = self.entries.len();
                let content = Content::Map(OpenMap { first, merges: vec![], key: None });
                self.start(span, anchor, content);
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(id) => match self.anchors.get(&id).cloned() {
                Some((node, size)) => self.place(node, size, span, false),
                None => Err(Box::new(
                    Diagnostic::new(Code::Syntax, "the alias stands inside its own anchor")
                        .at(span, "refers to itself"),
                )),
            },
            _ => Ok(()),
        }
    }

    fn start(&mut self, start: Span, anchor: usize, content: Content) {
        self.open.push(Open { start, anchor, nodes_before: self.nodes, content });
    }

    fn end(&mut self, end: Span) -> Step {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let span = Span { end: end.end.max(open.start.end), ..open.start };
        let value = match open.content {
            Content::List(first) => Value::List(self.items.drain(first..).collect()),
            Content::Map(map) => {
                let entries = self.entries.drain(map.first..).collect();
                Value::Map(self.merge(entries, &map.merges))
            }
        };
        let node = Node { span, value };
        let size = self.nodes - open.nodes_before + 1;
        self.remember(open.anchor, &node, size);
        self.place(node, 1, open.start, false)
    }

    fn remember(&mut self, anchor: usize, node: &Node, size: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
    }

    /// Puts a finished node where it belongs; `size` is how many nodes it adds.
    fn place(&mut self, node: Node, size: usize, used_at: Span, plain: bool) -> Step {
        self.nodes += size;
        if self.nodes > MAX_NODES {
            let message = format!("the file means more than {MAX_NODES} nodes");
            return Err(Box::new(
                Diagnostic::new(Code::TooManyNodes, message)
                    .at(used_at, "the limit is passed here")
                    .help("aliases of aliases multiply; write the values out, or split the file"),
            ));
        }
        let content = self.open.last_mut().map(|open| &mut open.content);
        match content {
            None if matches!(node.value, Value::Null) => {}
            None => self.documents.push(node),
            Some(Content::List(_)) => self.items.push(node),
            Some(Content::Map(map)) => {
                if let Some(diagnostic) = map.place(&mut self.entries, node, used_at, plain) {
                    self.diagnostics.push(diagnostic);
                }
            }
        }
        Ok(())
    }

    /// Adds what `<<` names: keys of the mapping itself win, then the first merged mapping.
    fn merge(&mut self, mut entries: Vec<Entry>, merges: &[Node]) -> Vec<Entry> {
        for merge in merges {
            let maps =
                if merge.items().is_empty() { std::slice::from_ref(merge) } else { merge.items() };
            for map in maps {
                if !matches!(map.value, Value::Map(_)) {
                    let message = format!("`<<` merges mappings, and this is {}", map.kind_name());
                    self.diagnostics.push(
                        Diagnostic::new(Code::BadMerge, message).at(map.span, "not a mapping"),
                    );
                }
                for entry in map.entries() {
                    if entries.iter().all(|own| own.key != entry.key) {
                        entries.push(entry.clone());
                    }
                }
            }
        }
        entries
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Value {
        let forced_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
        self.refuse_custom_tag(tag, span);
        let typed = tag.is_some_and(Tag::is_yaml_core_schema);
        if forced_text || (style != ScalarStyle::Plain && !typed) {
            Value::String(text.to_owned())
        } else {
            scalar::resolve(text)
        }
    }

    fn refuse_custom_tag(&mut self, tag: Option<&Tag>, span: Span) {
        let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) else {
            return;
        };
        // The lone `!` only says "not a plain scalar".
        if tag.original() == "!" {
            return;
        }
        self.diagnostics.push(
            Diagnostic::new(
                Code::CustomTag,
                format!("the tag `{}` means nothing here", tag.original()),
            )
            .at(span, "tagged")
            .help("remove the tag; segctl reads plain YAML"),
        );
    }
}

/// The text of a scalar key; numbers and booleans as keys are read as written in JSON.
fn text_of_key(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> (Vec<serde_json::Value>, Vec<&'static str>) {
        let mut diagnostics = vec![];
        let mut files = Files::default();
        let file = files.add("a.yaml", text);
        let nodes = parse(file, text, &mut diagnostics);
        let codes = diagnostics.iter().map(|it| it.code.name()).collect();
        (nodes.iter().map(Node::to_json).collect(), codes)
    }

    #[test]
    fn reads_many_documents_anchors_and_merge_keys() {
        let (documents, codes) =
            read("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [{z: 0}, *a]}\n---\n---\n- *b\n");
        assert_eq!(codes, ["syntax"], "an anchor ends with its document");
        assert_eq!(
            documents,
            [json!({"a": {"x": 1, "y": 2}, "b": {"y": 3, "x": 1}, "c": {"z": 0, "x": 1, "y": 2}})]
        );
    }

    #[test]
    fn a_quoted_merge_key_is_a_key() {
        assert_eq!(read("'<<': 1").0, [json!({"<<": 1})]);
    }

    #[test]
    fn every_mistake_has_its_code() {
        assert_eq!(read("").1, ["empty-file"]);
        assert_eq!(read("# only a comment\n").1, ["empty-file"]);
        assert_eq!(read("a: 1\na: 2\n").1, ["duplicate-key"]);
        assert_eq!(read("a:\n\t- b\n").1, ["tab"]);
        assert_eq!(read("a: [1\nb: 2").1, ["syntax"]);
        assert_eq!(read("a: !secret x").1, ["custom-tag"]);
        assert_eq!(read("? [a]\n: 1").1, ["bad-key"]);
        assert_eq!(read("a: {<<: 3}").1, ["bad-merge"]);
        assert_eq!(read("a: &a [*a]").1, ["syntax"]);
    }

    #[test]
    fn a_bomb_of_aliases_is_refused_quickly() {
        let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let refs = vec![format!("*a{}", level - 1); 10].join(",");
            text.push_str(
                &["a", &level.to_string(), ": &a", &level.to_string(), " [", &refs, "]\n"].concat(),
            );
        }
        assert_eq!(read(&text).1, ["too-many-nodes"]);
    }

    #[test]
    fn a_forced_text_stays_a_text() {
        assert_eq!(read("a: !!str 1\nb: '2'\nc: 3").0, [json!({"a": "1", "b": "2", "c": 3})]);
    }
}

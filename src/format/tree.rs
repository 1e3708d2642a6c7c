//! The YAML of a file as pieces of its text: which bytes are whose, and where comments stand.

use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

/// What stands in a file.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// The documents.
    pub(crate) documents: Vec<Item>,
    /// The comments, in their order.
    pub(crate) comments: Vec<Range<usize>>,
}

/// A node and the bytes that it stands on.
#[derive(Debug)]
pub(crate) struct Item {
    /// Its bytes: of a collection in block style from its first key or item to the end of its last
    /// one, whatever blank lines follow.
    pub(crate) range: Range<usize>,
    pub(crate) content: Content,
    /// The anchor that it defines.
    pub(crate) anchor: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Content {
    Scalar {
        text: String,
        /// Whether the blank lines after it are part of it.
        keeps: bool,
        /// How it is quoted.
        style: ScalarStyle,
    },
    /// An alias, and the name of its anchor.
    Alias(String),
    List(Collection, Vec<Item>),
    Map(Collection, Vec<Entry>),
}

/// How a collection is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Collection {
    pub(crate) is_flow: bool,
    /// The byte after the opening bracket.
    pub(crate) inside: usize,
}

/// A key with its value.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: Item,
    pub(crate) value: Item,
}

/// Reads `text`; none where it is not YAML.
pub(crate) fn read(text: &str) -> Option<Tree> {
    let mut options = Options::default();
    options.set_emit_comments(true);
    options.emit_anchor_events = true;
    let mut builder = Builder { text, tree: Tree::default(), open: vec![], at: 0 };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.ok()?;
        builder.event(event, span.byte_range()?);
    }
    Some(builder.tree)
}

struct Builder<'a> {
    text: &'a str,
    tree: Tree,
    open: Vec<Open>,
    /// The end of what was read last, comments left out.
    at: usize,
}

/// A collection whose end has not come yet.
struct Open {
    start: usize,
    collection: Collection,
    anchor: Option<String>,
    is_map: bool,
    children: Vec<Item>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        match event {
            Event::Comment(..) => {
                self.tree.comments.push(span);
                return;
            }
            Event::Anchor(_, name) => self.anchor(&span, &name),
            Event::Scalar(text, style, ..) => {
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let header = &self.text[self.at.min(span.start)..span.start];
                let keeps = is_block && header.contains('+');
                let end = if is_block { self.end_of_block(&span) } else { span.end };
                let content = Content::Scalar { text: text.into_owned(), keeps, style };
                self.place(Item { range: span.start.min(end)..end, content, anchor: None });
            }
            Event::Alias(_) => {
                let name = self.text[span.clone()].trim_start_matches('*').to_owned();
                self.place(Item {
                    range: span.clone(),
                    content: Content::Alias(name),
                    anchor: None,
                });
            }
            Event::SequenceStart(style, ..) => self.start(&span, style, false),
            Event::MappingStart(style, ..) => self.start(&span, style, true),
            Event::SequenceEnd | Event::MappingEnd => self.end(&span),
            _ => {}
        }
        self.at = self.at.max(span.end);
    }

    /// The end of a scalar in block style: its last character that is not blank.
    fn end_of_block(&self, span: &Range<usize>) -> usize {
        self.text[..span.end].trim_end().len()
    }

    /// Gives an anchor to the node that was met last.
    fn anchor(&mut self, span: &Range<usize>, name: &str) {
        let waiting = self.open.last_mut();
        let anchored = match waiting {
            Some(open) if open.children.is_empty() => {
                open.anchor = Some(name.to_owned());
                open.start = open.start.min(span.start);
                return;
            }
            Some(open) => open.children.last_mut(),
            None => self.tree.documents.last_mut(),
        };
        if let Some(item) = anchored {
            item.anchor = Some(name.to_owned());
            item.range.start = item.range.start.min(span.start);
        }
    }

    fn start(&mut self, span: &Range<usize>, style: StructureStyle, is_map: bool) {
        let is_flow = style == StructureStyle::Flow;
        let collection = Collection { is_flow, inside: span.end };
        let open = Open { start: span.start, collection, anchor: None, is_map, children: vec![] };
        self.open.push(open);
    }

    fn end(&mut self, span: &Range<usize>) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let last = open.children.last().map_or(open.start, |it| it.range.end);
        let end = if open.collection.is_flow { span.end } else { last };
        let content = if open.is_map {
            Content::Map(open.collection, entries(open.children))
        } else {
            Content::List(open.collection, open.children)
        };
        self.place(Item { range: open.start.min(end)..end, content, anchor: open.anchor });
    }

    fn place(&mut self, item: Item) {
        match self.open.last_mut() {
            Some(open) => open.children.push(item),
            None => self.tree.documents.push(item),
        }
    }
}

/// Pairs keys with their values.
fn entries(children: Vec<Item>) -> Vec<Entry> {
    let mut entries = vec![];
    let mut children = children.into_iter();
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        entries.push(Entry { key, value });
    }
    entries
}

impl Entry {
    /// The bytes of key and value.
    pub(crate) fn range(&self) -> Range<usize> {
        self.key.range.start..self.key.range.end.max(self.value.range.end)
    }
}

impl Item {
    /// The text, when this is a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The value under `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match &self.content {
            Content::Map(_, entries) => {
                entries.iter().find(|it| it.key.text() == Some(key)).map(|it| &it.value)
            }
            _ => None,
        }
    }
}

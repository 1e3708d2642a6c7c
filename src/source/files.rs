//! The texts that were read, and places in them.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

/// A file in [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The bytes of `range` in `file`.
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        // No file that is read is that large.
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: at(range.start), end: at(range.end) }
    }

    /// The range as indices into the file's text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place as people count it: from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
}

/// One text that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as a user would type it: relative to the workspace, with `/`.
    pub path: String,
    /// The text, without a byte order mark.
    pub text: String,
    /// Tells two texts apart, also where a part of them is masked.
    pub identity: u64,
    /// The places that are masked.
    masked: Vec<Range<usize>>,
}

impl SourceFile {
    /// The text with a word in each place that is masked: a `*` would be an alias in YAML.
    pub fn readable(&self) -> Cow<'_, str> {
        if self.masked.is_empty() {
            return Cow::Borrowed(&self.text);
        }
        let mut text = self.text.clone();
        for range in &self.masked {
            let word = text.get(range.clone()).map(|it| it.replace('*', "x"));
            if let Some(word) = word.filter(|it| it.len() == range.len()) {
                text.replace_range(range.clone(), &word);
            }
        }
        Cow::Owned(text)
    }
}

/// What tells a text from others.
pub fn identity(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Every text that was read, in the order of reading.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<SourceFile>,
}

impl Files {
    /// No file.
    pub const fn new() -> Self {
        Self { files: vec![] }
    }

    /// Adds a text and gives its identity.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let text = text.into();
        let identity = identity(&text);
        self.files.push(SourceFile { path: path.into(), text, identity, masked: vec![] });
        id
    }

    /// The file of an identity that this value gave out.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Every file with its identity.
    pub fn ids(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// Every file, in the order of reading.
    pub fn iter(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter()
    }

    /// The source text of a place.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.range()).unwrap_or_default()
    }

    /// Where a place begins, as people count.
    pub fn position(&self, span: Span) -> Position {
        let text = &self.get(span.file).text;
        let before = text.get(..span.start as usize).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// The first byte of a file, as a place.
    pub fn start_of(file: FileId) -> Span {
        Span { file, start: 0, end: 0 }
    }

    /// Overwrites a place with `*`, so that no excerpt can show what stood there.
    pub fn mask(&mut self, span: Span) {
        let file = &mut self.files[span.file.0 as usize];
        if let Some(secret) = file.text.get(span.range()) {
            let masked: String = secret.chars().map(in_place_of).collect();
            file.text.replace_range(span.range(), &masked);
            file.masked.push(span.range());
        }
    }
}

/// What stands in the place of a masked character: as long, so that no place moves, and a line break
/// stays one.
fn in_place_of(character: char) -> char {
    match character.len_utf8() {
        _ if character == '\n' => '\n',
        1 => '*',
        2 => '×',
        3 => '∗',
        _ => '𝟎',
    }
}

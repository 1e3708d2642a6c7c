//! Diagnostics, and the excerpts of files under them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::messages::{Quote, is_known};
use super::places::{Place, Places};
use super::{Cover, Texts, Veil, emails};
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::{FileId, Files, Span};

impl<'f> Cover<'_, 'f> {
    /// Diagnostics and the files that they show, without what is private. Of the files only those
    /// are touched that a diagnostic shows, and no place in them moves.
    pub fn sources<'d>(
        &self,
        diagnostics: &'d [Diagnostic],
    ) -> (Cow<'d, [Diagnostic]>, Cow<'f, Files>) {
        if self.veil.lifted || diagnostics.is_empty() {
            return (Cow::Borrowed(diagnostics), Cow::Borrowed(self.files));
        }
        let hidden = Hidden::of(self, diagnostics);
        let said = diagnostics.iter().map(|it| self.veil.diagnostic(it, &hidden)).collect();
        (Cow::Owned(said), hidden.masked())
    }
}

impl Veil {
    fn diagnostic(&self, diagnostic: &Diagnostic, hidden: &Hidden<'_>) -> Diagnostic {
        let about = hidden.at(diagnostic);
        let is_private = |text: &str, quote: Quote| match quote {
            Quote::Ticks | Quote::Double if about.texts.has(text) => true,
            _ if is_known(text) || self.attributes.name(text) || about.stands_there(text) => false,
            Quote::Ticks => about.is_broken || hidden.texts.has(text) || about.texts.may_tell(text),
            Quote::Double => about.texts.may_tell(text),
            Quote::Nothing => about.texts.has_number(text),
        };
        let shown = |text: &str| self.message(&about.texts.without_odd(text), &is_private);
        let mut diagnostic = diagnostic.clone();
        diagnostic.message = shown(&diagnostic.message);
        for label in &mut diagnostic.labels {
            label.text = shown(&label.text);
        }
        let helps = std::mem::take(&mut diagnostic.help);
        // Of a file that cannot be read all may be private, and a hash in a help helps nobody.
        let helps = helps.into_iter().map(|own| (shown(&own), own));
        let helps = helps.filter(|(said, own)| !about.is_broken || said == own);
        diagnostic.help = helps.map(|(said, _)| said).collect();
        diagnostic.fix = diagnostic.fix.and_then(|fix| {
            let title = shown(&fix.title);
            let tells = about.covers(fix.span) || hidden.is_told_by(&fix, &about);
            if tells {
                // Nobody could write what is not shown.
                if !about.is_broken || title == fix.title {
                    diagnostic.help.push(title);
                }
                return None;
            }
            Some(Fix { title, ..fix })
        });
        diagnostic
    }
}

/// What is private in the files that diagnostics show.
struct Hidden<'a> {
    files: &'a Files,
    places: BTreeMap<FileId, Places>,
    texts: Texts,
}

/// What is private where one diagnostic points.
struct About<'a> {
    is_broken: bool,
    /// What the diagnostic points at and nothing covers, and what the documents are called.
    plain: Vec<&'a str>,
    texts: Texts,
    places: Vec<&'a Places>,
}

impl<'a> Hidden<'a> {
    fn of(cover: &Cover<'_, 'a>, diagnostics: &[Diagnostic]) -> Self {
        let files = cover.files;
        let shown: BTreeSet<FileId> =
            diagnostics.iter().flat_map(spans).map(|it| it.file).collect();
        let places = |file| (file, cover.places(file, files));
        let places: BTreeMap<FileId, Places> = shown.into_iter().map(places).collect();
        let mut texts = Texts::default();
        for place in places.values().filter(|it| !it.is_broken).flat_map(|it| &it.all) {
            insert(place, files, &mut texts);
        }
        Self { files, places, texts }
    }

    fn masked(&self) -> Cow<'a, Files> {
        let mut files = Cow::Borrowed(self.files);
        for place in self.places.values().flat_map(|it| &it.all) {
            files.to_mut().mask(place.span);
        }
        files
    }

    fn at(&self, diagnostic: &Diagnostic) -> About<'_> {
        let spans: Vec<Span> = spans(diagnostic).collect();
        let places: Vec<&Places> =
            spans.iter().filter_map(|it| self.places.get(&it.file)).collect();
        let mut texts = Texts::default();
        for place in places.iter().filter(|it| !it.is_broken).flat_map(|it| &it.all) {
            if spans.iter().any(|span| overlap(*span, place.span)) {
                insert(place, self.files, &mut texts);
            }
        }
        let is_broken = places.iter().any(|it| it.is_broken);
        let mut about = About { is_broken, plain: vec![], texts, places };
        let open = spans.iter().filter(|span| !about.covers(**span));
        let names = about.places.iter().flat_map(|it| &it.names).map(String::as_str);
        about.plain = open.map(|span| self.files.slice(*span)).chain(names).collect();
        about
    }

    fn is_told_by(&self, fix: &Fix, about: &About<'_>) -> bool {
        let text = fix.replacement.trim().trim_matches(['"', '\'']);
        self.texts.has_word(text) || about.texts.may_tell(text) || !emails::find(text).is_empty()
    }
}

impl About<'_> {
    /// Whether everybody can read `text` below the message.
    fn stands_there(&self, text: &str) -> bool {
        self.plain.iter().any(|it| it.trim_matches(['"', '\'']) == text)
    }

    /// Whether something private stands at `span`.
    fn covers(&self, span: Span) -> bool {
        self.places.iter().flat_map(|it| &it.all).any(|it| overlap(it.span, span))
    }
}

/// Adds what `place` says: a number also as it is written, such as 0x1F.
fn insert(place: &Place, files: &Files, texts: &mut Texts) {
    texts.insert(&place.said);
    texts.insert(files.slice(place.span));
}

/// The places that a diagnostic names.
fn spans(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    let fix = diagnostic.fix.as_ref().map(|fix| fix.span);
    diagnostic.labels.iter().map(|label| label.span).chain(fix)
}

fn overlap(one: Span, other: Span) -> bool {
    one.file == other.file && one.start < other.end && other.start < one.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    const TEXT: &str =
        "c: {contextName: phone, value: 0x1F, values: [0171 , b]}\nto: ada@acme.example\n";

    /// The only diagnostic of `text` as it is shown, and the text.
    fn shown(text: &str, made: impl FnOnce(FileId) -> Diagnostic) -> (Diagnostic, String) {
        let mut files = Files::default();
        let file = files.add("a.yaml", text);
        let diagnostics = [made(file)];
        let veil = Veil::new(["phone".to_owned()]);
        let cover = veil.over(&files);
        let (said, covered) = cover.sources(&diagnostics);
        (said[0].clone(), covered.get(file).text.clone())
    }

    fn span(file: FileId, text: &str, part: &str) -> Span {
        let start = text.find(part).expect("a part");
        Span::new(file, start..start + part.len())
    }

    #[test]
    fn a_number_is_covered_as_it_is_written_and_as_it_is_meant() {
        let message = "`0x1F` or `31`: `contextName`, `x` and `0x1` of `NUM_EQ`";
        let (said, text) = shown(TEXT, |file| {
            Diagnostic::new(Code::NotANumber, message).at(span(file, TEXT, "0x1F"), "`31`")
        });
        assert!(!text.contains("0x1F") && !text.contains("0171") && !text.contains("ada@"));
        assert_eq!(said.message.matches("private #").count(), 3, "{}", said.message);
        assert!(said.message.contains("`contextName`, `x` and"), "{}", said.message);
        assert!(said.labels[0].text.starts_with("`private #"));
    }

    #[test]
    fn only_a_fix_that_tells_something_is_not_offered() {
        for (part, replacement, offered) in [
            ("contextName", "context", true),
            ("value: 0x1F", "value: 31", false),
            ("to", "\"0171\"", false),
            ("to", "bob@acme.example", false),
            ("to", "", true),
        ] {
            let (said, _) = shown(TEXT, |file| {
                let found = Diagnostic::new(Code::UnknownField, "wrong");
                found.fix("write it so", span(file, TEXT, part), replacement)
            });
            assert_eq!(said.fix.is_some(), offered, "{part} -> {replacement}");
            assert_eq!(said.help.len(), usize::from(!offered));
            assert!(said.fix.is_none_or(|fix| fix.replacement == replacement));
        }
    }

    #[test]
    fn a_help_about_a_broken_file_has_no_hash_in_it() {
        let text = "c: {contextName: phone, 0171: b, 0171: c}\n";
        let (said, _) = shown(text, |file| {
            let found = Diagnostic::new(Code::DuplicateKey, "twice");
            let found = found.at(span(file, text, "0171"), "");
            let found = found.help("write `allow: [x]` in spec").help("take one `value`");
            found.fix("write `0172`", span(file, text, "0171"), "0172")
        });
        assert_eq!((said.help, said.fix.is_none()), (vec!["take one `value`".to_owned()], true));
    }

    #[test]
    fn of_a_broken_file_nothing_is_quoted() {
        let text = "c: {contextName: phone, 0171: b, 0171: c}\n";
        let (said, text) = shown(text, |file| {
            let found = Diagnostic::new(Code::DuplicateKey, "the key `0171` is not `values`");
            found.at(span(file, text, "0171"), "")
        });
        assert!(said.message.contains("`private #") && said.message.ends_with("not `values`"));
        assert_eq!(text, "*: {contextName: *****, ****: *, ****: *}\n");
    }
}

//! Texts as people may see them: what is hidden in a document is a short hash in a diff too.

use std::collections::{BTreeMap, BTreeSet};

use super::Texts;
use crate::desired::hidden_text;
use crate::document;
use crate::source::{Files, Span};
use crate::workspace::{beside, hidden};

/// What is hidden in texts.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    /// The places in each document, by its path.
    places: BTreeMap<String, Vec<(Span, String)>>,
    /// The files of values that are hidden as a whole.
    files: BTreeSet<String>,
}

impl Secrets {
    /// What is hidden in any of `paths` and in the files of values that documents name.
    pub(super) fn of(texts: &Texts) -> Self {
        let mut secrets = Self::default();
        let file = Files::default().add("", "");
        for (path, text) in &texts.documents {
            for node in document::parse(file, text, &mut vec![]) {
                let found = hidden(&node);
                secrets.files.extend(found.files.iter().map(|it| beside(path, it)));
                let said = |span: &Span| text.get(span.range()).unwrap_or_default().to_owned();
                let places = found.places.into_iter().map(|it| (it, said(&it)));
                let places: Vec<_> = places.collect();
                if !places.is_empty() {
                    secrets.places.entry(path.clone()).or_default().extend(places);
                }
            }
        }
        secrets
    }

    /// The text of a file as people may see it; `other` is what is hidden in it before or after
    /// the edit: what becomes sensitive is often the same texts.
    pub(super) fn masked(&self, other: &Self, path: &str, text: &str) -> String {
        if self.files.contains(path) || other.files.contains(path) {
            return lines(text, |_| true);
        }
        match (self.places.get(path), other.places.get(path)) {
            (Some(places), _) => in_places(text, places),
            (None, Some(others)) => {
                lines(text, |line| others.iter().any(|(_, said)| line.contains(said.as_str())))
            }
            (None, None) => text.to_owned(),
        }
    }
}

/// Hides the lines that `is_hidden` says.
fn lines(text: &str, is_hidden: impl Fn(&str) -> bool) -> String {
    let shown = |line: &str| {
        let content = line.trim();
        if content.is_empty() || !is_hidden(line) {
            return line.to_owned();
        }
        line.replacen(content, &hidden_text(content), 1)
    };
    text.split_inclusive('\n').map(shown).collect()
}

fn in_places(text: &str, places: &[(Span, String)]) -> String {
    let mut places: Vec<&(Span, String)> = places.iter().collect();
    places.sort_by_key(|it| it.0.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, said) in places {
        // What an alias says stands at its anchor, once.
        if span.range().start >= at {
            out.push_str(text.get(at..span.range().start).unwrap_or_default());
            out.push_str(&hidden_text(said.trim_matches(['"', '\''])));
            at = span.range().end;
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(document: &str) -> Texts {
        let documents = BTreeMap::from([("a/b.yaml".to_owned(), document.to_owned())]);
        Texts { documents, values: BTreeMap::new() }
    }

    #[test]
    fn what_is_sensitive_on_either_side_is_hidden_on_both() {
        let plain = "# x\nspec:\n  comparator: isOneOf\n  comparisonValues: [ada, \"grace\"]\n";
        let sensitive = plain.replace("isOneOf", "sensitiveIsOneOf");
        let (one, other) = (Secrets::of(&texts(plain)), Secrets::of(&texts(&sensitive)));
        let said =
            [one.masked(&other, "a/b.yaml", plain), other.masked(&one, "a/b.yaml", &sensitive)];
        insta::assert_snapshot!(said.join("---\n"), @"
        # x
        spec:
          comparator: isOneOf
          hidden #d04539ca
        ---
        # x
        spec:
          comparator: sensitiveIsOneOf
          comparisonValues: [hidden #fdee430d, hidden #e010fd1c]
        ");
        assert_eq!(one.masked(&one, "a/b.yaml", plain), plain);
    }

    #[test]
    fn a_file_of_sensitive_values_is_hidden_line_by_line() {
        let document = "spec: {comparator: sensitiveIsOneOf, comparisonValuesFrom: v.txt}\n";
        let secrets = Secrets::of(&texts(document));
        insta::assert_snapshot!(secrets.masked(&Secrets::default(), "a/v.txt", "ada\n\ngrace\n"), @"
        hidden #fdee430d

        hidden #e010fd1c
        ");
    }
}

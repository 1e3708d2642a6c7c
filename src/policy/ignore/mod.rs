//! Comments that take a finding out: `# segctl: ignore[CODE] reason`.

mod near;

use std::collections::BTreeMap;
use std::ops::Range;

use super::is_of_plans;
use crate::desired::Desired;
use crate::diagnostic::{Class, Code, Diagnostic, did_you_mean};
use crate::document::comments;
use crate::plan::ObjectKind;
use crate::source::{FileId, Files, Span};

/// How each such comment begins, behind its `#`.
const BEGINS: &str = "segctl: ignore";

/// One comment that takes findings out.
#[derive(Clone, Debug)]
pub struct Ignore {
    /// The comment.
    pub place: Span,
    /// The line, from 1, whose findings it takes out.
    pub line: usize,
    /// The codes, each with its place.
    pub codes: Vec<(Code, Span)>,
    /// Why.
    pub reason: String,
}

/// The comments of all files that take findings out, in the order of reading.
#[derive(Clone, Debug, Default)]
pub struct Ignores(pub(crate) Vec<Ignore>);

impl Ignores {
    /// The comments of one text, and what is wrong with them.
    pub(crate) fn read(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> Self {
        // Few files have any, and to look for comments costs as much as to read the documents.
        if !near::may_be_in(text) {
            return Self::default();
        }
        let comments = comments(text);
        let comments = comments.into_iter().filter_map(|it| {
            let Some(comment) = Comment::of(file, text, it.clone()) else {
                found.extend(near::one(file, text, it));
                return None;
            };
            Some(comment.ignore(found))
        });
        Self(comments.collect())
    }

    /// The findings about whole documents of `desired` that comments at their names take out, with
    /// the reasons.
    pub fn of_plans(
        &self,
        files: &Files,
        desired: &Desired,
    ) -> BTreeMap<(ObjectKind, String, Code), String> {
        let of_plans = |it: &Ignore| it.codes.iter().any(|(code, _)| is_of_plans(*code));
        let ignores: Vec<&Ignore> = self.0.iter().filter(|it| of_plans(it)).collect();
        let mut ignored = BTreeMap::new();
        if ignores.is_empty() {
            return ignored;
        }
        for (kind, name, origin) in desired.origins() {
            let at_it = |it: &&&Ignore| {
                it.line == origin.line && files.get(it.place.file).path == origin.file
            };
            for ignore in ignores.iter().filter(at_it) {
                let codes = ignore.codes.iter().filter(|(code, _)| is_of_plans(*code));
                let key = |code| (kind, name.to_owned(), code);
                ignored.extend(codes.map(|(code, _)| (key(*code), ignore.reason.clone())));
            }
        }
        ignored
    }

    /// The codes, each with its place, that comments ignore in the lines of `document`.
    pub(super) fn of_lines(
        &self,
        files: &Files,
        document: Span,
    ) -> impl Iterator<Item = (Code, Span)> {
        let of_file = self.0.iter().filter(move |it| it.place.file == document.file);
        let mut of_file = of_file.peekable();
        // To find a line costs reading the file, and few files have a comment.
        let lines = of_file.peek().map(|_| {
            let end = Span { start: document.end, ..document };
            files.position(document).line..=files.position(end).line
        });
        let of_lines = of_file.filter(move |it| lines.iter().any(|lines| lines.contains(&it.line)));
        of_lines.flat_map(|it| it.codes.iter().copied())
    }

    /// The line that a finding at `place` is about. One about a comment is about the line of which
    /// the comment speaks.
    pub(super) fn line(&self, files: &Files, place: Span) -> usize {
        let holds = |it: &&Ignore| {
            let comment = it.place;
            comment.file == place.file && comment.start <= place.start && place.end <= comment.end
        };
        let comment = self.0.iter().find(holds);
        comment.map_or_else(|| files.position(place).line, |it| it.line)
    }

    /// Adds those of another file.
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// A comment that begins as it should.
struct Comment<'a> {
    file: FileId,
    text: &'a str,
    range: Range<usize>,
    /// Where what follows the beginning stands.
    rest: usize,
}

impl<'a> Comment<'a> {
    fn of(file: FileId, text: &'a str, range: Range<usize>) -> Option<Self> {
        let range = range.start..range.start + text[range.clone()].trim_end().len();
        let words = text[range.clone()].trim_start_matches('#').trim_start();
        let rest = words.strip_prefix(BEGINS)?;
        Some(Self { file, text, rest: range.end - rest.len(), range })
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    fn ignore(&self, found: &mut Vec<Diagnostic>) -> Ignore {
        let place = self.span(self.range.clone());
        let rest = &self.text[self.rest..self.range.end];
        let list = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (codes, reason) = list.unwrap_or_default();
        found.extend(near::second(self.file, self.range.end - reason.len(), reason));
        let named = self.codes(codes, found);
        if codes.trim().is_empty() {
            let wrong = Diagnostic::new(Code::UnknownIgnore, "the comment names no code");
            found.push(wrong.at(place, "").help("write `# segctl: ignore[CODE] reason`"));
        } else if !reason.chars().any(near::is_said) {
            let wrong = Diagnostic::new(Code::IgnoreWithoutReason, "the comment gives no reason");
            found.push(wrong.at(place, "why?").help("write it behind the code"));
        }
        Ignore { place, line: self.line(), codes: named, reason: reason.trim().to_owned() }
    }

    fn codes(&self, list: &str, found: &mut Vec<Diagnostic>) -> Vec<(Code, Span)> {
        let mut codes = vec![];
        let mut at = self.rest + 1;
        for part in list.split(',') {
            let start = at + (part.len() - part.trim_start().len());
            let name = part.trim();
            let place = self.span(start..start + name.len());
            at += part.len() + 1;
            match Code::of_name(name) {
                _ if name.is_empty() => {}
                Some(code) if can_be_ignored(code) => codes.push((code, place)),
                Some(code) => found.push(cannot(code, place)),
                None => found.push(unknown(name, place)),
            }
        }
        codes
    }

    /// The line that it is about: its own or, where it stands alone, the next one that is no
    /// comment.
    fn line(&self) -> usize {
        let before = &self.text[..self.range.start];
        let own = before.matches('\n').count() + 1;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        if !before[line_start..].trim().is_empty() {
            return own;
        }
        let below = self.text[self.range.end..].lines().skip(1);
        own + 1 + below.take_while(|line| line.trim_start().starts_with('#')).count()
    }
}

/// What is a matter of judgement can be ignored, where there is a document to say so.
fn can_be_ignored(code: Code) -> bool {
    match code.class() {
        Class::Lint | Class::Warning => true,
        Class::Policy => code != Code::PolicyDeletion,
        Class::Error | Class::Refusal | Class::Failure => false,
    }
}

fn cannot(code: Code, place: Span) -> Diagnostic {
    let message = format!("`{}` cannot be ignored", code.name());
    Diagnostic::new(Code::CannotIgnore, message)
        .at(place, "")
        .help("only lints, warnings and policies about documents and their changes can")
}

fn unknown(name: &str, place: Span) -> Diagnostic {
    let wrong = Diagnostic::new(Code::UnknownIgnore, format!("there is no code `{name}`"));
    let known = Code::ALL.iter().filter(|it| can_be_ignored(**it)).map(|it| it.name());
    match did_you_mean(name, known) {
        Some(meant) => wrong.at(place, format!("did you mean `{meant}`?")).fix(
            format!("write `{meant}`"),
            place,
            meant,
        ),
        None => wrong.at(place, "").help("a finding shows its code in brackets"),
    }
}

#[cfg(test)]
mod tests {
    use super::Ignores;
    use crate::source::Files;

    /// The line, codes and reason of each comment, and the codes of what is wrong.
    fn read(text: &str) -> (Vec<(usize, usize, String)>, Vec<&'static str>) {
        let mut files = Files::default();
        let file = files.add("a.yaml", text);
        let mut found = vec![];
        let ignores = Ignores::read(file, text, &mut found);
        let ignores = ignores.0.into_iter().map(|it| (it.line, it.codes.len(), it.reason));
        (ignores.collect(), found.iter().map(|it| it.code.name()).collect())
    }

    #[test]
    fn a_comment_is_about_its_own_line_or_the_next() {
        let text = "a: 1 # segctl: ignore[never-matches] dead on purpose\n\
                    # segctl: ignore[policy-name, unused-allow]  old name \n\
                    # and more\nb: 2\n";
        let own = (1, 1, "dead on purpose".to_owned());
        assert_eq!(read(text), (vec![own, (4, 2, "old name".to_owned())], vec![]));
    }

    #[test]
    fn a_text_is_no_comment() {
        let text = "a: '# segctl: ignore[never-matches] x'\nb: |\n  # segctl: ignore[tab] x\n\
                    c: \"y # segctl: ignore[nonsense]\"\n";
        assert_eq!(read(text), (vec![], vec![]));
    }

    #[test]
    fn what_is_nearly_such_a_comment_is_not_passed_over() {
        for comment in [
            "#segctl:ignore[policy-name] x",
            "# Segctl: Ignore[policy-name] x",
            "# SEGCTL ignore [policy-name] x",
            "# segctl:ignore policy-name x",
            "# segctl-ignore-next-line[policy-name] x",
            "# the old name # segctl: ignore[policy-name] x",
        ] {
            let (ignores, wrong) = read(&format!("a: 1 {comment}\n"));
            assert_eq!((ignores.len(), &wrong[..]), (0, &["unknown-ignore"][..]), "{comment}");
        }
        for comment in ["# segctl ignores it: x", "# Segctl would ignore: x", "# ignore[x] segctl"]
        {
            assert_eq!(read(&format!("a: 1 {comment}\n")), (vec![], vec![]), "{comment}");
        }
        let (ignores, wrong) = read("a: 1 # segctl: ignore[tab-a] x # segctl: ignore[b] y\n");
        assert_eq!((ignores.len(), &wrong[..]), (1, &["unknown-ignore"; 2][..]));
    }

    #[test]
    fn what_nobody_sees_is_no_reason() {
        for blank in ["\u{202e}", "\u{3164} \u{200b}", "\u{2800}", "-"] {
            let wrong = read(&format!("a: 1 # segctl: ignore[never-matches] {blank}\n")).1;
            assert_eq!(wrong, ["ignore-without-reason"], "{blank:?}");
        }
        assert_eq!(read("a: 1 # segctl: ignore[never-matches] 古い\n").1, [""; 0]);
    }

    #[test]
    fn what_is_wrong_with_a_comment_has_a_code() {
        let wrong = |comment: &str| read(&format!("a: 1 # segctl: ignore{comment}\n")).1;
        assert_eq!(wrong("[never-matches]"), ["ignore-without-reason"]);
        assert_eq!(wrong("[never-match] x"), ["unknown-ignore"]);
        assert_eq!(wrong(" x"), ["unknown-ignore"]);
        assert_eq!(wrong("[] x"), ["unknown-ignore"]);
        assert_eq!(wrong("[not-a-date] x"), ["cannot-ignore"]);
        assert_eq!(wrong("[in-use, policy-deletion] x"), ["cannot-ignore", "cannot-ignore"]);
    }
}

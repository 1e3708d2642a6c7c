//! Annotations, read as the runner of GitHub Actions reads them.

use crate::support::strange::{strange, texts};
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use segctl::diagnostic::Code;
use segctl::report::{github, safe};

/// A command, as the runner takes it.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) word: String,
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) message: String,
}

impl Command {
    /// Reads one line by the rules of the runner (`ActionCommand.TryParseV2`); none where it would
    /// take the line for plain output.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let (info, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
        let (word, properties) = info.split_once(' ').unwrap_or((info, ""));
        let pairs = properties.trim().split(',').filter_map(|it| it.split_once('='));
        let colon = |text: &str| text.replace("%3A", ":").replace("%2C", ",");
        Some(Self {
            word: word.to_owned(),
            properties: pairs
                .map(|(name, value)| (name.to_owned(), last(&colon(&first(value)))))
                .collect(),
            message: last(&first(data)),
        })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.properties.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }
}

fn first(text: &str) -> String {
    text.replace("%0D", "\r").replace("%0A", "\n")
}

/// A percent sign is read last.
fn last(text: &str) -> String {
    text.replace("%25", "%")
}

#[test]
fn reads_as_the_runner_does() {
    let read = Command::read("::error file=a%3Ab%252C,line=3::50%25%0A::warning::x").expect("one");
    assert_eq!(read.word, "error");
    assert_eq!((read.get("file"), read.get("line")), (Some("a:b%2C"), Some("3")));
    assert_eq!(read.message, "50%\n::warning::x");
    assert!(Command::read("no ::error::x").is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_is_taken_for_a_command(texts in texts()) {
        for command in ["validate", "plan", "apply", "drift"] {
            let (out, wanted) = strange(command, &texts, |report| {
                let found = report.diagnostics.iter().find(|it| it.code == Code::WrongType);
                let found = found.expect("a diagnostic with a place");
                let label = found.labels.first().expect("a label");
                let path = report.venue.path(&report.files.get(label.span.file).path);
                let lines = [&found.message, &label.text].map(|it| safe(it).into_owned());
                (github::report(report), (safe(&path).into_owned(), lines))
            });
            let acts = out.contains(['\r', '\u{1b}', '\u{2028}', '\u{202e}', '\u{200b}']);
            prop_assert!(!acts, "a character that acts is left");
            let lines: Vec<&str> = out.lines().collect();
            let mut words = vec![];
            for line in &lines {
                let read = Command::read(line);
                prop_assert!(read.is_some() && line.starts_with("::"), "{line}");
                let read = read.expect("it was read");
                let known = ["error", "warning", "notice"].iter().position(|it| *it == read.word);
                prop_assert!(known.is_some(), "{line}");
                words.push(known);
                let names: Vec<&str> = read.properties.iter().map(|it| it.0.as_str()).collect();
                let place = ["file", "line", "endLine", "col", "title"];
                prop_assert!(names == place || names == ["title"], "{line}");
            }
            prop_assert!(words.is_sorted(), "the worst is not first");
            let read: Vec<Command> = lines.iter().filter_map(|it| Command::read(it)).collect();
            let title = |it: &&Command| it.get("title") == Some("segctl: wrong-type");
            let diagnostic = read.iter().find(title).expect("the diagnostic is there");
            let (path, said) = wanted;
            prop_assert_eq!(diagnostic.get("file"), Some(path.as_str()));
            let lines: Vec<&str> = diagnostic.message.split('\n').collect();
            let [message, label] = said;
            prop_assert_eq!(lines.first(), Some(&message.as_str()));
            prop_assert!(label.is_empty() || lines.get(1) == Some(&label.as_str()));
        }
    }
}

//! The `console` blocks of a page.

/// A page, cut into text and commands.
#[derive(Debug)]
pub(super) struct Page {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Command(Command),
}

/// A command and what it prints.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) line: String,
    pub(super) output: Vec<String>,
}

impl Page {
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = vec![];
        let mut inside = false;
        for line in text.lines() {
            if inside {
                inside = line != "```";
            } else if line == "```console" {
                inside = true;
                parts.push(Part::Text(line.to_owned()));
                continue;
            }
            match (inside, line.strip_prefix("$ "), parts.last_mut()) {
                (true, Some(command), _) => {
                    parts.push(Part::Command(Command { line: command.to_owned(), output: vec![] }));
                }
                (true, None, Some(Part::Command(command))) => command.output.push(line.to_owned()),
                _ => parts.push(Part::Text(line.to_owned())),
            }
        }
        Self { parts }
    }

    /// The commands of all blocks, in order.
    pub(super) fn commands(&mut self) -> impl Iterator<Item = &mut Command> {
        self.parts.iter_mut().filter_map(|part| match part {
            Part::Command(command) => Some(command),
            Part::Text(_) => None,
        })
    }

    /// The page again.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        let mut line = |text: &str| {
            out.push_str(text);
            out.push('\n');
        };
        for part in &self.parts {
            match part {
                Part::Text(text) => line(text),
                Part::Command(command) => {
                    line(&format!("$ {}", command.line));
                    command.output.iter().for_each(|text| line(text));
                }
            }
        }
        out
    }
}

/// Whether `printed` is what was expected, where a line `...` stands for any lines.
pub(super) fn fits(expected: &[String], printed: &[String]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first == "..." => {
            (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..]))
        }
        Some((first, rest)) => {
            printed.first() == Some(first) && printed.get(1..).is_some_and(|it| fits(rest, it))
        }
    }
}

#[test]
fn a_page_is_put_together_as_it_was() {
    let text = "# A\n\n```console\n$ a\nx\n\n$ b\n```\n\n```yaml\n$ c\n```\n";
    let mut page = Page::parse(text);
    let commands: Vec<_> = page.commands().map(|it| it.line.clone()).collect();
    assert_eq!((page.text(), commands), (text.to_owned(), vec!["a".into(), "b".into()]));
}

#[test]
fn dots_stand_for_any_lines() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(fits(&lines("a\n...\nd"), &lines("a\nb\nc\nd")));
    assert!(fits(&lines("a\n...\nd"), &lines("a\nd")));
    assert!(!fits(&lines("a\n...\nd"), &lines("a\nb")));
    assert!(!fits(&lines("a"), &lines("a\nb")));
}

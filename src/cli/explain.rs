//! `segctl explain CODE`, and the page that lists every code.

use std::fmt::Write as _;

use clap::Args;

use super::exit::Exit;
use super::output;
use crate::diagnostic::{Code, Example, did_you_mean};
use crate::report::safe;

/// How many characters of a line of an example are shown.
const EXAMPLE_WIDTH: usize = 120;

/// Options of `explain`.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit codes: 0 explained, 64 there is no such code.

Examples:
  segctl explain                       list every code
  segctl explain matches-everyone      one of them, with an example and its fix")]
pub(super) struct ExplainArgs {
    /// The code, such as `matches-everyone`; without it, all codes are listed
    code: Option<String>,
}

pub(super) fn run(args: &ExplainArgs) -> Exit {
    let Some(name) = &args.code else {
        output::verbatim(&list());
        return Exit::Ok;
    };
    if let Some(code) = Code::of_name(name) {
        output::verbatim(&text(code));
        return Exit::Ok;
    }
    let known = Code::ALL.iter().map(|code| code.name());
    let meant = did_you_mean(name, known).map(|it| format!("; did you mean `{it}`?"));
    output::error(&format!("there is no code `{name}`{}", meant.unwrap_or_default()));
    Exit::Usage
}

fn text(code: Code) -> String {
    let (name, class) = (code.name(), code.class().title().to_lowercase());
    let example = example(code).trim_end().replace('\n', "\n    ");
    let (title, why, fix) = (code.title(), code.why(), code.fix());
    format!(
        "{name} ({class})\n\n{title}\n\nWhy: {why}\n\nExample:\n\n    {example}\n\nFix: {fix}\n"
    )
}

/// What the code looks like, as text that a terminal can show.
fn example(code: Code) -> String {
    let text = match code.example() {
        Example::Document(bytes) => String::from_utf8_lossy(bytes),
        Example::Terminal(line) => line.into(),
    };
    text.lines().fold(String::new(), |text, line| text + &shortened(&safe(line)) + "\n")
}

/// `line`, cut where nobody reads on.
fn shortened(line: &str) -> String {
    match line.char_indices().nth(EXAMPLE_WIDTH) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

fn list() -> String {
    let width = Code::ALL.iter().map(|code| code.name().len()).max().unwrap_or(0);
    let line = |code: &Code| format!("{:width$}  {}\n", code.name(), code.title());
    Code::ALL.iter().map(line).collect()
}

/// Every code as one page of Markdown: `docs/diagnostics.md`.
pub fn reference() -> String {
    let mut page =
        "# Diagnostics\n\nEvery code that segctl prints, with what it means and what to \
                    do.\n`segctl explain CODE` prints the same.\nThis page is generated from \
                    `src/diagnostic/code.rs`.\n"
            .to_owned();
    let mut class = "";
    for code in Code::ALL {
        if class != code.class().title() {
            class = code.class().title();
            let _ = write!(page, "\n## {class}\n");
        }
        let _ = write!(
            page,
            "\n### {}\n\n{}\n{}\n\n```{}\n{}```\n\n*What to do:* {}\n",
            code.name(),
            code.title(),
            code.why(),
            if matches!(code.example(), Example::Document(_)) { "yaml" } else { "text" },
            example(*code),
            code.fix()
        );
    }
    page
}

//! `segctl explain CODE`, and the page that lists every code.

use std::fmt::Write as _;

use clap::Args;

use super::exit::Exit;
use super::output;
use crate::diagnostic::{Code, did_you_mean};

/// Options of `explain`.
#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    /// The code, such as `matches-everyone`; without it, all codes are listed
    code: Option<String>,
}

pub(super) fn run(args: &ExplainArgs) -> Exit {
    let Some(name) = &args.code else {
        output::result(&list());
        return Exit::Ok;
    };
    if let Some(code) = Code::of_name(name) {
        output::result(&text(code));
        return Exit::Ok;
    }
    let known = Code::ALL.iter().map(|code| code.name());
    let meant = did_you_mean(name, known).map(|it| format!("; did you mean `{it}`?"));
    output::error(&format!("there is no code `{name}`{}", meant.unwrap_or_default()));
    Exit::Usage
}

fn text(code: Code) -> String {
    let (name, class) = (code.name(), code.class().title().to_lowercase());
    format!("{name} ({class})\n\n{}\n\nWhy: {}\n\nFix: {}\n", code.title(), code.why(), code.fix())
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
            "\n### {}\n\n{}\n{}\n\n*What to do:* {}\n",
            code.name(),
            code.title(),
            code.why(),
            code.fix()
        );
    }
    page
}

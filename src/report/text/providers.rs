//! What each vendor's system lets segctl do, as people read it.

use super::{STRONG, styled};
use crate::provider::Capabilities;

/// One block for each provider.
pub fn providers(all: &[&Capabilities]) -> String {
    all.iter().map(|it| block(it)).collect::<Vec<_>>().join("\n")
}

/// One table of all providers in Markdown, with a row for each property that people choose by.
pub fn table(all: &[&Capabilities]) -> String {
    const SHOWN: [&str; 8] =
        ["system", "auth", "key", "rename", "prune", "rule", "concurrency", "tested"];
    let row =
        |heading: &str, cells: Vec<String>| format!("| {heading} | {} |\n", cells.join(" | "));
    let names = all.iter().map(|it| format!("[{0}](docs/providers/{0}.md)", it.provider));
    let mut table = row("", names.collect());
    table.push_str(&row("---", all.iter().map(|_| "---".to_owned()).collect()));
    for shown in SHOWN {
        let cell = |it: &&Capabilities| {
            let rows = it.rows();
            let found = rows.into_iter().find(|(heading, _)| *heading == shown);
            found.map(|(_, text)| text.replace('|', "\\|")).unwrap_or_default()
        };
        table.push_str(&row(shown, all.iter().map(cell).collect()));
    }
    table
}

fn block(provider: &Capabilities) -> String {
    let rows = provider.rows();
    let width = rows.iter().map(|(heading, _)| heading.len()).max().unwrap_or(0);
    let lines: Vec<String> =
        rows.iter().map(|(heading, text)| format!("  {heading:width$}  {text}\n")).collect();
    format!("{}\n{}", styled(STRONG, provider.provider), lines.concat())
}

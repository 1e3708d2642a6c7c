//! What each vendor's system lets segctl do, as people read it.

use super::{STRONG, styled};
use crate::provider::Capabilities;

/// One block for each provider.
pub fn providers(all: &[&Capabilities]) -> String {
    all.iter().map(|it| block(it)).collect::<Vec<_>>().join("\n")
}

fn block(provider: &Capabilities) -> String {
    let rows = provider.rows();
    let width = rows.iter().map(|(heading, _)| heading.len()).max().unwrap_or(0);
    let lines: Vec<String> =
        rows.iter().map(|(heading, text)| format!("  {heading:width$}  {text}\n")).collect();
    format!("{}\n{}", styled(STRONG, provider.provider), lines.concat())
}

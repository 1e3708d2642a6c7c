//! A report as Markdown, for a comment on a pull request.

use super::Report;

/// The whole of `report`.
pub fn report(report: &Report<'_>) -> String {
    report.command.to_owned()
}

//! Findings as annotations of GitHub Actions.

use super::Report;

/// The whole of `report`.
pub fn report(report: &Report<'_>) -> String {
    report.command.to_owned()
}

//! Findings as SARIF 2.1.0.

use super::Report;

/// The whole of `report`.
pub fn report(report: &Report<'_>) -> String {
    report.command.to_owned()
}

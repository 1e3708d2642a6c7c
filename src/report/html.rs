//! A report as one HTML page that loads nothing.

use super::Report;

/// The whole of `report`.
pub fn report(report: &Report<'_>) -> String {
    report.command.to_owned()
}

//! Places as SARIF writes them.

use std::fmt::Write as _;

use super::format::{ArtifactLocation, LocationRow, Message, PhysicalLocation, Region};
use crate::report::Report;
use crate::report::findings::Place;
use crate::source::Position;

/// The name of the folder that all addresses begin at: the root of the repository.
pub(super) const BASE: &str = "%SRCROOT%";

/// The workspace file, where no file is known.
const WORKSPACE_FILE: &str = "segctl.yaml";

/// The location of `place`; without one, the beginning of the workspace file, because GitHub takes
/// no result without a location, and none of the others of that run either.
pub(super) fn location(report: &Report<'_>, place: Option<&Place>) -> LocationRow {
    let (file, region) = match place {
        Some(place) => (place.file.as_str(), region(report, place)),
        None => {
            let first = report.files.iter().next();
            let region =
                Region { start_line: 1, start_column: 1, end_line: None, end_column: None };
            (first.map_or(WORKSPACE_FILE, |it| it.path.as_str()), region)
        }
    };
    let uri = encoded(&report.venue.path(file));
    let artifact_location = ArtifactLocation { uri, uri_base_id: BASE };
    let physical_location = PhysicalLocation { artifact_location, region };
    LocationRow { id: None, physical_location, message: None }
}

/// A further place of a result, with what is to be said of it.
pub(super) fn related(report: &Report<'_>, id: usize, place: &Place, text: String) -> LocationRow {
    let message = (!text.is_empty()).then_some(Message { text });
    LocationRow { id: Some(id), message, ..location(report, Some(place)) }
}

fn region(report: &Report<'_>, place: &Place) -> Region {
    let source = report.files.iter().find(|it| it.path == place.file);
    let text = source.map_or("", |it| it.text.as_str());
    Region {
        start_line: place.start.line,
        start_column: column(text, place.start),
        end_line: place.end.map(|it| it.line),
        end_column: place.end.map(|it| column(text, it)),
    }
}

/// The column of `position` in UTF-16 code units, which readers take it for where they do not ask.
fn column(text: &str, position: Position) -> usize {
    let line = text.split('\n').nth(position.line.saturating_sub(1)).unwrap_or_default();
    let before = line.chars().take(position.column.saturating_sub(1));
    let pairs = before.filter(|it| it.len_utf16() == 2).count();
    position.column + pairs
}

/// A path as a relative address.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Position, column, encoded};

    #[test]
    fn paths_are_addresses() {
        assert_eq!(encoded("a b/ü%#?:c.yaml"), "a%20b/%C3%BC%25%23%3F%3Ac.yaml");
    }

    #[test]
    fn columns_count_halves_of_pairs() {
        let text = "x\nü😀😀y\n";
        let columns =
            [1, 2, 3, 4].map(|column_of| column(text, Position { line: 2, column: column_of }));
        assert_eq!(columns, [1, 2, 4, 6]);
        assert_eq!(column("", Position { line: 9, column: 7 }), 7);
    }
}

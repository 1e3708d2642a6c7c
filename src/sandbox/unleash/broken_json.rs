//! What the real server's JavaScript engine says of a body that is not JSON.

use serde_json::Error;

/// The complaint about a body that failed to parse.
pub(super) fn complaint(error: &Error, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let said = error.to_string();
    let (line, column) = (error.line(), error.column().max(1));
    let lines_before = text.split('\n').take(line.saturating_sub(1));
    let position = lines_before.map(|line| line.len() + 1).sum::<usize>() + column - 1;

    let expected = [
        ("trailing characters", "Unexpected non-whitespace character after JSON"),
        ("expected `:`", "Expected ':' after property name in JSON"),
        ("key must be a string", "Expected property name or '}' in JSON"),
        ("trailing comma", "Expected double-quoted property name in JSON"),
        ("expected `,` or `]`", "Expected ',' or ']' after array element in JSON"),
        ("expected `,` or `}`", "Expected ',' or '}' after property value in JSON"),
    ];
    if let Some((_, words)) = expected.iter().find(|(ours, _)| said.starts_with(ours)) {
        return format!("{words} at position {position} (line {line} column {column})");
    }
    if said.starts_with("EOF while parsing a string") {
        let end = text.len();
        let column = column + 1;
        return format!(
            "Unterminated string in JSON at position {end} (line {line} column {column})"
        );
    }
    if error.is_eof() {
        return "Unexpected end of JSON input".to_owned();
    }
    let rest = text.get(position..).unwrap_or_default();
    let token = rest.chars().next().unwrap_or(' ');
    format!("Unexpected token '{token}', \"{text}\" is not valid JSON")
}
